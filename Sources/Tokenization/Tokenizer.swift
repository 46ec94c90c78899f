public import DataFiles
public import TokenFiles

/// Makes ids of text; bytes, characters and longer tokens are peers behind it, and others can join.
public protocol Tokenizer {
  /// The tokens that text is made into.
  var vocabulary: Vocabulary { get }

  /// Appends the ids of a block of normalized text.
  ///
  /// - Parameters:
  ///   - block: a block of `CorpusReader`, or another text that stands by itself.
  ///   - ids: receives one id for each token; what is not in the vocabulary becomes `<unk>`.
  ///   - unknown: receives the place in the block, in bytes, of each token that became `<unk>`.
  mutating func encode(_ block: Span<UInt8>, into ids: inout [TokenID], unknown: inout [Range<Int>])
}

extension Vocabulary {
  /// A tokenizer for this vocabulary; each thread needs its own.
  public func makeTokenizer() throws(DataError) -> any Tokenizer {
    switch configuration.level {
    case .byte: ByteTokenizer(vocabulary: self)
    case .character: CharacterTokenizer(vocabulary: self)
    case .grapheme, .word, .whitespace: try SegmentTokenizer(vocabulary: self)
    }
  }
}
