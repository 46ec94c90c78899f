internal import TokenFiles
internal import Tokenization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// How fast a text becomes ids, its vocabulary ready: reading, validation, normalization, segmentation and look-up.
public struct TokenizingBenchmark: Sendable {
  /// Millions of bytes of the text a second, over all passes but the first.
  public let megabytesPerSecond: Double
  /// Tokens a second, likewise.
  public let tokensPerSecond: Double
  /// The bytes that were read in a pass, decompressed.
  public let bytes: Int
  /// The tokens that they make.
  public let tokens: Int
  /// The processor's time of a pass, over all threads: what else runs on the machine hardly changes it.
  public let processorSeconds: Double
  /// How many times the text was read and measured.
  public let passes: Int
  /// How the work of all threads divides, in shares of their sum.
  public let shares: (read: Double, normalize: Double, encode: Double)

  /// Makes ids of a text again and again, for some seconds and three times at least, after a first time that shows how
  /// long it takes.
  ///
  /// - Parameters:
  ///   - input: the text, which can be read several times.
  ///   - vocabulary: the tokens, and how text becomes them.
  ///   - threads: how many threads work.
  ///   - seconds: how long to measure.
  /// - Throws: `DataError` when the text cannot be read.
  public init(_ input: CorpusInput, _ vocabulary: Vocabulary, threads: Int, seconds: Double) throws(DataError) {
    let first = try Self.read([input], vocabulary, threads: threads)
    passes = max(3, min(Int((seconds / first.seconds).rounded(.up)), 100_000))
    let before = Self.processorTime
    let all = try Self.read(Array(repeating: input, count: passes), vocabulary, threads: threads)
    processorSeconds = (Self.processorTime - before) / Double(passes)
    megabytesPerSecond = Double(all.encoder.bytesRead) / 1e6 / all.seconds
    tokensPerSecond = Double(all.encoder.counts.tokens) / all.seconds
    bytes = first.encoder.bytesRead
    tokens = first.encoder.counts.tokens
    let stages = all.encoder.stages
    let sum = stages.read + stages.normalize + stages.encode
    shares = (stages.read / sum, stages.normalize / sum, stages.encode / sum)
  }

  /// What the process has used of the processor, in seconds.
  private static var processorTime: Double { Double(clock()) / 1_000_000 }

  private static func read(
    _ inputs: [CorpusInput], _ vocabulary: Vocabulary, threads: Int
  ) throws(DataError) -> (encoder: CorpusEncoder, seconds: Double) {
    let start = ContinuousClock.now
    let encoder = try CorpusEncoder(vocabulary, inputs, threads: threads)
    var ids: [TokenID] = []
    while try encoder.next(into: &ids) {}
    return (encoder, (ContinuousClock.now - start) / .seconds(1))
  }
}
