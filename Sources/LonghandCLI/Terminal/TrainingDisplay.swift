import Longhand

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Shows a run on standard error: a bar on a terminal, a plain line now and then elsewhere.
final class TrainingDisplay {
  private let hasWords: () -> Bool
  private let hasBar: Bool
  private let isQuiet: Bool
  private var lastLine = -1000.0
  private var averageLoss: Double?
  private var isSampled = false

  /// A display; `quiet` leaves out everything but errors, and words are spoken of by their perplexity.
  init(quiet: Bool, hasWords: @escaping () -> Bool) {
    self.hasWords = hasWords
    isQuiet = quiet
    hasBar = !quiet && isTerminal(STDERR_FILENO)
  }

  /// Shows what a run says.
  func show(_ event: TrainingEvent) {
    if isQuiet { return }
    switch event {
    case .starting(let plan): show(plan)
    case .step(let report): show(report)
    case .evaluated(let report):
      line(
        "step \(grouped(report.step))  validation \(text(report.loss))" + (report.isBest ? "  best so far" : "")
          + (report.isAverage ? "  of the average" : ""))
    case .rolledBack(let report):
      line(
        "\(report.diagnosis)\nback to step \(grouped(report.step)), at \(decimal(report.rate, 3)) of the learning rate")
    case .saved(let path, let step):
      if !hasBar { line("step \(grouped(step))  saved \(DataError.shown(path))") }
    }
  }

  private func show(_ plan: TrainingPlan) {
    isSampled = plan.softmaxSamples != nil
    line(
      "model      \(grouped(plan.parameters)) parameters, \(memorySize(plan.bytes)) of memory for training\n"
        + "epoch      \(grouped(plan.tokensPerEpoch)) tokens in \(grouped(plan.stepsPerEpoch)) \(plan.stepsPerEpoch == 1 ? "step" : "steps"); "
        + (plan.validationTokens > 0 ? "validation \(grouped(plan.validationTokens)) tokens" : "no validation text")
        + (plan.softmaxSamples.map { "\nsoftmax    trained on samples of \(grouped($0)) tokens; validation is exact" }
          ?? "")
        + (plan.step > 0 ? "\nresumed    after step \(grouped(plan.step))" : ""))
  }

  private func show(_ report: StepReport) {
    if report.isSkipped {
      line("step \(grouped(report.step))  left out: the gradient's norm is \(decimal(report.gradientNorm, 3))")
    }
    averageLoss = averageLoss.map { 0.95 * $0 + 0.05 * report.loss } ?? report.loss
    let elapsed = report.seconds
    let interval = hasBar ? 0.1 : 10
    guard elapsed - lastLine >= interval || report.progress >= 1 else { return }
    lastLine = elapsed
    let left = report.progress > 0 ? elapsed * (1 - report.progress) / report.progress : .nan
    let loss = averageLoss ?? report.loss
    let facts =
      "\(isSampled ? "sampled loss \(decimal(loss, 3))" : text(loss))  \(grouped(Int(report.tokensPerSecond))) tokens/s  \(duration(left)) left"
    if hasBar {
      bar(report.progress, facts)
    } else {
      line("epoch \(report.epoch)  step \(grouped(report.step))  \(facts)")
    }
  }

  /// Ends the bar's line.
  func finish() {
    if hasBar { printError("") }
  }

  /// How people speak of a loss: bits of characters, perplexity of words.
  private func text(_ nats: Double) -> String {
    hasWords()
      ? "perplexity \(figure(perplexity(nats), 1))" : "\(decimal(nats, 4)) nats, \(decimal(bits(nats), 3)) bits"
  }

  private func line(_ text: String) {
    printError((hasBar ? "\r\u{1b}[K" : "") + text)
  }
}
