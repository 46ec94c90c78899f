import Longhand

// What a run says at its end, and a plan instead of one.

extension TrainCommand {
  func show(_ report: RunReport, _ folder: String) throws {
    let outcome = report.outcome
    if json {
      let folder = JSONValue.Member("run", .string(folder))
      try printResult(JSONValue.object((report.json.objectValue ?? []) + [folder]).serialized())
    } else if !quiet {
      var rows = [
        ("steps", "\(grouped(outcome.step)) (\(grouped(outcome.tokens)) tokens) in \(duration(outcome.seconds))")
      ]
      if outcome.rollBacks > 0 {
        rows.append(("went back", "\(outcome.rollBacks) times to a checkpoint, each time to half the learning rate"))
      }
      if outcome.skippedSteps > 0 { rows.append(("left out", "\(grouped(outcome.skippedSteps)) steps of spikes")) }
      if let steps = outcome.averagedSteps {
        rows.append(
          (
            "average",
            steps > 0
              ? "the last model is the mean of the values of \(grouped(steps)) steps"
              : "it did not start: the last model has the values themselves"
          ))
      }
      if outcome.reason == .stoppedEarly {
        rows.append(("stopped early", "after as many evaluations without a better one as its --patience"))
      }
      if let best = outcome.best { rows.append(("best model", "of step \(grouped(best.step))")) }
      if let loss = report.validationLoss { rows.append(("validation", lossText(loss) + ", the whole text in one go")) }
      if let loss = report.testLoss { rows.append(("test", lossText(loss))) }
      for (text, tokens) in [("validation", report.validationTokens), ("test", report.testTokens)] {
        guard let tokens, tokens.unknown > 0 else { continue }
        rows.append(
          (
            "unknown",
            "\(grouped(tokens.unknown)) of \(grouped(tokens.count)) tokens of the \(text) text, "
              + (report.trainingTokens.unknown == 0
                ? "of which the model met none in training: much of the loss is theirs, and longhand score tells the rest's"
                : "and easy to predict: compare with models that lack the same ones")
          ))
      }
      if let found = report.temperature {
        rows.append(("at temperature \(decimal(found.temperature, 3))", lossText(found.validationLoss)))
        if let loss = found.testLoss { rows.append(("  test", lossText(loss))) }
      }
      if let tuning = report.fineTuning { rows += changeRows(tuning) }
      printError(table(rows))
    }
  }

  func show(_ forecast: TrainingForecast) throws {
    if json { return try printResult(forecast.json.serialized()) }
    let (model, plan) = (forecast.model, forecast.plan)
    try printResult(
      table([
        (
          "model",
          "\(grouped(model.vocabularySize)) tokens, embedding \(model.embeddingSize), "
            + "\(model.layers) x \(model.hiddenSize) units: \(grouped(plan.parameters)) parameters"
        ),
        ("memory", memorySize(plan.bytes)),
        (
          "step",
          "\(decimal(forecast.secondsPerStep * 1000, 1)) ms, \(grouped(Int(forecast.tokensPerSecond))) tokens/s"
        ),
        (
          "epoch",
          "\(grouped(plan.tokensPerEpoch)) tokens in \(grouped(plan.stepsPerEpoch)) steps, "
            + duration(forecast.secondsPerEpoch)
        ),
        (
          "evaluation",
          plan.validationTokens == 0
            ? "none" : "\(grouped(plan.validationTokens)) tokens in \(decimal(forecast.secondsPerEvaluation, 1))s"
        ),
        (
          "run",
          "\(grouped(forecast.steps)) steps, \(decimal(forecast.epochs, 1)) epochs, \(duration(forecast.seconds))"
        ),
      ]))
  }

  private func changeRows(_ tuning: FineTuningReport) -> [(String, String)] {
    var rows: [(String, String)] = [
      ("started from", DataError.shown(tuning.base)),
      ("vocabulary", "\(grouped(tuning.oldTokens)) tokens and \(grouped(tuning.newTokens)) new ones"),
    ]
    if let loss = tuning.changes.validationLoss { rows.append(("validation before", lossText(loss))) }
    rows += tuning.changes.changes.map { ("  " + $0.name, "changed by \(percent($0.change))") }
    return rows
  }

  private func lossText(_ nats: Double) -> String {
    "\(decimal(nats, 4)) nats a token, \(decimal(bits(nats), 4)) bits, perplexity \(figure(perplexity(nats), 2))"
  }
}
