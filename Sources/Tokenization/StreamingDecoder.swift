public import DataFiles
public import TokenFiles
import UnicodeText

/// Makes text of ids that come one at a time, and never hands out half a character.
///
/// A model of bytes may give the start of a UTF-8 sequence before its end, or one that is ill-formed: the start is held
/// back until it is whole, and what is ill-formed becomes U+FFFD.
public struct StreamingDecoder: Sendable {
  private var joiner: TokenJoiner
  private var gate = UTF8Decoder(policy: .replace)
  private var piece: [UInt8] = []
  private var text: [UInt8] = []

  /// A decoder for what follows a prompt, which is not handed out itself.
  public init(vocabulary: Vocabulary, after prompt: [TokenID] = []) throws(DataError) {
    joiner = TokenJoiner(vocabulary: vocabulary)
    for id in prompt {
      piece.removeAll(keepingCapacity: true)
      try joiner.append(id, to: &piece)
    }
  }

  /// The text that a further token completes, often one character, sometimes none.
  ///
  /// - Throws: `DataError` when the vocabulary has no such id.
  public mutating func append(_ id: TokenID) throws(DataError) -> String {
    piece.removeAll(keepingCapacity: true)
    try joiner.append(id, to: &piece)
    text.removeAll(keepingCapacity: true)
    // With replacement nothing is refused.
    try? gate.append(piece, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// What is still held back at the end: U+FFFD, or nothing.
  public mutating func finish() -> String {
    text.removeAll(keepingCapacity: true)
    try? gate.finish(into: &text)
    return String(decoding: text, as: UTF8.self)
  }
}

extension Vocabulary {
  /// The text of ids: exactly the normalized text that they were made of, where the tokens hold all of it.
  ///
  /// - Throws: `DataError` when there is no such id.
  public func decode(_ ids: [TokenID]) throws(DataError) -> [UInt8] {
    var joiner = TokenJoiner(vocabulary: self)
    var text: [UInt8] = []
    for id in ids { try joiner.append(id, to: &text) }
    return text
  }
}

/// Sets tokens one behind the other, or, in the literature's setting, with spaces and line feeds between them.
struct TokenJoiner: Sendable {
  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  private let vocabulary: Vocabulary
  private var lineIsOpen = false

  init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
  }

  /// Appends what one more token adds to the text; where it cannot be written as `<unk>`, the unknown is U+FFFD.
  mutating func append(_ id: TokenID, to text: inout [UInt8]) throws(DataError) {
    guard id < vocabulary.count else {
      throw DataError(.data, "no token has id \(id): the vocabulary has \(vocabulary.count) tokens; take the right one")
    }
    let isBoundary = id == vocabulary.boundary
    if vocabulary.boundaryEndsLines {
      if lineIsOpen && !isBoundary { text.append(0x20) }
      lineIsOpen = !isBoundary
    }
    if !vocabulary.isSpecial(id) {
      vocabulary.append(id, to: &text)
    } else if isBoundary {
      if vocabulary.boundaryEndsLines { text.append(0x0A) }
    } else {
      text += vocabulary.boundaryEndsLines ? TokenStream.unknown : Self.replacement
    }
  }
}
