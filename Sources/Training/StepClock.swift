/// The seconds of a run, over all the times that it was started.
struct StepClock {
  private let before: Double
  private let start = ContinuousClock.now

  /// A clock that goes on from the seconds of earlier starts.
  init(after before: Double) { self.before = before }

  /// Seconds since this start.
  var sinceStart: Double {
    let (seconds, attoseconds) = start.duration(to: .now).components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }

  /// Seconds of all starts.
  var seconds: Double { before + sinceStart }
}
