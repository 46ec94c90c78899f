/// A scalar of a canonical or compatibility decomposition, with what ordering and composition must know of it.
struct DecomposedScalar: BitwiseCopyable, Equatable {
  private static let backward: UInt32 = 1 << 21

  /// U+0345, the one mark that case folding turns into a letter.
  static let iotaSubscript: UInt32 = 0x345

  /// The scalar in the low 21 bits, whether it composes with something before it, and its class in the high 8.
  var bits: UInt32

  @inline(__always)
  init(_ value: UInt32, combiningClass: UInt8, composesBackward: Bool) {
    bits = value | UInt32(combiningClass) << 24 | (composesBackward ? Self.backward : 0)
  }

  @inline(__always)
  init(bits: UInt32) { self.bits = bits }

  /// A scalar that is a starter and composes with nothing before it.
  @inline(__always)
  init(starter value: UInt32) { bits = value }

  var value: UInt32 { bits & 0x1F_FFFF }
  var combiningClass: UInt8 { UInt8(truncatingIfNeeded: bits >> 24) }
  var composesBackward: Bool { bits & Self.backward != 0 }
}
