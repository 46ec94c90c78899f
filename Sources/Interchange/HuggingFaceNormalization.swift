import DataFiles
import UnicodeText

/// Normalization as a row of the normalizers of `tokenizers`.
///
/// Their tables are those of Unicode 9, their lower case that of Unicode 17. What decomposes in Unicode 15.0 and
/// not there is replaced before; what is left is said in `limits`.
struct HuggingFaceNormalization {
  private let normalization: TextNormalization
  private let endsLastLine: Bool

  /// A normalization, and whether a text's last line ends with a line feed if it holds anything.
  init(_ normalization: TextNormalization, endsLastLine: Bool = false) {
    self.normalization = normalization
    self.endsLastLine = endsLastLine
  }

  /// The normalizers; nil where there are none for it.
  ///
  /// - Parameter isExact: whether scalars that are newer than the tables are replaced first.
  func steps(isExact: Bool = true) -> [JSONValue]? {
    var steps: [JSONValue] = []
    if normalization.lineEndings == .lf { steps.append(HuggingFaceComponent.replace(pattern: #"\r\n?"#, by: "\n")) }
    if isExact { steps += newerMappings }
    let lower = HuggingFaceComponent.of("Lowercase")
    guard let form = formName else { return nil }
    switch (normalization.form, normalization.caseMapping) {
    case (_, .fold): return nil
    case (.none, .keep): break
    case (.none, .lower): steps.append(lower)
    case (_, .keep): steps.append(HuggingFaceComponent.of(form))
    case (.nfc, .lower): steps += [lower, HuggingFaceComponent.of("NFC")]
    case (.nfkc, .lower):
      steps += [HuggingFaceComponent.of("NFKC"), lower, HuggingFaceComponent.of("NFC")]
    case (_, .lower): steps += [HuggingFaceComponent.of(form), lower]
    }
    if endsLastLine { steps.append(HuggingFaceComponent.replace(pattern: SegmentationPattern.openLineEnd, by: "\n")) }
    return steps
  }

  /// What `tokenizers` does otherwise, a sentence each.
  var limits: [String] {
    var limits: [String] = []
    if normalization.form != .none {
      limits.append(
        "tokenizers takes combining marks newer than Unicode 9 (109 of them, such as U+08D3) for letters; ids may differ "
          + "where such a mark stands next to another mark")
    }
    if normalization.caseMapping == .lower {
      limits.append("55 capital letters newer than Unicode 15.0, such as U+A7CB, become lower case")
    }
    return limits
  }

  /// What `tokenizers` does otherwise where newer scalars are not replaced first.
  var newerNote: [String] {
    newerMappings.isEmpty
      ? []
      : [
        "\(newerMappings.count) scalars newer than the tables of tokenizers, such as U+11938, are normalized here only"
      ]
  }

  private var formName: String? {
    switch normalization.form {
    case .none: ""
    case .nfc: "NFC"
    case .nfd: "NFD"
    case .nfkc: "NFKC"
    case .nfkd: "NFKD"
    case .nfkcCasefold: nil
    }
  }

  /// Scalars with compatibility decompositions that the tables lack.
  private static let newerScalars: [ClosedRange<UInt32>] = [
    0x32FF...0x32FF, 0xA7F2...0xA7F4, 0xAB69...0xAB69, 0x10781...0x10785, 0x10787...0x107B0, 0x107B2...0x107BA,
    0x1E030...0x1E06D, 0x1F16C...0x1F16C, 0x1FBF0...0x1FBF9,
  ]

  private var newerMappings: [JSONValue] {
    // Dives Akuru's vowel sign O is the one new canonical decomposition.
    let (composed, decomposed) = ("\u{11938}", "\u{11935}\u{11930}")
    switch normalization.form {
    case .none, .nfkcCasefold: return []
    case .nfc: return [HuggingFaceComponent.replace(decomposed, by: composed)]
    case .nfd: return [HuggingFaceComponent.replace(composed, by: decomposed)]
    case .nfkc: return Self.compatibility + [HuggingFaceComponent.replace(decomposed, by: composed)]
    case .nfkd: return Self.compatibility + [HuggingFaceComponent.replace(composed, by: decomposed)]
    }
  }

  private static let compatibility: [JSONValue] = {
    let form = TextNormalization(form: .nfkd, lineEndings: .keep)
    return newerScalars.joined().compactMap(Unicode.Scalar.init).map { scalar in
      let text = String(scalar)
      return HuggingFaceComponent.replace(
        text, by: String(decoding: form.normalized(Array(text.utf8)), as: UTF8.self))
    }
  }()
}
