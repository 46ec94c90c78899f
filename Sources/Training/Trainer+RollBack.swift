internal import DataFiles
internal import MessagePassing

extension Trainer {
  /// Goes back to the last checkpoint that was due, after a number that is not finite, and on from there at half the learning
  /// rate.
  ///
  /// One that was made since the run was stopped is passed over: a run that never was would not have it.
  ///
  /// - Throws: the error itself where it is another one, there is no checkpoint yet, or the run has gone back often enough.
  func rollBack(
    after error: DataError, _ log: inout MetricsLog?, _ clock: borrowing StepClock
  ) throws(DataError) {
    let diverged = processes.anyone(divergence != nil)
    let due = progress.dueCheckpoint
    let checkpoint = run.checkpoint(step: due)
    let isThere = try leaderHas(checkpoint)
    let rollBacks = progress.rollBacks + 1
    guard diverged, isThere, rollBacks <= configuration.rollBacks else { throw error }
    let diagnosis = divergence ?? error.message
    // The best model on the disk may be of a step behind the checkpoint.
    let (bestLoss, bestStep) = (progress.bestLoss, progress.bestStep)
    try processes.agree { try resume(from: checkpoint) }
    divergence = nil
    savedStep = due
    progress.rollBacks = rollBacks
    (progress.bestLoss, progress.bestStep) = (bestLoss, bestStep)
    if bestStep > progress.step { progress.evaluationsSinceBest = 0 }
    let report = RollBackReport(
      step: progress.step, diagnosis: diagnosis, rate: progress.rateAfterRollBacks, seconds: clock.seconds)
    try processes.lead {
      try run.removeCheckpoints(after: due)
      log = try MetricsLog.returning(to: progress.metricsLines, path: run.metrics)
      try log?.write(report)
    }
    observe(.rolledBack(report))
  }
}
