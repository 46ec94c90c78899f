public import Compute
public import DataFiles
public import LanguageModeling

/// Everything that decides what a run computes, apart from model, data and the number of threads.
public struct TrainingConfiguration: Sendable, Equatable {
  /// B, the lanes of a batch.
  public var batch = 32
  /// T, the steps of a window of truncated BPTT.
  public var window = 64
  /// Whether every window has a length of its own, about T, and the step a rate in proportion (Merity, Keskar & Socher
  /// 2018).
  public var variesWindow = false
  /// Whether every epoch starts some tokens later or earlier, fewer than T, so that its windows are cut elsewhere.
  public var shiftsLanes = false
  /// The windows that a step of the optimizer takes: their gradients are added.
  public var accumulation = 1
  /// The shards that a batch's lanes are split into; nil is one, of a new run one for each process.
  public var shards: Int?
  /// What the factors of products are rounded to.
  public var precision = Precision.float32
  /// The share of every layer's outputs that is dropped in training, from 0 to below 1.
  public var dropout = 0.2
  /// The same of the outputs between layers alone; nil is `dropout`.
  public var layerDropout: Double?
  /// The same of the last layer's outputs alone; nil is `dropout`.
  public var outputDropout: Double?
  /// The share of the numbers that the first layer reads.
  public var inputDropout = 0.0
  /// Whether these drop the same places at all steps of a window (Gal & Ghahramani 2016).
  public var lockedDropout = false
  /// The share of the tokens whose embeddings are dropped for a window (Gal & Ghahramani 2016).
  public var embeddingDropout = 0.0
  /// The share of every layer's recurrent weights that is dropped for a window (Merity 2018).
  public var weightDropout = 0.0
  /// The share of every layer's h that products of the next step do not see, at all steps of a window (Gal & Ghahramani
  /// 2016).
  public var stateDropout = 0.0
  /// α of the penalty on large outputs of the last layer (AR, Merity 2017).
  public var activationPenalty = 0.0
  /// β of the penalty on outputs of the last layer that change from step to step (TAR, likewise).
  public var temporalPenalty = 0.0
  /// How many tokens the softmax is trained on in a window, drawn by Zipf's law (Jean, Cho, Memisevic & Bengio 2015); nil is all.
  public var softmaxSamples: Int?
  /// The probability that a lane starts anew at a window, as a text does (Melis et al., 2018, drop the state likewise).
  ///
  /// Without it a model knows states only that have come a long way: it may be lost at the start of a text, and its
  /// cells may drift. 0 is never.
  public var freshStart = 0.01
  /// The rule that turns gradients into steps.
  public var optimizer = OptimizerConfiguration()
  /// Which average of the values is measured and saved.
  public var averaging = AveragingConfiguration()
  /// How the learning rate moves.
  public var schedule = ScheduleConfiguration()
  /// How the values of a new model are drawn.
  public var initialization = Initialization()
  /// Where initial values and dropout masks come from.
  public var seed: UInt64 = 1
  /// When the run ends.
  public var limits = TrainingLimits()
  /// Evaluate every so many steps; 0 is at the end of every epoch, nil there and every 1000 steps of it as well.
  public var evaluateEvery: Int?
  /// Stop after so many evaluations without a new best validation loss; 0 is never.
  public var patience = 0
  /// How often the run goes back to its last checkpoint, each time to half the learning rate, when a number is no longer
  /// finite; then it ends with an error.
  public var rollBacks = 3
  /// Leave out steps whose gradient is so many times as long as those before it; 0 takes all.
  public var spikeGuard = 0.0
  /// Write a line of metrics every so many steps.
  public var logEvery = 10
  /// Save a checkpoint every so many steps; nil is with every evaluation.
  public var checkpointEvery: Int?

  /// The defaults.
  public init() {}

  /// The number of shards in force.
  public var shardCount: Int { shards ?? 1 }

  /// The places of each of the B lanes that a text is cut into.
  func laneLength(of tokens: Int) -> Int { max(0, tokens - (shiftsLanes ? window - 1 : 0)) / batch }

  /// What the windows drop and penalize.
  public var regularization: Regularization {
    Regularization(
      inputDropout: inputDropout, layerDropout: layerDropout ?? dropout, outputDropout: outputDropout ?? dropout,
      isLocked: lockedDropout, embeddingDropout: embeddingDropout, weightDropout: weightDropout,
      stateDropout: stateDropout, activationPenalty: activationPenalty, temporalPenalty: temporalPenalty)
  }

  /// Refuses numbers that no run can have.
  ///
  /// - Throws: `DataError` that names the option and the numbers that it takes.
  public func validate() throws(DataError) {
    try validateNumbers()
    if limits == TrainingLimits() {
      throw DataError(.usage, "a run needs an end: give epochs, steps or seconds")
    }
  }

  /// Refuses what does not go with a model.
  func validate(for model: ModelConfiguration) throws(DataError) {
    guard let softmaxSamples else { return }
    if model.adaptiveSoftmax != nil {
      throw DataError(
        .usage, "a sample trains the table of a full softmax, and the model's is adaptive: leave softmax-samples out")
    }
    // More different tokens than half of them would take too many draws.
    guard softmaxSamples <= model.vocabularySize / 2 else {
      throw DataError(
        .usage,
        "softmax-samples is \(softmaxSamples); it must be at most half of the \(model.vocabularySize) tokens of the "
          + "vocabulary: take a full softmax, or fewer samples")
    }
  }

  /// The same, for a run whose end is still to be set.
  public func validateNumbers() throws(DataError) {
    try check(batch, in: 1...65_536, "batch")
    try check(window, in: 1...65_536, "window")
    try check(accumulation, in: 1...65_536, "accumulate")
    try check(shardCount, in: 1...min(batch, 4096), "shards")
    try check(dropout, in: 0...0.99, "dropout")
    try check(layerDropout ?? 0, in: 0...0.99, "layer-dropout")
    try check(outputDropout ?? 0, in: 0...0.99, "output-dropout")
    try check(inputDropout, in: 0...0.99, "input-dropout")
    try check(embeddingDropout, in: 0...0.99, "embedding-dropout")
    try check(weightDropout, in: 0...0.99, "weight-dropout")
    try check(stateDropout, in: 0...0.99, "state-dropout")
    try check(activationPenalty, in: 0...1000, "activation-penalty")
    try check(temporalPenalty, in: 0...1000, "temporal-penalty")
    try check(softmaxSamples ?? 1, in: 1...1 << 22, "softmax-samples")
    try check(freshStart, in: 0...1, "fresh-start")
    try check(optimizer.learningRate, in: 1e-12...1000, "learning-rate")
    try check(optimizer.momentum, in: 0...0.9999, "momentum")
    try check(optimizer.beta1, in: 0...0.99999, "beta1")
    try check(optimizer.beta2, in: 0...0.999_999, "beta2")
    try check(optimizer.epsilon, in: 1e-16...1, "epsilon")
    try check(optimizer.weightDecay, in: 0...1000, "weight-decay")
    try check(optimizer.clip, in: 0...1e9, "clip")
    try check(schedule.warmup, in: 0...1 << 40, "warmup")
    try check(schedule.decay, in: 1e-6...1, "decay")
    try check(schedule.decayAfter, in: 0...1 << 40, "decay-after")
    try check(schedule.decayEvery, in: 1...1 << 40, "decay-every")
    try check(schedule.floor, in: 0...1, "floor")
    if schedule.kind == .rangeTest && schedule.floor == 0 {
      throw DataError(.usage, "floor is 0, from which no factor leads up; a range-test starts above it")
    }
    try check(averaging.decay, in: 0...0.999_999, "average-decay")
    try check(averaging.trigger, in: 1...1 << 40, "average-trigger")
    try check(initialization.forgetBias, in: -100...100, "forget-bias")
    try check(initialization.range ?? 1, in: 0...100, "init-range")
    try check(evaluateEvery ?? 0, in: 0...1 << 40, "evaluate-every")
    try check(checkpointEvery ?? 1, in: 1...1 << 40, "checkpoint-every")
    try check(rollBacks, in: 0...1000, "roll-backs")
    try check(spikeGuard, in: 0...1e9, "spike-guard")
    try check(patience, in: 0...1 << 40, "patience")
    try check(logEvery, in: 1...1 << 40, "log-every")
    try limits.validateNumbers()
  }
}

/// When a run ends: at whichever limit comes first.
public struct TrainingLimits: Sendable, Equatable {
  /// Passes over the training text.
  public var epochs: Int?
  /// Steps of the optimizer.
  public var steps: Int?
  /// Seconds of training, evaluation included; with this limit a run depends on the machine's speed.
  public var seconds: Double?

  /// Limits; a run needs one at least.
  public init(epochs: Int? = nil, steps: Int? = nil, seconds: Double? = nil) {
    self.epochs = epochs
    self.steps = steps
    self.seconds = seconds
  }

  /// The step at which steps or epochs end the run; nil where neither does, or the number is beyond all bounds.
  public func lastStep(stepsPerEpoch: Int) -> Int? {
    let byEpochs = epochs.flatMap { epochs -> Int? in
      let (steps, isTooLarge) = epochs.multipliedReportingOverflow(by: stepsPerEpoch)
      return isTooLarge ? nil : steps
    }
    return [steps, byEpochs].compactMap { $0 }.min()
  }

  func validateNumbers() throws(DataError) {
    try check(epochs ?? 1, in: 1...1 << 40, "epochs")
    try check(steps ?? 1, in: 1...1 << 40, "max-steps")
    try check(seconds ?? 1, in: 0.001...1e9, "max-seconds")
  }

  /// The share of the run that is done, from 0 to 1.
  ///
  /// - Parameter epochs: epochs that are done, the part of the present one included.
  func progress(step: Int, epochs done: Double, seconds elapsed: Double) -> Double {
    var share = 0.0
    if let steps { share = max(share, Double(step) / Double(steps)) }
    if let epochs { share = max(share, done / Double(epochs)) }
    if let seconds { share = max(share, elapsed / seconds) }
    return min(share, 1)
  }
}

private func check<T: Comparable>(_ value: T, in range: ClosedRange<T>, _ option: String) throws(DataError) {
  if !range.contains(value) {
    throw DataError(
      .usage, "\(option) is \(value); it must be from \(range.lowerBound) to \(range.upperBound)")
  }
}
