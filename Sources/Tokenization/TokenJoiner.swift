public import DataFiles
public import TokenFiles
import UnicodeText

/// Sets tokens one behind the other, or, in the literature's setting, with spaces and line feeds between them.
public struct TokenJoiner: Sendable {
  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  private let vocabulary: Vocabulary
  private let separator: [UInt8]
  private var lineIsOpen = false

  /// A joiner before the first token.
  public init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    separator = vocabulary.configuration.documents.separator
  }

  /// Appends what one more token adds to the text; where it cannot be written as `<unk>`, the unknown is U+FFFD.
  ///
  /// Between documents stands their separator.
  ///
  /// - Throws: `DataError` when the vocabulary has no such id.
  public mutating func append(_ id: TokenID, to text: inout [UInt8]) throws(DataError) {
    guard id < vocabulary.count else {
      throw DataError(.data, "no token has id \(id): the vocabulary has \(vocabulary.count) tokens; take the right one")
    }
    guard let endOfLine = vocabulary.endOfLine else {
      appendText(id, to: &text)
      return
    }
    if id == endOfLine {
      text.append(0x0A)
    } else {
      if lineIsOpen && id != vocabulary.boundary { text.append(0x20) }
      appendText(id, to: &text)
    }
    lineIsOpen = id != endOfLine && id != vocabulary.boundary
  }

  private func appendText(_ id: TokenID, to text: inout [UInt8]) {
    if !vocabulary.isSpecial(id) {
      vocabulary.append(id, to: &text)
    } else if id == vocabulary.boundary {
      text += separator
    } else {
      text += vocabulary.endOfLine == nil ? Self.replacement : SegmentTokenizer.unknownWord
    }
  }
}
