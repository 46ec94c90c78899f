/// What a run is going to cost, from its first steps.
public struct TrainingForecast: Sendable {
  /// The shape of the model.
  public let model: ModelConfiguration
  /// What decides the run, resolved.
  public let configuration: TrainingConfiguration
  /// Parameters, memory, and the steps of an epoch.
  public let plan: TrainingPlan
  /// Seconds of a step: the mean of those that were measured.
  public let secondsPerStep: Double
  /// Seconds of a measurement on the validation text; 0 without one.
  public let secondsPerEvaluation: Double

  /// The tokens that a second of steps predicts.
  public var tokensPerSecond: Double {
    Double(plan.tokensPerEpoch) / (Double(plan.stepsPerEpoch) * secondsPerStep)
  }

  /// Seconds of an epoch, evaluations included.
  public var secondsPerEpoch: Double {
    Double(plan.stepsPerEpoch) * secondsPerStep + evaluations(in: plan.stepsPerEpoch) * secondsPerEvaluation
  }

  /// The steps that the run takes before it reaches its limit, which may be its seconds.
  public var steps: Int {
    let limits = configuration.limits
    let bySteps = limits.lastStep(stepsPerEpoch: plan.stepsPerEpoch)
    let bySeconds = limits.seconds.map { Int(min($0 / secondsPerStepWithEvaluation, 1e15)) }
    return max(1, [bySteps, bySeconds].compactMap { $0 }.min() ?? 0)
  }

  /// The seconds of the run, evaluations included; a run that ends early for want of progress takes fewer.
  public var seconds: Double { Double(steps) * secondsPerStepWithEvaluation }

  /// The epochs of the run.
  public var epochs: Double { Double(steps) / Double(plan.stepsPerEpoch) }

  private var secondsPerStepWithEvaluation: Double {
    let many = 1_000_000
    return secondsPerStep + evaluations(in: many) / Double(many) * secondsPerEvaluation
  }

  /// How many evaluations so many steps have.
  private func evaluations(in steps: Int) -> Double {
    if let every = configuration.evaluateEvery, every > 0 { return Double(steps) / Double(every) }
    let perEpoch = configuration.evaluateEvery == 0 ? 1 : 1 + (plan.stepsPerEpoch - 1) / 1000
    return Double(steps) / Double(plan.stepsPerEpoch) * Double(perEpoch)
  }

  /// The figures by their names.
  public var json: JSONValue {
    .object([
      .init("parameters", .integer(plan.parameters)), .init("bytes", .integer(plan.bytes)),
      .init("vocabulary", .integer(model.vocabularySize)), .init("embedding", .integer(model.embeddingSize)),
      .init("hidden", .integer(model.hiddenSize)), .init("layers", .integer(model.layers)),
      .init("tokens_per_epoch", .integer(plan.tokensPerEpoch)), .init("steps_per_epoch", .integer(plan.stepsPerEpoch)),
      .init("validation_tokens", .integer(plan.validationTokens)),
      .init("seconds_per_step", .number(secondsPerStep)),
      .init("seconds_per_evaluation", .number(secondsPerEvaluation)),
      .init("tokens_per_second", .number(tokensPerSecond.rounded())),
      .init("seconds_per_epoch", .number(secondsPerEpoch)), .init("steps", .integer(steps)),
      .init("epochs", .number(epochs)), .init("seconds", .number(seconds)),
    ])
  }
}

extension TrainingForecast {
  /// Takes the first steps of a run in a folder that is removed again, and says what the whole of it will cost.
  ///
  /// - Parameters:
  ///   - inputs: the corpus.
  ///   - options: what is trained and how.
  ///   - threads: how many threads work.
  ///   - seconds: how long to take steps, of which two are taken at least; measuring on the validation text takes about as long.
  /// - Throws: `DataError` when a text cannot be read or an option is refused.
  public init(
    corpus inputs: [CorpusInput], options: TrainingOptions, threads: Int = defaultThreadCount, seconds: Double = 3
  ) throws(DataError) {
    let folder = try ScratchFolder()
    let steps = MeasuredSteps(seconds: seconds)
    let run = try TrainingRun(
      corpus: inputs, directory: folder.path, options: options, threads: threads, observe: steps.observe)
    try run.rehearse(until: steps)
    model = run.model
    configuration = run.configuration
    plan = run.plan
    secondsPerStep = steps.secondsPerStep
    // A measurement of a step's tokens takes less than the step, but for a softmax that is trained on a sample.
    let tokensPerStep = Double(plan.tokensPerEpoch) / Double(plan.stepsPerEpoch)
    let tokens = Int(min(tokensPerStep * seconds / secondsPerStep, 1e15))
    secondsPerEvaluation = run.secondsOfEvaluation(from: tokens) ?? 0
  }
}

/// The steps that a forecast measures: the first, in which buffers are touched for the first time, counts only where it
/// is the only one.
private final class MeasuredSteps: StopSignal, @unchecked Sendable {
  private let seconds: Double
  private var first: StepReport?
  private var last: StepReport?

  init(seconds: Double) { self.seconds = seconds }

  /// Takes note of a step; the thread that trains calls it, and asks whether to stop.
  func observe(_ event: TrainingEvent) {
    guard case .step(let report) = event else { return }
    if first == nil { first = report }
    last = report
  }

  var isRequested: Bool {
    guard let first, let last else { return false }
    return last.step > first.step && last.seconds >= seconds
  }

  var secondsPerStep: Double {
    guard let first, let last else { return 0 }
    return last.step > first.step
      ? (last.seconds - first.seconds) / Double(last.step - first.step) : last.seconds
  }
}
