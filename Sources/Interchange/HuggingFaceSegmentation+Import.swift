import DataFiles
import Tokenization

extension HuggingFaceSegmentation {
  /// A way of dividing text that a file can mean.
  struct Reading {
    let level: TokenizerLevel
    let isLossless: Bool
    let lookup: Lookup
  }

  /// Regular expressions that find each scalar.
  private static let scalarPatterns = ["", "(?m:.)", "(?m).", #"[\s\S]"#]

  /// What a file's pre-tokenizers do before its model looks tokens up.
  ///
  /// - Throws: `DataError` for a pre-tokenizer, or an order of them, that is none of Longhand's.
  static func read(
    _ part: HuggingFaceDocument.Part?, model: HuggingFaceDocument.Part
  ) throws(DataError) -> Reading {
    let isWordLevel = try model.string("type") == "WordLevel"
    let hasMerges = model.optional("merges")?.value.arrayValue?.isEmpty == false
    guard let part else {
      guard !isWordLevel && !hasMerges else {
        throw model.error("finds words in text that no pre_tokenizer divides, as no level of Longhand's does")
      }
      return Reading(level: .character, isLossless: true, lookup: .scalars)
    }
    var steps: [JSONValue] = []
    for component in try part.components("pretokenizers") { steps.append(try step(component.type, component.part)) }
    if steps.count == 1, !hasMerges, scalarPatterns.contains(where: { steps[0] == HuggingFaceComponent.split($0) }) {
      return Reading(level: .character, isLossless: true, lookup: .scalars)
    }
    for level in TokenizerLevel.allCases where level != .word && level != .character {
      for (isLossless, unknown) in [(true, UnknownPolicy.symbol), (true, .bytes), (false, .symbol)] {
        guard
          let configuration = try? TokenizerConfiguration(level: level, isLossless: isLossless, unknown: unknown),
          let segmentation = HuggingFaceSegmentation(configuration), segmentation.preTokenizers == steps,
          isWordLevel == (segmentation.lookup == .wordLevel), !hasMerges || level == .bpe
        else { continue }
        return Reading(level: level, isLossless: isLossless, lookup: segmentation.lookup)
      }
    }
    throw part.error(
      "divides text as no level of Longhand's does; of another's tokens make a list, and of that a "
        + "vocabulary with longhand vocab --list")
  }

  /// A pre-tokenizer in the words in which it is exported.
  private static func step(_ type: String, _ part: HuggingFaceDocument.Part) throws(DataError) -> JSONValue {
    switch type {
    case "Split":
      try part.allow(["pattern", "behavior", "invert"])
      let (pattern, behavior) = (try part.required("pattern"), try part.string("behavior"))
      try pattern.allow(["String", "Regex"])
      // An empty string is found before every scalar, as the empty expression is.
      guard let regex = try pattern.optionalString("Regex") ?? (pattern.value["String"] == .string("") ? "" : nil)
      else {
        throw pattern.error("divides text at a string, as no level of Longhand's does")
      }
      let inverts = try part.bool("invert", false)
      switch (behavior, inverts) {
      case ("Isolated", _): return HuggingFaceComponent.split(regex)
      case ("Removed", true): return HuggingFaceComponent.split(regex, keepsMatchesOnly: true)
      default: throw part.error("drops or joins what it finds (\(DataError.shown(behavior))), as no level does")
      }
    case "ByteLevel":
      try part.allow(["add_prefix_space", "trim_offsets", "use_regex"])
      if try part.bool("add_prefix_space", true) {
        throw part.error("adds a space at the start of a text (add_prefix_space), as no level of Longhand's does")
      }
      if try part.bool("use_regex", true) {
        throw part.error(
          "divides text by the regular expression of GPT-2 (use_regex); Longhand's subwords have another")
      }
      return HuggingFaceComponent.byteLevel
    case "Metaspace":
      try part.allow(["replacement", "prepend_scheme", "split"])
      guard try part.string("replacement") == segmentSign, try part.string("prepend_scheme") == "always",
        try !part.bool("split", true)
      else { throw part.error("writes spaces as another sign, as no level of Longhand's does") }
      return HuggingFaceComponent.prepend(segmentSign)
    case "Whitespace", "WhitespaceSplit":
      throw part.error(
        "is \(type), which drops the ends of lines: make a list of the tokens, and of that a vocabulary with longhand "
          + "vocab --list --level whitespace, where <eos> ends each line")
    default:
      throw part.error("is a pre-tokenizer that Longhand has not, \(DataError.shown(type))")
    }
  }
}
