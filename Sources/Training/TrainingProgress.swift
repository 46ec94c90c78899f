internal import DataFiles

/// How far a run has come: with the tensors of a checkpoint, all that a run needs to go on as if it had never stopped.
struct TrainingProgress: Equatable {
  /// Steps done.
  var step = 0
  /// Epochs done.
  var epoch = 0
  /// Windows of the present epoch done.
  var window = 0
  /// Tokens predicted.
  var tokens = 0
  /// The best validation loss so far, in nats per token, and the step that it was measured at.
  var bestLoss: Double?
  var bestStep = 0
  /// Evaluations since then.
  var evaluationsSinceBest = 0
  /// How often the schedule has taken a plateau into account.
  var plateaus = 0
  /// Σ loss · steps and steps since the last line of metrics.
  var lossSum = 0.0
  var lossCount = 0
  /// The lines of the metrics when the checkpoint was taken; their bytes depend on the clock.
  var metricsLines = 0

  var json: JSONValue {
    .object([
      .init("step", .integer(step)), .init("epoch", .integer(epoch)), .init("window", .integer(window)),
      .init("tokens", .integer(tokens)), .init("best_loss", bestLoss.map { .number($0) } ?? .null),
      .init("best_step", .integer(bestStep)), .init("evaluations_since_best", .integer(evaluationsSinceBest)),
      .init("plateaus", .integer(plateaus)), .init("loss_sum", .number(lossSum)),
      .init("loss_count", .integer(lossCount)), .init("metrics_lines", .integer(metricsLines)),
    ])
  }

  init() {}

  init(json: JSONValue) throws(DataError) {
    let reader = OptionReader(json: json)
    step = try reader.value("step", \.intValue)
    epoch = try reader.value("epoch", \.intValue)
    window = try reader.value("window", \.intValue)
    tokens = try reader.value("tokens", \.intValue)
    bestLoss = try reader.optional("best_loss", \.doubleValue)
    bestStep = try reader.value("best_step", \.intValue)
    evaluationsSinceBest = try reader.value("evaluations_since_best", \.intValue)
    plateaus = try reader.value("plateaus", \.intValue)
    lossSum = try reader.value("loss_sum", \.doubleValue)
    lossCount = try reader.value("loss_count", \.intValue)
    metricsLines = try reader.value("metrics_lines", \.intValue)
    guard step >= 0, epoch >= 0, window >= 0, tokens >= 0, lossCount >= 0, metricsLines >= 0 else {
      throw DataError(.data, "a checkpoint's progress is below zero; it is damaged or of another version")
    }
  }
}
