internal import Compute
public import DataFiles
internal import LanguageModeling
internal import MessagePassing
internal import TokenFiles

extension Trainer {
  /// Measures the values, or the average that stands for them, on the validation text, and saves the best.
  func evaluate(_ log: inout MetricsLog?, _ clock: borrowing StepClock) throws(DataError) {
    progress.isMeasured = true
    guard let validation = data.validation, validation.count > 0 else { return }
    let known = configuration.averaging.kind == .twoTailed ? try chooseMean() : nil
    let hadStarted = progress.averaging.isTriggered
    let (loss, isMean) = try withMeasuredValues { (isMean) throws(DataError) -> (Double, Bool) in
      let loss = if let known { known } else { try finiteValidationLoss() }
      if configuration.averaging.kind == .ntASGD && !isMean {
        progress.averaging.addLoss(loss, trigger: configuration.averaging.trigger)
      }
      progress.evaluationsSinceBest += 1
      if progress.bestLoss.map({ loss < $0 }) ?? true {
        progress.bestLoss = loss
        progress.bestStep = progress.step
        progress.evaluationsSinceBest = 0
        try processes.lead { try saveModel(to: run.bestModel) }
      }
      return (loss, isMean)
    }
    let isBest = progress.evaluationsSinceBest == 0
    if !isBest && configuration.schedule.kind == .plateau { progress.plateaus += 1 }
    // A mean that starts here is yet to show what it is worth.
    if progress.averaging.isTriggered && !hadStarted { progress.evaluationsSinceBest = 0 }
    let report = EvaluationReport(
      step: progress.step, loss: loss, isAverage: isMean, isBest: isBest, seconds: clock.seconds)
    try processes.lead { try log?.write(report) }
    observe(.evaluated(report))
  }

  /// Runs something with the values that are measured and saved in place: a mean where there is one, else the values.
  func withMeasuredValues<R>(_ body: (_ isMean: Bool) throws(DataError) -> R) throws(DataError) -> R {
    if averages.means.isEmpty || progress.averaging.counts[0] == 0 { return try body(false) }
    return try withMean(0) { () throws(DataError) in try body(true) }
  }

  /// Of two means the shorter one stands for both once it is no worse, and a new one starts (Melis 2022).
  ///
  /// - Returns: the loss of the longer mean; nil where there is only one.
  private func chooseMean() throws(DataError) -> Double? {
    if progress.averaging.counts[1] == 0 { return nil }
    let long = try withMean(0) { () throws(DataError) in try finiteValidationLoss() }
    let short = try withMean(1) { () throws(DataError) in try finiteValidationLoss() }
    if short <= long { averages.replaceLongMean(&progress.averaging) }
    return min(short, long)
  }

  private func withMean<R>(_ i: Int, _ body: () throws(DataError) -> R) throws(DataError) -> R {
    defer { packWeights() }
    return try averages.withMean(i, inPlaceOf: weights.values) { () throws(DataError) in
      packWeights()
      return try body()
    }
  }

  private func finiteValidationLoss() throws(DataError) -> Double {
    let own = processes.leads ? validationLoss(lanes: configuration.batch) : nil
    let loss = processes.fromLeader(own ?? 0)
    guard loss.isFinite else { throw notFinite("step \(progress.step) gave a validation loss of \(loss)") }
    return loss
  }

  /// The validation loss of the present values, in nats per token; with one lane that of the whole text, state carried.
  func validationLoss(lanes: Int) -> Double? {
    data.validation.flatMap { loss(of: $0, lanes: lanes) }
  }

  /// The loss of a text in some lanes; nil for an empty one.
  func loss(of tokens: any TokenSequence, lanes: Int) -> Double? {
    if tokens.count == 0 { return nil }
    let evaluator = Evaluator(network: network, boundary: data.boundary, device: device)
    return evaluator.loss(of: tokens, lanes: lanes, steps: configuration.window, weights: weights)
  }

  /// The loss of the best model, or the last where nothing validated, on the whole validation and test texts.
  ///
  /// Each text is read once from its start, its state carried on: nats per token, with products in the run's precision.
  /// The trainer holds that model's values afterwards.
  ///
  /// - Throws: `DataError` when the model's file cannot be read.
  public func finalLosses(test: (any TokenSequence)?) throws(DataError) -> (validation: Double?, test: Double?) {
    for path in [run.bestModel, run.lastModel] where try FileSystem.kind(of: path) != nil {
      try ModelFile(path: path).load(into: weights.values, of: network, on: device)
      packWeights()
      break
    }
    return (validationLoss(lanes: 1), test.flatMap { loss(of: $0, lanes: 1) })
  }
}
