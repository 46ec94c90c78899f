public import DataFiles
public import TokenFiles
public import UnicodeText

/// Reads texts line by line; a line's line feed, or `<eos>` in the literature's setting, is its last token.
public struct LineEncoder: ~Copyable {
  private let vocabulary: Vocabulary
  private var tokenizer: any Tokenizer
  private var reader: CorpusReader
  private var block: [UInt8] = []
  private var start = 0
  private var line: [UInt8] = []
  private var unknown: [Range<Int>] = []

  /// An encoder at the start of the first text.
  ///
  /// - Throws: `DataError` when the vocabulary's locale is not at hand.
  public init(
    _ vocabulary: Vocabulary, _ inputs: [CorpusInput], invalidUTF8: InvalidUTF8Policy = .error
  ) throws(DataError) {
    self.vocabulary = vocabulary
    tokenizer = try vocabulary.makeTokenizer()
    reader = vocabulary.configuration.reader(of: inputs, invalidUTF8: invalidUTF8)
  }

  /// Replaces the ids by those of the next line and says what it counts; nil after the last line.
  ///
  /// - Throws: `DataError` when a text cannot be read.
  public mutating func next(into ids: inout [TokenID]) throws(DataError) -> TextCounts? {
    guard try readLine() else { return nil }
    ids.removeAll(keepingCapacity: true)
    unknown.removeAll(keepingCapacity: true)
    let text = line
    tokenizer.encode(text.span, into: &ids, unknown: &unknown)
    if vocabulary.boundaryEndsLines && ids.last != vocabulary.boundary { ids.append(vocabulary.boundary) }
    var counter = TextCounter()
    counter.append(text.span)
    counter.counts.tokens = ids.count
    counter.counts.unknown = unknown.count
    return counter.counts
  }

  private mutating func readLine() throws(DataError) -> Bool {
    line.removeAll(keepingCapacity: true)
    while true {
      if let end = block[start...].firstIndex(of: 0x0A) {
        line += block[start...end]
        start = end + 1
        return true
      }
      line += block[start...]
      start = 0
      switch try reader.next(into: &block) {
      case .block: continue
      case .endOfInput:
        block.removeAll(keepingCapacity: true)
        if !line.isEmpty { return true }
      case nil: return false
      }
    }
  }
}
