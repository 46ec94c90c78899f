import Longhand

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Shows a range test: a bar while it goes on, and then the loss at some of its rates.
final class RangeTestDisplay {
  private let hasBar: Bool

  /// A display; `quiet` leaves out the bar.
  init(quiet: Bool) { hasBar = !quiet && isTerminal(STDERR_FILENO) }

  /// Shows how far the test is.
  func show(_ event: TrainingEvent) {
    guard hasBar, case .step(let report) = event else { return }
    bar(report.progress, "rate \(rateText(report.learningRate))  \(decimal(report.loss, 3)) nats")
  }

  /// The loss at about twenty rates, the lowest marked, and the suggestion.
  func text(_ range: LearningRateRange) -> String {
    if hasBar { printError("") }
    let stride = max(1, range.points.count / 20)
    let rows = range.points.enumerated().filter { $0.offset % stride == stride - 1 }.map { _, point in
      [rateText(point.rate), decimal(point.loss, 4), decimal(point.meanLoss, 4)]
    }
    let end =
      range.suggestion.flatMap { suggestion in
        range.lowest.map {
          "The mean loss is lowest, \(decimal($0.meanLoss, 4)) nats, at \(rateText($0.rate)); start from a tenth of that: "
            + "--learning-rate \(rateText(suggestion))"
        }
      } ?? "The loss never fell: the range does not reach down to a rate that this model bears."
    return columns(["rate", "nats", "mean"], rows) + "\n" + end
  }

  /// A rate with two digits that count.
  private func rateText(_ rate: Double) -> String {
    var (places, scaled) = (1, rate * 10)
    while places < 12 && scaled < 10 { (places, scaled) = (places + 1, scaled * 10) }
    return decimal(rate, places)
  }
}
