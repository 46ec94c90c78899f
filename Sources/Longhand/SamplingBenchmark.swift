internal import Compute

/// How fast a model of a shape writes: tokens drawn at temperature 0.8, everything included but their text.
public struct SamplingBenchmark: Sendable {
  /// Tokens a second, of all streams together.
  public let tokensPerSecond: Double
  /// 2 · (parameters without the embedding) · tokens per second, in units of 10⁹ a second.
  public let gflops: Double
  /// Steps that were measured.
  public let steps: Int

  /// Writes for some seconds, after a tenth of them to get warm.
  ///
  /// - Parameters:
  ///   - model: the shape; the values are random.
  ///   - format: how the weights are held.
  ///   - streams: how many texts are written side by side.
  ///   - prompt: how many tokens are read first.
  ///   - threads: how many threads work, at most.
  ///   - seconds: how long to write.
  /// - Throws: `DataError` when a number is out of range.
  public init(
    _ model: ModelConfiguration, weights format: WeightFormat, streams: Int, prompt: Int, threads: Int, seconds: Double
  ) throws {
    try Threads.check(threads)
    guard 1...1024 ~= streams, 0...1 << 20 ~= prompt else {
      throw DataError(
        .usage, "batch \(streams), window \(prompt): give 1 to 1024 streams and at most \(1 << 20) tokens of a prompt")
    }
    let request = try GenerationRequest(
      boundary: 0, prompt: randomTokens(prompt, vocabularySize: model.vocabularySize), maximumLength: .max)
    var writer = TokenGenerator(
      try randomModel(model, format, team: Threads.team(for: model, format, atMost: threads)),
      processors: [try Temperature(0.8)])
    var generators = (0..<streams).map { Philox4x32(seed: 1, stream: UInt64($0)) }
    let clock = ContinuousClock()
    var (begin, start, end) = (clock.now, clock.now, clock.now)
    var (step, first) = (0, 0)
    var isOver = false
    _ = try writer.generate(request, using: &generators) { stream, _ in
      if isOver || stream < streams - 1 { return !isOver }
      step += 1
      end = clock.now
      if step == 1 { begin = end }
      if first == 0, end - begin >= .seconds(seconds / 10) { (start, first) = (end, step) }
      isOver = first > 0 && step > first && end - start >= .seconds(seconds)
      return !isOver
    }
    steps = step - first
    tokensPerSecond = Double(steps * streams) / ((end - start) / .seconds(1))
    gflops = 1e-9 * model.operationsPerToken * tokensPerSecond
  }
}
