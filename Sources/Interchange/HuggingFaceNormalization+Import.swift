import DataFiles
import UnicodeText

extension HuggingFaceNormalization {
  /// What a row of normalizers does: the normalization, whether the last line is ended, and what must be known of it.
  ///
  /// - Throws: `DataError` for a normalizer, or an order of them, that is none of Longhand's.
  static func read(
    _ part: HuggingFaceDocument.Part?
  ) throws(DataError) -> (normalization: TextNormalization, endsLastLine: Bool, notes: [String]) {
    guard let part else { return (.unchanged, false, []) }
    var steps: [JSONValue] = []
    for component in try part.components("normalizers") { steps.append(try step(component.type, component.part)) }
    let plainSteps = rewritten(steps)
    for form in NormalizationForm.allCases {
      for caseMapping in CaseMapping.allCases {
        for lineEndings in LineEndingPolicy.allCases {
          for endsLastLine in [false, true] {
            let normalization = TextNormalization(form: form, caseMapping: caseMapping, lineEndings: lineEndings)
            let candidate = HuggingFaceNormalization(normalization, endsLastLine: endsLastLine)
            if candidate.steps() == steps { return (normalization, endsLastLine, candidate.limits) }
            if candidate.steps(isExact: false) == plainSteps {
              return (normalization, endsLastLine, candidate.limits + candidate.newerNote)
            }
          }
        }
      }
    }
    throw part.error("does in this order what Longhand cannot do: it knows NFC, NFD, NFKC or NFKD, then Lowercase")
  }

  /// A normalizer in the words in which it is exported.
  private static func step(_ type: String, _ part: HuggingFaceDocument.Part) throws(DataError) -> JSONValue {
    switch type {
    case "NFC", "NFD", "NFKC", "NFKD", "Lowercase":
      try part.allow([])
      return HuggingFaceComponent.of(type)
    case "Replace":
      try part.allow(["pattern", "content"])
      let (pattern, content) = (try part.required("pattern"), try part.string("content"))
      try pattern.allow(["String", "Regex"])
      if let regex = try pattern.optionalString("Regex") {
        return HuggingFaceComponent.replace(pattern: regex, by: content)
      }
      return HuggingFaceComponent.replace(try pattern.string("String"), by: content)
    default:
      throw part.error(
        "is a normalizer that Longhand has not, \(DataError.shown(type)): it knows NFC, NFD, NFKC, NFKD, Lowercase and "
          + "the replacement of line ends")
    }
  }

  /// The same as fewer steps, where people write more of them.
  private static func rewritten(_ steps: [JSONValue]) -> [JSONValue] {
    func form(_ name: String) -> JSONValue { HuggingFaceComponent.of(name) }
    let (lower, nfc) = (form("Lowercase"), form("NFC"))
    let rules: [(longer: [JSONValue], shorter: [JSONValue])] = [
      (
        [HuggingFaceComponent.replace("\r\n", by: "\n"), HuggingFaceComponent.replace("\r", by: "\n")],
        [HuggingFaceComponent.replace(pattern: #"\r\n?"#, by: "\n")]
      ), ([form("NFD"), lower, nfc], [lower, nfc]), ([form("NFKD"), lower, nfc], [form("NFKC"), lower, nfc]),
      ([form("NFKD"), lower, form("NFKC")], [form("NFKC"), lower, nfc]),
    ]
    var steps = steps
    for rule in rules {
      guard steps.count >= rule.longer.count else { continue }
      for start in 0...steps.count - rule.longer.count
      where steps[start...].prefix(rule.longer.count).elementsEqual(rule.longer) {
        steps.replaceSubrange(start..<start + rule.longer.count, with: rule.shorter)
        break
      }
    }
    return steps
  }
}
