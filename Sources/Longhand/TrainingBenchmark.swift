internal import Compute
internal import Training

/// How fast a model of a shape is trained on random tokens: whole steps, as a run takes them.
public struct TrainingBenchmark: Sendable {
  /// Tokens a second, over the steps after the first.
  public let tokensPerSecond: Double
  /// 6 · (parameters without the embedding) · tokens per second, in units of 10⁹ a second.
  public let gflops: Double
  /// Steps that were measured.
  public let steps: Int

  /// Trains for some seconds and measures the steps after the first.
  ///
  /// - Parameters:
  ///   - model: the shape.
  ///   - configuration: batch, window, optimizer; its limits are set here.
  ///   - threads: how many threads work.
  ///   - seconds: how long to train.
  /// - Throws: `DataError` when a number is out of range, or the time too short.
  public init(
    _ model: ModelConfiguration, _ configuration: TrainingConfiguration, threads: Int, seconds: Double
  ) throws(DataError) {
    try Threads.check(threads)
    try configuration.validateNumbers()
    guard configuration.batch * configuration.window <= 1 << 22 else {
      throw DataError(
        .usage,
        "batch \(configuration.batch), window \(configuration.window): give at most \(1 << 22) tokens in all")
    }
    var configuration = configuration
    configuration.limits = TrainingLimits(seconds: seconds)
    configuration.dropout = 0
    let tokens = RandomTokens(
      count: configuration.batch * configuration.window * 16, vocabularySize: model.vocabularySize)
    let folder = try ScratchFolder()
    var first: StepReport?
    var last: StepReport?
    let trainer = try Trainer(
      configuration, model: model, data: TrainingData(training: tokens, validation: nil, boundary: 0),
      run: RunDirectory(folder.path), metadata: [],
      on: CPUDevice(configuration.precision.inForce, team: ThreadTeam(threads: threads))
    ) { event in
      guard case .step(let report) = event else { return }
      if first == nil { first = report }
      last = report
    }
    try trainer.rehearse(until: NeverStop())
    guard let first, let last, last.step > first.step else {
      throw DataError(.usage, "\(seconds) seconds are too short for two steps; give more")
    }
    steps = last.step - first.step
    tokensPerSecond = Double(last.tokens - first.tokens) / (last.seconds - first.seconds)
    let embedding = model.tied ? 0 : model.vocabularySize * model.embeddingSize
    gflops = 6e-9 * Double(trainer.plan.parameters - embedding) * tokensPerSecond
  }
}

/// Tokens without a pattern, as frequent as those of a text.
private struct RandomTokens: TokenSequence {
  private let tokens: [TokenID]

  init(count: Int, vocabularySize: Int) {
    let law = LogUniform(count: vocabularySize)
    var generator = Philox4x32(seed: 1)
    tokens = (0..<count).map { _ in law.draw(using: &generator) }
  }

  var count: Int { tokens.count }

  func read(_ range: Range<Int>, into tokens: inout [TokenID], at offset: Int) {
    tokens.replaceSubrange(offset..<offset + range.count, with: self.tokens[range])
  }
}
