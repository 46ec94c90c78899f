internal import CKernels

/// The vector instructions that kernels are compiled for.
enum InstructionSet: Int32, CaseIterable {
  /// Those that every machine of the kind has; NEON on arm64.
  case plain
  /// AVX2 with fused multiply-add.
  case avx2
  /// AVX-512.
  case avx512

  /// Whether this machine has them, with products of a precision.
  func supports(_ precision: Precision) -> Bool { ck_supports(rawValue, precision.kernel) != 0 }

  /// The best that this machine has for a precision; nil when it has none.
  static func best(for precision: Precision) -> InstructionSet? { allCases.last { $0.supports(precision) } }
}

extension Precision {
  /// Its number among the kernels.
  var kernel: Int32 {
    switch self {
    case .float32: Int32(ck_float32)
    case .bfloat16: Int32(ck_bfloat16)
    }
  }
}
