public import DataFiles
import TokenFiles
public import Tokenization
import UnicodeText

/// A vocabulary as a `tokenizer.json`, which `tokenizers` of Hugging Face loads and makes the same ids with.
///
/// The text of one document gives the ids that `CorpusEncoder` gives, unless a word has more than 1 MiB, where that cuts
/// it. Characters are byte-pair encoding without merges,
/// which needs no pre-tokenizer; segments are divided by a regular expression and looked up, or, where bytes spell what is
/// not in the vocabulary, are byte-pair encoding that looks whole segments up and else leaves them in bytes. No special
/// token is among `added_tokens`, since their names would be recognized within the text.
public struct HuggingFaceExport: Sendable {
  /// The file's content.
  public let document: JSONValue

  /// What a user must know, a sentence each: where ids differ after all, and what the format does not say.
  public let notes: [String]

  /// The tokenizer of a vocabulary.
  ///
  /// - Throws: `DataError` with code `data` where the format cannot express how text becomes its tokens.
  public init(_ vocabulary: Vocabulary) throws(DataError) {
    let configuration = vocabulary.configuration
    let normalization = HuggingFaceNormalization(
      configuration.normalization, endsLastLine: !configuration.isLossless)
    let segmentation = HuggingFaceSegmentation(configuration)
    guard let segmentation else {
      throw Self.refusal(
        "words by the rules and dictionaries of ICU", "build a vocabulary of level whitespace, bpe or grapheme")
    }
    guard let steps = normalization.steps() else {
      throw Self.refusal(
        configuration.normalization.form == .nfkcCasefold ? "the form nfkc-casefold" : "case folding",
        "build the vocabulary with another form, or with lower case")
    }
    let model = HuggingFaceModel(vocabulary, segmentation)
    document = .object([
      .init("version", .string("1.0")), .init("truncation", .null), .init("padding", .null),
      .init("added_tokens", .array([])),
      .init("normalizer", HuggingFaceComponent.sequence("normalizers", steps)),
      .init("pre_tokenizer", HuggingFaceComponent.sequence("pretokenizers", segmentation.preTokenizers)),
      .init("post_processor", .null),
      .init("decoder", HuggingFaceComponent.sequence("decoders", segmentation.decoders)), .init("model", model.json),
    ])
    notes = normalization.limits + Self.notes(on: vocabulary, model)
  }

  /// Writes the file, durably.
  ///
  /// - Throws: `DataError` when it cannot be written; an old file stays as it is.
  public func write(to path: String) throws(DataError) {
    var file = try DurableFile(replacing: path)
    try document.serialize(pretty: true) { (piece) throws(DataError) in try file.write(piece) }
    try file.write([0x0A])
    try file.commit()
  }

  private static func notes(on vocabulary: Vocabulary, _ model: HuggingFaceModel) -> [String] {
    let configuration = vocabulary.configuration
    var notes: [String] = []
    if configuration.documents != .none {
      notes.append(
        "documents: encode each by itself; the boundary that stands between two of them, id \(vocabulary.boundary), is "
          + "not put there")
    }
    if !configuration.isLossless {
      notes.append("the end of a line is the token \"\\n\", id 1, which stands behind a last line without one, too")
    }
    notes += model.renamed.map { name, key in
      "\(name) is called \"\(key)\", lest text that spells it out becomes it"
    }
    return notes
  }

  private static func refusal(_ what: String, _ remedy: String) -> DataError {
    DataError(.data, "tokenizer.json cannot express \(what): \(remedy)")
  }
}
