public import DataFiles

extension Trainer {
  /// Takes steps until a limit is reached or a stop is requested, each of them reported, and writes nothing down: for
  /// what the first steps of a run tell of it.
  ///
  /// - Throws: `DataError` when a number is no longer finite.
  public func rehearse(until stop: any StopSignal) throws(DataError) {
    let clock = StepClock(after: 0)
    var isOver = false
    while !isOver && !stop.isRequested {
      let report = try step(clock)
      observe(.step(report))
      isOver = report.progress >= 1
    }
  }

  /// Measures the present values on a text, as between steps on the validation text, and returns the seconds that it
  /// takes; nil for an empty text.
  ///
  /// Where two means are compared it takes as long again.
  public func secondsOfEvaluation(of tokens: any TokenSequence) -> Double? {
    let clock = StepClock(after: 0)
    let readings = configuration.averaging.kind == .twoTailed ? 2.0 : 1
    return loss(of: tokens, lanes: configuration.batch).map { _ in readings * clock.seconds }
  }
}
