#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif
internal import DataFiles

/// How far a run has come: with the tensors of a checkpoint, all that a run needs to go on as if it had never stopped.
struct TrainingProgress: Equatable {
  /// Steps done.
  var step = 0
  /// Epochs done.
  var epoch = 0
  /// Steps of the present epoch done.
  var stepInEpoch = 0
  /// The places of each lane that the present epoch has done.
  var position = 0
  /// Tokens predicted.
  var tokens = 0
  /// The best validation loss so far, in nats per token, and the step that it was measured at.
  var bestLoss: Double?
  var bestStep = 0
  /// Evaluations since then.
  var evaluationsSinceBest = 0
  /// How often the schedule has taken a plateau into account.
  var plateaus = 0
  /// How often the run has gone back to a checkpoint.
  var rollBacks = 0
  /// The step of the last checkpoint that was due, and not made since the run was stopped: the one that it goes back to.
  var dueCheckpoint = 0
  /// Whether the present values have been measured, or there are no new ones since the start.
  var isMeasured = true
  /// The norms of the gradients so far.
  var norms = GradientNorms()
  /// Steps that were left out, since their gradients were spikes.
  var skippedSteps = 0
  /// What the averages of the values depend on.
  var averaging = AveragingProgress()
  /// Σ loss · steps and steps since the last line of metrics.
  var lossSum = 0.0
  var lossCount = 0
  /// The lines of the metrics when the checkpoint was taken; their bytes depend on the clock.
  var metricsLines = 0

  var json: JSONValue {
    .object([
      .init("step", .integer(step)), .init("epoch", .integer(epoch)),
      .init("step_in_epoch", .integer(stepInEpoch)), .init("position", .integer(position)),
      .init("tokens", .integer(tokens)), .init("best_loss", bestLoss.map { .number($0) } ?? .null),
      .init("best_step", .integer(bestStep)), .init("evaluations_since_best", .integer(evaluationsSinceBest)),
      .init("plateaus", .integer(plateaus)), .init("roll_backs", .integer(rollBacks)),
      .init("due_checkpoint", .integer(dueCheckpoint)), .init("norms", norms.json),
      .init("skipped_steps", .integer(skippedSteps)), .init("averaging", averaging.json),
      .init("measured", .bool(isMeasured)), .init("loss_sum", .number(lossSum)),
      .init("loss_count", .integer(lossCount)), .init("metrics_lines", .integer(metricsLines)),
    ])
  }

  /// What the learning rates are multiplied by: a half for every roll-back.
  var rateAfterRollBacks: Double { pow(0.5, Double(rollBacks)) }

  init() {}

  init(json: JSONValue) throws(DataError) {
    let reader = OptionReader(json: json)
    step = try reader.value("step", \.intValue)
    epoch = try reader.value("epoch", \.intValue)
    stepInEpoch = try reader.value("step_in_epoch", \.intValue)
    position = try reader.value("position", \.intValue)
    tokens = try reader.value("tokens", \.intValue)
    bestLoss = try reader.optional("best_loss", \.doubleValue)
    bestStep = try reader.value("best_step", \.intValue)
    evaluationsSinceBest = try reader.value("evaluations_since_best", \.intValue)
    plateaus = try reader.value("plateaus", \.intValue)
    rollBacks = try reader.value("roll_backs", \.intValue)
    dueCheckpoint = try reader.newer("due_checkpoint", \.intValue) ?? step
    norms = try reader.value("norms", GradientNorms.init)
    skippedSteps = try reader.value("skipped_steps", \.intValue)
    averaging = try reader.value("averaging", AveragingProgress.init)
    isMeasured = try reader.newer("measured", \.boolValue) ?? true
    lossSum = try reader.value("loss_sum", \.doubleValue)
    lossCount = try reader.value("loss_count", \.intValue)
    metricsLines = try reader.value("metrics_lines", \.intValue)
    let counts = [
      step, epoch, stepInEpoch, position, bestStep, evaluationsSinceBest, plateaus, rollBacks, dueCheckpoint,
      skippedSteps, lossCount, metricsLines,
    ]
    guard counts.allSatisfy({ 0...1 << 41 ~= $0 }), 0...1 << 61 ~= tokens, dueCheckpoint <= step else {
      throw DataError(.data, "a checkpoint's progress is out of range; it is damaged or of another version")
    }
  }
}

/// How far the averages of a run's values have come.
struct AveragingProgress: Equatable {
  /// How many values each mean is of.
  var counts = [0, 0]
  /// Whether `nt-asgd` has started.
  var isTriggered = false
  /// The losses of the last evaluations before it started, the newest last, and the best of all before them.
  var recentLosses: [Double] = []
  var bestBefore: Double?

  /// Takes the loss of the values themselves into account: whether it is worse than one that is `trigger` evaluations
  /// old.
  mutating func addLoss(_ loss: Double, trigger: Int) {
    if recentLosses.count == trigger, let bestBefore, loss > bestBefore { isTriggered = true }
    recentLosses.append(loss)
    if recentLosses.count > trigger {
      let old = recentLosses.removeFirst()
      bestBefore = min(bestBefore ?? old, old)
    }
  }

  var json: JSONValue {
    .object([
      .init("counts", .array(counts.map { .integer($0) })), .init("triggered", .bool(isTriggered)),
      .init("recent_losses", .array(recentLosses.map { .number($0) })),
      .init("best_before", bestBefore.map { .number($0) } ?? .null),
    ])
  }

  init() {}

  init?(_ json: JSONValue) {
    guard let counts = json["counts"]?.arrayValue?.compactMap(\.intValue), counts.count == 2,
      counts.allSatisfy({ 0...1 << 41 ~= $0 }), let isTriggered = json["triggered"]?.boolValue,
      let losses = json["recent_losses"]?.arrayValue, let best = json["best_before"]
    else { return nil }
    self.counts = counts
    self.isTriggered = isTriggered
    recentLosses = losses.compactMap(\.doubleValue)
    bestBefore = best.doubleValue
    guard recentLosses.count == losses.count, bestBefore != nil || best == .null else { return nil }
  }
}
