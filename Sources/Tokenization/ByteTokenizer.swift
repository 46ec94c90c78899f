public import TokenFiles

/// Tokens that are bytes.
public struct ByteTokenizer: Tokenizer {
  /// The tokens that text is made into.
  public let vocabulary: Vocabulary

  private let ids: [TokenID]

  init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    ids = (UInt8.min...UInt8.max).map { vocabulary.id(of: [$0]) ?? vocabulary.boundary }
  }

  /// Appends the id of each byte; none is ever unknown.
  public func encode(_ text: Span<UInt8>, into ids: inout [TokenID], unknown: inout [Range<Int>]) {
    ids.append(addingCapacity: text.count) { output in
      for index in text.indices { output.append(self.ids[Int(text[index])]) }
    }
  }
}
