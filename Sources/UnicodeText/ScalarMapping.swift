import CText

/// What a form and a case mapping make of one scalar that stands by itself, from which the tables are made.
struct ScalarMapping {
  private let form: NormalizationForm
  private let caseMapping: CaseMapping
  private let composingBackward: Set<UInt32>

  /// Whether U+0345 is left to the stretch: it must be put into order as a mark before it is folded to a letter (D145).
  let foldsIotaSubscriptLate: Bool

  /// The full decomposition of the last scalar, after case mapping.
  private(set) var decomposition: [DecomposedScalar] = []

  private var composed: [DecomposedScalar] = []
  private var parts = [UInt32](repeating: 0, count: Int(TEXT_LONGEST_DECOMPOSITION))
  private var mapped = [UInt32](repeating: 0, count: Int(TEXT_LONGEST_DECOMPOSITION))

  init(form: NormalizationForm, caseMapping: CaseMapping) {
    self.form = form
    self.caseMapping = caseMapping
    composingBackward = Set(form.composes ? TEXT_COMPOSES_BACKWARD.scalars : [])
    foldsIotaSubscriptLate = caseMapping == .fold && form != .none && form != .nfkcCasefold
  }

  /// The scalars that the form and the case mapping have something to do with, in order.
  var affected: [UInt32] {
    var properties: [text_property] =
      switch form {
      case .none: []
      case .nfc, .nfd: [TEXT_HAS_CLASS, TEXT_COMPOSES_BACKWARD, TEXT_DECOMPOSES]
      case .nfkc, .nfkd: [TEXT_HAS_CLASS, TEXT_COMPOSES_BACKWARD, TEXT_DECOMPOSES_COMPATIBLY]
      case .nfkcCasefold: [TEXT_HAS_CLASS, TEXT_COMPOSES_BACKWARD, TEXT_DECOMPOSES, TEXT_CASEFOLDS_COMPATIBLY]
      }
    if caseMapping != .keep { properties.append(TEXT_HAS_CASE) }
    // The lists are in order, which makes them quick to sort.
    return properties.flatMap(\.scalars).sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  /// Maps a scalar and gives its traits.
  mutating func map(_ scalar: UInt32) -> NormalizationTable.Traits {
    decomposition.removeAll(keepingCapacity: true)
    if Hangul.isSyllable(scalar) {
      // Hangul syllables are decomposed and composed by computation.
      decomposition.append(DecomposedScalar(starter: scalar))
      return .init(bits: form.decomposes ? NormalizationTable.Traits.changing : 0)
    }
    let count = Int(text_decompose(form.code, scalar, &parts))
    for part in parts[..<count] { appendCaseMapped(part) }

    composed.removeAll(keepingCapacity: true)
    composed += decomposition
    if form.composes {
      let count = composed.withUnsafeMutableBufferPointer { Compositions.shared.compose($0) }
      composed.removeSubrange(count...)
    }

    var bits: UInt16 = 0
    let isKept = composed.count == 1 && composed[0].value == scalar
    let foldsLate = foldsIotaSubscriptLate && decomposition.contains { $0.value == DecomposedScalar.iotaSubscript }
    if !isKept || foldsLate { bits |= NormalizationTable.Traits.changing }
    if decomposition.count == 1, let itself = decomposition.first, itself.value == scalar {
      bits |= UInt16(itself.combiningClass)
      if itself.composesBackward { bits |= NormalizationTable.Traits.composingBackward }
    }
    let startsAnew = decomposition.first.map { $0.combiningClass == 0 && !$0.composesBackward } ?? false
    if form != .none && !startsAnew { bits |= NormalizationTable.Traits.continuing }
    return .init(bits: bits)
  }

  /// Appends a decomposed scalar after case mapping, of which none gives a scalar that decomposes.
  private mutating func appendCaseMapped(_ part: UInt32) {
    let count: Int32
    switch caseMapping {
    case .lower: count = text_lowercase(part, &mapped)
    case .fold where !(foldsIotaSubscriptLate && part == DecomposedScalar.iotaSubscript):
      count = text_casefold(part, &mapped)
    case .fold, .keep: return append(part)
    }
    for scalar in mapped[..<Int(count)] { append(scalar) }
  }

  private mutating func append(_ scalar: UInt32) {
    decomposition.append(
      DecomposedScalar(
        scalar, combiningClass: form == .none ? 0 : text_combining_class(scalar),
        composesBackward: composingBackward.contains(scalar)))
  }
}
