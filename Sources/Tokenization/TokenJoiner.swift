public import DataFiles
public import TokenFiles

/// Sets tokens one behind the other, or, in the literature's setting, with spaces and line feeds between them.
public struct TokenJoiner: Sendable {
  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  private let vocabulary: Vocabulary
  private var lineIsOpen = false

  /// A joiner before the first token.
  public init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
  }

  /// Appends what one more token adds to the text; where it cannot be written as `<unk>`, the unknown is U+FFFD.
  ///
  /// - Throws: `DataError` when the vocabulary has no such id.
  public mutating func append(_ id: TokenID, to text: inout [UInt8]) throws(DataError) {
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
