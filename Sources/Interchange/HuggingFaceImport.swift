public import DataFiles
public import TokenFiles
public import Tokenization
import UnicodeText

/// A `tokenizer.json` of Hugging Face's `tokenizers` as a vocabulary that makes the same tokens of every text.
///
/// Taken are models `WordLevel` and `BPE` whose normalizer and pre-tokenizer do what a level of Longhand's does; all else
/// is refused, with its place in the file. Longhand's special tokens come first, so ids may be others than in the file:
/// `ids` maps them. Names of special tokens that stand in a text are text, as with `encode_special_tokens` there.
public struct HuggingFaceImport: Sendable {
  /// The vocabulary, without counts; the file's order is kept behind the special tokens and the bytes that spell.
  public let vocabulary: Vocabulary

  /// The id here of each id in the file; nil for tokens that were left out.
  public let ids: [TokenID?]

  /// What a user must know, a sentence each.
  public let notes: [String]

  /// Whether each token has the id that it has in the file.
  public var keepsIDs: Bool { ids.indices.allSatisfy { ids[$0] == TokenID($0) } && ids.count == vocabulary.count }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - dropsUnused: whether tokens that no text becomes and that have no counterpart here, such as `[PAD]`, are left out
  ///   instead of refused.
  /// - Throws: `DataError` when it cannot be read, is no `tokenizer.json`, or makes tokens as no level of Longhand's does.
  public init(path: String, dropsUnused: Bool = false) throws(DataError) {
    let file = try MappedFile(copying: path)
    self = try unsafe file.withUnsafeBytes { (bytes) throws(DataError) in
      try unsafe HuggingFaceImport(parsing: bytes, from: path, dropsUnused: dropsUnused)
    }
  }

  /// Reads a file's text; `source` is its name for messages.
  ///
  /// - Throws: `DataError` as `init(path:dropsUnused:)` does.
  public init(
    parsing bytes: UnsafeRawBufferPointer, from source: String, dropsUnused: Bool = false
  ) throws(DataError) {
    let document = try unsafe HuggingFaceDocument(parsing: bytes, from: source)
    let model = try HuggingFaceTokens(document)
    let (normalization, endsLastLine, notes) = try HuggingFaceNormalization.read(document.root.optional("normalizer"))
    guard endsLastLine == !model.reading.isLossless else {
      throw document.root.error(
        "ends the last line and drops white space, or does neither in Longhand: its normalizer and pre_tokenizer differ"
      )
    }
    try Self.checkPostProcessor(document.root.optional("post_processor"))
    let made = try model.vocabulary(normalization: normalization, dropsUnused: dropsUnused)
    vocabulary = made.vocabulary
    ids = made.ids
    self.notes = notes + made.notes
  }

  /// Refuses what adds tokens to those of the text.
  private static func checkPostProcessor(_ part: HuggingFaceDocument.Part?) throws(DataError) {
    guard let part else { return }
    for (type, component) in try part.components("processors") where type != "ByteLevel" {
      throw component.error(
        "adds tokens to those of a text (\(DataError.shown(type))), as Longhand does not do: set it to null")
    }
  }
}
