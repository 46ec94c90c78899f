public import DataFiles
import Threading
public import TokenFiles
public import UnicodeText

/// Reads texts as streams and makes ids of them piece by piece, with memory that does not grow with the texts.
///
/// The texts follow one another. In the literature's setting each one's last line ends with `<eos>`, whether or not a
/// line feed is there. Where documents are told apart the boundary stands between two of them, and nothing before the
/// first. Several threads may share out the pieces; what comes out is the same.
public final class CorpusEncoder {
  /// What was counted so far.
  public private(set) var counts = TextCounts()
  /// How many bytes of the inputs have been made into ids, as they were read.
  public private(set) var bytesRead = 0
  /// Seconds that all threads together spent on each stage.
  public private(set) var stages = EncodingStages()

  private let pipeline: OrderedPipeline<EncodingJob, DataError>

  /// An encoder at the start of the first text.
  ///
  /// - Parameters:
  ///   - vocabulary: the tokens, and how text becomes them.
  ///   - inputs: the texts.
  ///   - invalidUTF8: what is done with bytes that are not UTF-8; nil keeps them where the vocabulary can spell bytes
  ///     and leaves text as it is, and refuses them elsewhere.
  ///   - allowsEmpty: whether all texts may be without a byte.
  ///   - threads: how many threads work.
  /// - Throws: `DataError` when the vocabulary's locale is not at hand, or it cannot keep bytes that it is told to keep.
  public convenience init(
    _ vocabulary: Vocabulary, _ inputs: [CorpusInput], invalidUTF8: InvalidUTF8Policy? = nil, allowsEmpty: Bool = false,
    threads: Int = 1
  ) throws(DataError) {
    try self.init(
      vocabulary, inputs, invalidUTF8: invalidUTF8, allowsEmpty: allowsEmpty, threads: threads, marksLines: false)
  }

  init(
    _ vocabulary: Vocabulary, _ inputs: [CorpusInput], invalidUTF8: InvalidUTF8Policy?, allowsEmpty: Bool = false,
    threads: Int, marksLines: Bool, pieceSize: Int? = nil
  ) throws(DataError) {
    let configuration = vocabulary.configuration
    let policy = try configuration.policy(invalidUTF8)
    let source = CorpusSource(
      configuration.reader(of: inputs, invalidUTF8: policy, allowsEmpty: allowsEmpty, pieceSize: pieceSize))
    pipeline = try OrderedPipeline(
      threads: threads,
      makeJob: { () throws(DataError) in
        try EncodingJob(vocabulary, invalidUTF8: policy, marksLines: marksLines)
      },
      fill: { (job) throws(DataError) in try job.read(source) }, work: { (job) throws(DataError) in try job.encode() })
  }

  /// Replaces the ids by the next ones, of which there may be none; returns false after the last text.
  ///
  /// - Throws: `DataError` when a text cannot be read.
  public func next(into ids: inout [TokenID]) throws(DataError) -> Bool {
    guard let job = try nextJob() else { return false }
    swap(&ids, &job.encoder.ids)
    return true
  }

  /// The next piece, as it was made into ids; it is valid until the next call.
  func nextJob() throws(DataError) -> EncodingJob? {
    guard let job = try pipeline.next() else { return nil }
    counts = counts + job.encoder.counts
    bytesRead += job.piece.bytes.count
    stages = stages + job.stages
    return job
  }
}

/// One piece of a corpus on its way to ids.
final class EncodingJob {
  var piece = CorpusPiece()
  var encoder: TokenEncoder
  var stages = EncodingStages()
  private let preparer: TextPreparer

  init(_ vocabulary: Vocabulary, invalidUTF8: InvalidUTF8Policy, marksLines: Bool) throws(DataError) {
    encoder = try TokenEncoder(vocabulary, marksLines: marksLines)
    preparer = TextPreparer(vocabulary.configuration, invalidUTF8: invalidUTF8, splitsLines: marksLines)
  }

  /// Takes the next piece; false when there is none.
  func read(_ source: CorpusSource) throws(DataError) -> Bool {
    let start = ContinuousClock.now
    defer { stages.read = ContinuousClock.now - start }
    return try source.next(into: &piece)
  }

  func encode() throws(DataError) {
    let start = ContinuousClock.now
    encoder.begin(piece)
    try preparer.prepare(piece, for: &encoder)
    stages.normalize = preparer.normalizing
    stages.encode = ContinuousClock.now - start - preparer.normalizing
  }
}

/// A reader that several threads may hold, one of which reads at a time.
final class CorpusSource {
  private var reader: CorpusReader

  init(_ reader: consuming CorpusReader) {
    self.reader = reader
  }

  func next(into piece: inout CorpusPiece) throws(DataError) -> Bool { try reader.next(into: &piece) }
}
