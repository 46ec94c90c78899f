public import DataFiles
public import TokenFiles

/// Makes ids of text; bytes, characters and longer tokens are peers behind it, and others can join.
public protocol Tokenizer {
  /// The tokens that text is made into.
  var vocabulary: Vocabulary { get }

  /// Appends the ids of a stretch of normalized text.
  ///
  /// - Parameters:
  ///   - text: valid UTF-8 that stands by itself, as `TextPreparer` hands it on.
  ///   - ids: receives one id for each token; what is not in the vocabulary becomes `<unk>`, or as many ids as it has
  ///     bytes.
  ///   - unknown: receives the place in the text, in bytes, of each token that is not in the vocabulary.
  mutating func encode(_ text: Span<UInt8>, into ids: inout [TokenID], unknown: inout [Range<Int>])
}

extension Vocabulary {
  /// A tokenizer for this vocabulary; each thread needs its own.
  public func makeTokenizer() throws(DataError) -> any Tokenizer {
    if configuration.level == .byte { return ByteTokenizer(vocabulary: self) }
    if configuration.level == .bpe { return BytePairTokenizer(vocabulary: self) }
    if let segments = try SegmentTokenizer(vocabulary: self) { return segments }
    return CharacterTokenizer(vocabulary: self)
  }
}
