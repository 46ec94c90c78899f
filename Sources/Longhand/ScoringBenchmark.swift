internal import Compute

/// How fast a model of a shape scores random sequences side by side.
public struct ScoringBenchmark: Sendable {
  /// Tokens a second.
  public let tokensPerSecond: Double
  /// 2 · (parameters without the embedding) · tokens per second, in units of 10⁹ a second.
  public let gflops: Double
  /// Batches that were measured.
  public let batches: Int

  /// Scores for some seconds, after a batch to get warm.
  ///
  /// - Parameters:
  ///   - model: the shape; the values are random.
  ///   - format: how the weights are held.
  ///   - batch: how many sequences go side by side, shared out among the threads.
  ///   - window: how long they are.
  ///   - threads: how many threads work.
  ///   - seconds: how long to score.
  /// - Throws: `DataError` when a number is out of range.
  public init(
    _ model: ModelConfiguration, weights format: WeightFormat, batch: Int, window: Int, threads: Int, seconds: Double
  ) throws {
    try Threads.check(threads)
    guard batch >= threads, batch <= 1 << 16, 1...1 << 20 ~= window, batch * window <= 1 << 26 else {
      throw DataError(
        .usage,
        "batch \(batch), window \(window): give at least a sequence for each of \(threads) threads, and at most "
          + "\(1 << 26) tokens")
    }
    let scorer = try Scorer(
      try randomModel(model, format, team: nil), boundary: 0, window: window, lanes: (batch + threads - 1) / threads,
      threads: threads)
    let sequence = ScoredText(tokens: randomTokens(window, vocabularySize: model.vocabularySize))
    func score(_ count: Int) throws {
      var read = 0
      _ = try scorer.score(sequences: {
        read += 1
        return read <= count ? sequence : nil
      })
    }
    try score(batch)
    let clock = ContinuousClock()
    let start = clock.now
    var (scored, part) = (0, 1)
    repeat {
      try score(batch * part)
      scored += part
      part = min(part * 2, 64)
    } while clock.now - start < .seconds(seconds)
    batches = scored
    tokensPerSecond = Double(batches * batch * window) / ((clock.now - start) / .seconds(1))
    gflops = 1e-9 * model.operationsPerToken * tokensPerSecond
  }
}
