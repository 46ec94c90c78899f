internal import DataFiles
internal import MessagePassing

extension Trainer {
  /// Goes back to the last checkpoint after a number that is not finite, and on from there at half the learning rate.
  ///
  /// - Throws: the error itself where it is another one, there is no checkpoint yet, or the run has gone back often enough.
  func rollBack(
    after error: DataError, _ log: inout MetricsLog?, _ clock: borrowing StepClock
  ) throws(DataError) {
    let diverged = processes.anyone(divergence != nil)
    let checkpoint = try processes.agree { try run.checkpoints().first }
    let rollBacks = progress.rollBacks + 1
    guard diverged, rollBacks <= configuration.rollBacks, let checkpoint else { throw error }
    let diagnosis = divergence ?? error.message
    // The best model on the disk may be of a step behind the checkpoint.
    let (bestLoss, bestStep) = (progress.bestLoss, progress.bestStep)
    try processes.agree { try resume(from: checkpoint) }
    divergence = nil
    progress.rollBacks = rollBacks
    (progress.bestLoss, progress.bestStep) = (bestLoss, bestStep)
    let report = RollBackReport(
      step: progress.step, diagnosis: diagnosis, rate: progress.rateAfterRollBacks, seconds: clock.seconds)
    self.rollBacks.append(report)
    try processes.lead {
      log = try MetricsLog(path: run.metrics, keepingLines: progress.metricsLines)
      for report in self.rollBacks { try log?.write(report) }
    }
    observe(.rolledBack(report))
  }
}
