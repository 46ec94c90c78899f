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
      let report = try step(clock, 0)
      observe(.step(report))
      isOver = report.progress >= 1
    }
  }

  /// Measures the present values on the validation text, as between steps, and returns the seconds that it takes; nil
  /// without such a text.
  ///
  /// Where two means are compared it takes as long again.
  public func secondsOfEvaluation() -> Double? {
    let clock = StepClock(after: 0)
    let readings = configuration.averaging.kind == .twoTailed ? 2.0 : 1
    return validationLoss(lanes: configuration.batch).map { _ in readings * clock.seconds }
  }
}
