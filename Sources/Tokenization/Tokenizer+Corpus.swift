public import DataFiles
public import TokenFiles
public import UnicodeText

extension Tokenizer {
  /// Reads texts as streams and hands their ids on in batches, with memory that does not grow with the texts.
  ///
  /// The texts follow one another. In the literature's setting each one's last line ends with `<eos>`, whether or not
  /// a line feed is there; nothing else is put between them, nor before the first.
  ///
  /// - Parameters:
  ///   - inputs: the texts.
  ///   - invalidUTF8: what is done with bytes that are not UTF-8; bytes that stay as they are need not be.
  ///   - body: takes the next ids.
  /// - Returns: what was counted in all.
  /// - Throws: `DataError` when a text cannot be read, and what the body throws.
  public mutating func encode(
    _ inputs: [CorpusInput], invalidUTF8: InvalidUTF8Policy = .error,
    _ body: (_ ids: [TokenID]) throws(DataError) -> Void
  ) throws(DataError) -> TextCounts {
    let configuration = vocabulary.configuration
    var reader = CorpusReader(
      inputs, normalization: configuration.normalization, invalidUTF8: invalidUTF8, isRaw: configuration.isRaw)
    var counter = TextCounter()
    var block: [UInt8] = []
    var ids: [TokenID] = []
    var unknown: [Range<Int>] = []
    var lineIsOpen = false
    while let event = try reader.next(into: &block) {
      ids.removeAll(keepingCapacity: true)
      unknown.removeAll(keepingCapacity: true)
      switch event {
      case .block:
        encode(block.span, into: &ids, unknown: &unknown)
        counter.append(block.span)
        if let last = ids.last { lineIsOpen = last != vocabulary.boundary }
      case .endOfInput:
        if lineIsOpen && vocabulary.boundaryEndsLines { ids.append(vocabulary.boundary) }
        lineIsOpen = false
        counter.endText()
      }
      counter.counts.tokens += ids.count
      counter.counts.unknown += unknown.count
      if !ids.isEmpty { try body(ids) }
    }
    return counter.counts
  }
}
