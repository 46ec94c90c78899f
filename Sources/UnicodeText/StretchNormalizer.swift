import CText

/// Normalizes stretches of text between two boundaries by decomposition, canonical ordering and composition (UAX #15).
///
/// Its buffers are used again for each stretch and grow with the longest one.
struct StretchNormalizer: ~Copyable {
  /// How many scalars are gathered where one stretch follows another, before they are ordered and composed.
  private static let batch = 256

  private let table: NormalizationTable
  private var scalars = GrowingBuffer<DecomposedScalar>(capacity: 2 * Self.batch)
  private var ordering = CanonicalOrdering()

  init(_ table: NormalizationTable) {
    self.table = table
  }

  /// Appends what starts at an index, normalized, up to a boundary, U+000D, the first byte that is not UTF-8, or the
  /// count, and gives that end.
  mutating func append(
    from bytes: UnsafeBufferPointer<UInt8>, at start: Int, to output: inout GrowingBuffer<UInt8>
  ) -> Int {
    scalars.truncate(to: 0)
    var index = start
    while index < bytes.count, let scalar = bytes.scalar(at: index) {
      let trait = table.traits[scalar.value]
      let end = index + scalar.length
      if trait.isBoundary && index > start
        && (scalars.count > Self.batch || scalar.value == 0x0D || !trait.changes && isBoundary(bytes, end))
      {
        break
      }
      append(scalar.value, trait)
      index = end
    }
    ordering.sort(scalars.elements)
    if table.foldsIotaSubscriptLate { foldIotaSubscripts() }
    if let compositions = table.compositions { scalars.truncate(to: compositions.compose(scalars.elements)) }
    for scalar in scalars.elements { output.append(scalar: scalar.value) }
    return index
  }

  /// Whether no scalar stands at an index that has to do with those before it.
  @inline(__always)
  private func isBoundary(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    guard index < bytes.count, let scalar = bytes.scalar(at: index) else { return true }
    return table.traits[scalar.value].isBoundary
  }

  /// Appends a scalar, decomposed and in the case that is asked for.
  @inline(__always)
  private mutating func append(_ scalar: UInt32, _ trait: NormalizationTable.Traits) {
    if Hangul.isSyllable(scalar) && table.form.decomposes {
      Hangul.decompose(scalar, into: &scalars)
    } else {
      table.decompose(scalar, trait, into: &scalars)
    }
  }

  /// Folds what is in order as a mark, and becomes a letter.
  private func foldIotaSubscripts() {
    let scalars = scalars.elements
    for index in scalars.indices where scalars[index].value == DecomposedScalar.iotaSubscript {
      scalars[index] = DecomposedScalar(starter: 0x3B9)
    }
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
  var decomposes: Bool { self == .nfd || self == .nfkd }
}
