public import DataFiles
public import TokenFiles
public import UnicodeText

/// Reads texts as streams and makes ids of them piece by piece, with memory that does not grow with the texts.
///
/// The texts follow one another. In the literature's setting each one's last line ends with `<eos>`, whether or not a
/// line feed is there; nothing else is put between them, nor before the first. Bytes that stay as they are need not be
/// UTF-8.
public struct CorpusEncoder: ~Copyable {
  /// What was counted so far.
  public var counts: TextCounts { counter.counts }

  private let vocabulary: Vocabulary
  private var tokenizer: any Tokenizer
  private var reader: CorpusReader
  private var counter = TextCounter()
  private var block: [UInt8] = []
  private var unknown: [Range<Int>] = []
  private var lineIsOpen = false

  /// An encoder at the start of the first text.
  ///
  /// - Parameters:
  ///   - vocabulary: the tokens, and how text becomes them.
  ///   - inputs: the texts.
  ///   - invalidUTF8: what is done with bytes that are not UTF-8.
  /// - Throws: `DataError` when the vocabulary's locale is not at hand.
  public init(
    _ vocabulary: Vocabulary, _ inputs: [CorpusInput], invalidUTF8: InvalidUTF8Policy = .error
  ) throws(DataError) {
    self.vocabulary = vocabulary
    tokenizer = try vocabulary.makeTokenizer()
    reader = vocabulary.configuration.reader(of: inputs, invalidUTF8: invalidUTF8)
  }

  /// Replaces the ids by the next ones, of which there may be none; returns false after the last text.
  ///
  /// - Throws: `DataError` when a text cannot be read.
  public mutating func next(into ids: inout [TokenID]) throws(DataError) -> Bool {
    ids.removeAll(keepingCapacity: true)
    guard let event = try reader.next(into: &block) else { return false }
    switch event {
    case .block: append(block, to: &ids)
    case .endOfInput: endText(&ids)
    }
    return true
  }

  private mutating func append(_ text: [UInt8], to ids: inout [TokenID]) {
    let before = ids.count
    unknown.removeAll(keepingCapacity: true)
    tokenizer.encode(text.span, into: &ids, unknown: &unknown)
    counter.append(text.span)
    counter.counts.tokens += ids.count - before
    counter.counts.unknown += unknown.count
    if let last = ids.last { lineIsOpen = last != vocabulary.boundary }
  }

  private mutating func endText(_ ids: inout [TokenID]) {
    if lineIsOpen && vocabulary.boundaryEndsLines {
      ids.append(vocabulary.boundary)
      counter.counts.tokens += 1
    }
    lineIsOpen = false
    counter.endText()
  }
}
