public import Compute
public import DataFiles
public import LanguageModeling
public import MessagePassing

/// Trains a model: window after window, with evaluations, checkpoints and a log.
///
/// A run that is stopped at any moment and resumed goes through the same numbers as one that never stopped: everything
/// it depends on is in its last checkpoint.
///
/// Several processes may train together. Each has some of the shards, and takes the same steps with the same values; the
/// first one alone measures, logs and saves. Each error is then that of all of them.
public final class Trainer<D: Device> {
  let configuration: TrainingConfiguration
  let network: LSTMNetwork
  let weights: NetworkWeights<D>
  let replicas: Replicas<D>
  let optimizer: Optimizer<D>
  let averages: WeightAverages<D>
  let device: D
  let processes: any ProcessGroup
  /// What a model file says besides its tensors, as the facade has it: tokenizer and the like.
  let metadata: [(name: String, value: String)]
  let run: RunDirectory
  var progress = TrainingProgress()
  /// The tokens that were trained on since the run was started, those of steps that were taken back included.
  private var tokensSinceStart = 0

  let data: TrainingData
  /// The step that the run was saved at last, since it was started.
  var savedStep: Int?
  /// What was found that is not finite, since the run last went back to a checkpoint.
  var divergence: String?
  let reducer: GradientReducer<D>
  let observe: (TrainingEvent) -> Void

  /// A run from its start.
  ///
  /// - Parameters:
  ///   - configuration: what decides the run.
  ///   - model: the shape of the model.
  ///   - data: its texts.
  ///   - run: where its files go.
  ///   - metadata: strings that every model file carries.
  ///   - processes: those that train together; the result does not depend on their number.
  ///   - device: where to compute; the result does not depend on the number of its threads.
  ///   - observe: told of every step, evaluation and checkpoint.
  /// - Throws: `DataError` when the configuration is refused, the training text is too short for it, or there are fewer
  ///   shards than processes.
  public init(
    _ configuration: TrainingConfiguration, model: ModelConfiguration, data: TrainingData, run: RunDirectory,
    metadata: [(name: String, value: String)], processes: any ProcessGroup = SingleProcess(), on device: D,
    observe: @escaping (TrainingEvent) -> Void = { _ in }
  ) throws(DataError) {
    try configuration.validate()
    try configuration.validate(for: model)
    let laneLength = configuration.laneLength(of: data.training.count)
    guard laneLength >= 2 else {
      let shift = configuration.shiftsLanes ? ", shifted by up to \(configuration.window - 1)" : ""
      throw DataError(
        .data,
        "the training text has \(data.training.count) tokens, too few for \(configuration.batch) lanes of at least 2"
          + "\(shift); take a longer text, a smaller --batch\(shift.isEmpty ? "" : " or --window") or a smaller "
          + "--valid-fraction")
    }
    let plan = WindowPlan(configuration, laneLength: laneLength)
    let windows = plan.windowsPerEpoch
    guard configuration.accumulation <= windows else {
      throw DataError(
        .usage,
        "accumulate is \(configuration.accumulation), and an epoch has \(windows) window\(windows == 1 ? "" : "s"); give "
          + "fewer, or a smaller window or batch")
    }
    guard processes.count <= configuration.shardCount else {
      throw DataError(
        .usage,
        "a run of \(configuration.shardCount) shards has nothing to do for all of \(processes.count) processes; start "
          + "fewer, or a new run with more --shards")
    }
    self.configuration = configuration
    self.processes = processes
    self.data = data
    self.run = run
    self.metadata = metadata
    self.device = device
    self.observe = observe
    network = LSTMNetwork(model, isStepwise: configuration.stateDropout > 0)
    try Self.requireMemory(
      network, configuration, ShardSplit(configuration, processes: processes.count), process: processes.rank,
      steps: plan.mostSteps)
    weights = NetworkWeights(
      network, windowSize: configuration.batch / configuration.shardCount * configuration.window,
      regularization: configuration.regularization, softmaxSamples: configuration.softmaxSamples, on: device)
    replicas = Replicas(
      network, weights: weights, configuration, tokens: data.training, boundary: data.boundary, processes: processes,
      on: device)
    optimizer = Optimizer(configuration.optimizer, count: network.parameterCount, on: device)
    averages = WeightAverages(configuration.averaging, count: network.parameterCount, on: device)
    reducer = GradientReducer(device: device, count: network.parameterCount, processes: processes)
    let initialization = configuration.initialization
    initialization.fill(
      weights.values, of: network, seed: configuration.seed,
      counts: initialization.unigramBias ? data.training.occurrences(of: model.vocabularySize) : nil, on: device)
    packWeights()
  }

  /// What the run is going to do.
  public var plan: TrainingPlan {
    TrainingPlan(
      parameters: network.parameterCount, bytes: memory, tokensPerEpoch: replicas.tokensPerEpoch,
      stepsPerEpoch: replicas.plan.stepsPerEpoch, validationTokens: data.validation?.count ?? 0,
      softmaxSamples: configuration.softmaxSamples, step: progress.step)
  }

  /// Refuses limits that the run has behind it.
  public func refuseReached(_ limits: TrainingLimits) throws(DataError) {
    func refuse<Number: Comparable>(_ name: String, _ limit: Number?, _ done: Number) throws(DataError) {
      guard let limit, limit <= done else { return }
      throw DataError(
        .usage,
        "\(name) is \(limit), and the run stands behind \(done) already: limits count from its start; give a larger one"
      )
    }
    try refuse("max-steps", limits.steps, progress.step)
    try refuse("epochs", limits.epochs, progress.epoch)
    if limits.seconds != nil {
      let seconds = try MetricsLog.secondsBefore(path: run.metrics, keepingLines: progress.metricsLines)
      try refuse("max-seconds", limits.seconds, seconds)
    }
  }

  /// Trains until a limit is reached, the patience ends or a stop is requested, and saves.
  ///
  /// - Throws: `DataError` when a number is no longer finite (nothing of that step is saved), or a file cannot be
  ///   written.
  public func train(until stop: any StopSignal) throws(DataError) -> TrainingOutcome {
    var log = try processes.agree {
      processes.leads ? try MetricsLog(path: run.metrics, keepingLines: progress.metricsLines) : nil
    }
    try requireSameValues()
    let clock = StepClock(after: log?.secondsBefore ?? 0)
    observe(.starting(plan))
    let stepBefore = progress.step
    tokensSinceStart = 0
    // The start is the first place to go back to.
    if progress.step == 0 && configuration.rollBacks > 0 { try save(&log, isDue: true) }
    var reason = TrainingOutcome.Reason.finished
    while true {
      // Where seconds end a run they may do so behind the last step's own look at the clock.
      let isOver = share(clock) >= 1
      if isOver && progress.isMeasured { break }
      if configuration.patience > 0 && progress.evaluationsSinceBest >= configuration.patience {
        reason = .stoppedEarly
        break
      }
      if processes.anyone(stop.isRequested) {
        reason = .interrupted
        break
      }
      do {
        if isOver {
          try evaluate(&log, clock)
          savedStep = nil
        } else {
          try advance(&log, clock)
        }
      } catch {
        try rollBack(after: error, &log, clock)
      }
    }
    if configuration.limits.seconds != nil && progress.step > stepBefore {
      // The line's seconds are those that a resumed run goes on from.
      try processes.lead { try log?.write(step: progress.step, reason, seconds: clock.seconds) }
      savedStep = nil
    }
    try save(&log, isDue: false)
    // What is there already is of an earlier end.
    let hasLastModel = try leaderHas(run.lastModel)
    if reason != .interrupted || hasLastModel {
      try withMeasuredValues { (_) throws(DataError) in
        try processes.lead { try saveModel(to: run.lastModel) }
      }
    }
    return TrainingOutcome(
      reason: reason, step: progress.step, tokens: progress.tokens, seconds: clock.seconds,
      best: progress.bestLoss.map { ($0, progress.bestStep) }, rollBacks: progress.rollBacks,
      skippedSteps: progress.skippedSteps,
      averagedSteps: configuration.averaging.kind == .none ? nil : progress.averaging.counts[0])
  }

  /// One step, with all that is due behind it.
  private func advance(_ log: inout MetricsLog?, _ clock: borrowing StepClock) throws(DataError) {
    let report = try step(clock)
    progress.lossSum += report.loss
    progress.lossCount += 1
    if progress.step % configuration.logEvery == 0 {
      let meanLoss = progress.lossSum / Double(progress.lossCount)
      let isSampled = configuration.softmaxSamples != nil
      try processes.lead { try log?.write(report, meanLoss: meanLoss, isSampled: isSampled) }
      progress.lossSum = 0
      progress.lossCount = 0
    }
    observe(.step(report))
    progress.isMeasured = false
    let evaluates = evaluationIsDue || report.progress >= 1
    if evaluates { try evaluate(&log, clock) }
    if configuration.checkpointEvery.map({ progress.step % $0 == 0 }) ?? evaluates { try save(&log, isDue: true) }
  }

  /// The share of the run that is done; where it depends on the clock, by that of the leading process.
  private func share(_ clock: borrowing StepClock) -> Double {
    let seconds = configuration.limits.seconds == nil ? clock.seconds : processes.fromLeader(clock.seconds)
    let epochs = Double(progress.epoch) + Double(progress.position) / Double(replicas.plan.laneLength)
    return configuration.limits.progress(step: progress.step, epochs: epochs, seconds: seconds)
  }

  private var evaluationIsDue: Bool {
    // At the end of an epoch `stepInEpoch` is 0 again.
    switch configuration.evaluateEvery {
    case nil: progress.stepInEpoch % 1000 == 0
    case 0: progress.stepInEpoch == 0
    case let every?: progress.step % every == 0
    }
  }

  /// The windows of a step forward and backward, and one step of the optimizer.
  func step(_ clock: StepClock) throws(DataError) -> StepReport {
    if progress.position == 0 { replicas.clearStates() }
    let share = share(clock)
    let extent = replicas.plan.extent(from: progress.position, step: progress.step)
    let rate =
      configuration.optimizer.learningRate * extent.rate * progress.rateAfterRollBacks
      * configuration.schedule.factor(
        step: progress.step, epoch: progress.epoch, progress: share, plateaus: progress.plateaus)
    let (loss, tokens) = replicas.trainingStep(
      extent.places, step: progress.step, epoch: progress.epoch, weights: weights, reducer: reducer)
    let norm = reducer.reduce(replicas.gradients)
    guard loss.isFinite && norm.isFinite else {
      throw notFinite("step \(progress.step + 1) gave a loss of \(loss) and a gradient of norm \(norm)")
    }
    let isSkipped = progress.norms.isSpike(norm, beyond: configuration.spikeGuard)
    if isSkipped {
      progress.skippedSteps += 1
    } else {
      let clip = configuration.optimizer.clip
      optimizer.step(
        progress.step + 1, learningRate: rate, gradientScale: clip > 0 ? min(1, clip / (norm + 1e-6)) : 1,
        values: weights.values, gradients: replicas.gradients[0])
      averages.add(weights.values, &progress.averaging)
    }
    packWeights()

    let epoch = progress.epoch + 1
    progress.step += 1
    progress.tokens += tokens
    tokensSinceStart += tokens
    progress.stepInEpoch += 1
    progress.position = extent.places.upperBound
    if progress.position == replicas.plan.laneLength {
      progress.stepInEpoch = 0
      progress.position = 0
      progress.epoch += 1
    }
    return StepReport(
      step: progress.step, epoch: epoch, loss: loss, learningRate: rate, gradientNorm: norm, isSkipped: isSkipped,
      tokens: progress.tokens, seconds: clock.seconds,
      tokensPerSecond: Double(tokensSinceStart) / clock.sinceStart,
      progress: self.share(clock))
  }

  /// Brings the packed weights up to date with the values.
  func packWeights() { weights.pack(on: device) }

  /// Puts everything that the run depends on on the disk, and removes all older checkpoints but one and the last due.
  ///
  /// - Parameter isDue: whether the run has a checkpoint here wherever it is stopped.
  private func save(_ log: inout MetricsLog?, isDue: Bool) throws(DataError) {
    if progress.step == savedStep { return }
    if isDue { progress.dueCheckpoint = progress.step }
    try requireSameValues()
    let path = run.checkpoint(step: progress.step)
    let states = gatherStates()
    try processes.lead {
      try log?.synchronize()
      progress.metricsLines = log?.lines ?? 0
      try saveCheckpoint(to: path, states)
      try run.removeCheckpoints(keeping: 2, and: progress.dueCheckpoint)
    }
    savedStep = progress.step
    if progress.step > 0 { observe(.saved(path: path, step: progress.step)) }
  }
}
