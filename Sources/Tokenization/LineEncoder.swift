public import DataFiles
public import TokenFiles
public import UnicodeText

/// Reads texts line by line; a line's line feed, or `<eos>` in the literature's setting, is its last token.
public final class LineEncoder {
  private let encoder: CorpusEncoder
  private var job: EncodingJob?
  /// How many lines, ids and counts of the job have been handed out or set aside.
  private var lineCount = 0
  private var idCount = 0
  private var counted = TextCounts()

  /// An encoder at the start of the first text; see `CorpusEncoder` for the parameters.
  ///
  /// - Throws: `DataError` as `CorpusEncoder` does.
  public init(
    _ vocabulary: Vocabulary, _ inputs: [CorpusInput], invalidUTF8: InvalidUTF8Policy? = nil, threads: Int = 1
  ) throws(DataError) {
    encoder = try CorpusEncoder(vocabulary, inputs, invalidUTF8: invalidUTF8, threads: threads, marksLines: true)
  }

  /// Replaces the ids by those of the next line and says what it counts; nil after the last line.
  ///
  /// - Throws: `DataError` when a text cannot be read.
  public func next(into ids: inout [TokenID]) throws(DataError) -> TextCounts? {
    ids.removeAll(keepingCapacity: true)
    var counts = TextCounts()
    while true {
      if let job {
        let encoded = job.encoder
        let isWhole = lineCount < encoded.lines.count
        let (end, countedThen) = isWhole ? encoded.lines[lineCount] : (encoded.ids.count, encoded.counts)
        ids += encoded.ids[idCount..<end]
        counts = counts + (countedThen - counted)
        (lineCount, idCount, counted) = (lineCount + 1, end, countedThen)
        if isWhole { return counts }
      }
      // What is left of the piece is the start of a line that goes on in the next one.
      job = try encoder.nextJob()
      (lineCount, idCount, counted) = (0, 0, TextCounts())
      if job == nil { return nil }
    }
  }
}
