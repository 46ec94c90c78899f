internal import TokenFiles
internal import Tokenization

/// How fast a text becomes ids, its vocabulary ready: reading, validation, normalization, segmentation and look-up.
public struct TokenizingBenchmark: Sendable {
  /// Millions of bytes of the text a second: the median over the passes.
  public let megabytesPerSecond: Double
  /// Tokens a second, likewise.
  public let tokensPerSecond: Double
  /// The bytes that were read in a pass, decompressed.
  public let bytes: Int
  /// The tokens that they make.
  public let tokens: Int
  /// How many times the text was read.
  public let passes: Int
  /// How the work of all threads divides, in shares of their sum.
  public let shares: (read: Double, normalize: Double, encode: Double)

  /// Makes ids of a text again and again, for some seconds and three times at least.
  ///
  /// - Parameters:
  ///   - input: the text.
  ///   - vocabulary: the tokens, and how text becomes them.
  ///   - threads: how many threads work.
  ///   - seconds: how long to measure.
  /// - Throws: `DataError` when the text cannot be read.
  public init(_ input: CorpusInput, _ vocabulary: Vocabulary, threads: Int, seconds: Double) throws(DataError) {
    var speeds: [Double] = []
    var (bytes, tokens) = (0, 0)
    var (read, normalize, encode) = (Duration.zero, Duration.zero, Duration.zero)
    let start = ContinuousClock.now
    while speeds.count < 3 || ContinuousClock.now - start < .seconds(seconds) {
      let passStart = ContinuousClock.now
      let encoder = try CorpusEncoder(vocabulary, [input], threads: threads)
      var ids: [TokenID] = []
      while try encoder.next(into: &ids) {}
      (bytes, tokens) = (encoder.bytesRead, encoder.counts.tokens)
      (read, normalize, encode) = (encoder.stages.read, encoder.stages.normalize, encoder.stages.encode)
      speeds.append(Double(bytes) / 1e6 / ((ContinuousClock.now - passStart) / .seconds(1)))
    }
    speeds.sort()
    megabytesPerSecond = speeds[speeds.count / 2]
    tokensPerSecond = megabytesPerSecond * 1e6 / Double(bytes) * Double(tokens)
    self.bytes = bytes
    self.tokens = tokens
    passes = speeds.count
    let sum = read + normalize + encode
    shares = (read / sum, normalize / sum, encode / sum)
  }
}
