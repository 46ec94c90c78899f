public import DataFiles
public import TokenFiles

/// Sets tokens one behind the other, or, in the literature's setting, with spaces and line feeds between them.
public struct TokenJoiner: Sendable {
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
    guard let bytes = vocabulary.bytes(of: id) else {
      throw DataError(.data, "no token has id \(id): the vocabulary has \(vocabulary.count) tokens; take the right one")
    }
    let isBoundary = id == vocabulary.boundary
    if vocabulary.boundaryEndsLines {
      if isBoundary {
        text.append(0x0A)
      } else {
        if lineIsOpen { text.append(0x20) }
        text += bytes
      }
      lineIsOpen = !isBoundary
    } else if id == vocabulary.unknown {
      text += [0xEF, 0xBF, 0xBD]
    } else if !isBoundary {
      text += bytes
    }
  }
}
