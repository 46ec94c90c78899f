import CText

/// Normalizes a stretch of text between two boundaries by decomposition, canonical ordering and composition (UAX #15).
///
/// Its buffers are used again for each stretch.
struct StretchNormalizer {
  private let form: NormalizationForm
  private let lowercase: Bool
  private var scalars: [UInt32] = []
  private var ordering = CanonicalOrdering()

  init(form: NormalizationForm, lowercase: Bool) {
    self.form = form
    self.lowercase = lowercase
  }

  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, to output: inout [UInt8]) {
    scalars.removeAll(keepingCapacity: true)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Int(TEXT_LONGEST_DECOMPOSITION)) { decomposition in
      var index = range.lowerBound
      while index < range.upperBound {
        let scalar = bytes.nextScalar(&index)
        let count = text_decompose(form.code, scalar, decomposition.baseAddress)
        for part in decomposition[..<Int(count)] { append(part) }
      }
    }
    if form != .none { ordering.sort(&scalars) }
    if form.composes { compose() }
    for scalar in scalars { output.append(scalar: scalar) }
  }

  /// Appends a decomposed scalar, in lower case if asked for.
  @inline(__always)
  private mutating func append(_ scalar: UInt32) {
    guard lowercase else {
      scalars.append(scalar)
      return
    }
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Int(TEXT_LONGEST_DECOMPOSITION)) { mapping in
      let count = text_lowercase(scalar, mapping.baseAddress)
      scalars.append(contentsOf: mapping[..<Int(count)])
    }
  }

  private mutating func compose() {
    let count = scalars.withUnsafeMutableBufferPointer {
      text_compose($0.baseAddress, Int32(clamping: $0.count))
    }
    scalars.removeSubrange(Int(count)...)
  }
}

extension NormalizationForm {
  /// The form's name in C.
  var code: text_form {
    switch self {
    case .none: TEXT_NONE
    case .nfc: TEXT_NFC
    case .nfd: TEXT_NFD
    case .nfkc: TEXT_NFKC
    case .nfkd: TEXT_NFKD
    case .nfkcCasefold: TEXT_NFKC_CASEFOLD
    }
  }

  var composes: Bool { self == .nfc || self == .nfkc || self == .nfkcCasefold }
}
