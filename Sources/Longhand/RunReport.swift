/// How a run came out, as its folder keeps it: `report.json`, and a sample of its model in `samples.txt`.
public struct RunReport: Sendable {
  /// How the training ended.
  public let outcome: TrainingOutcome
  /// The best model's loss on the whole validation text, read once with its state carried on, in nats per token.
  public let validationLoss: Double?
  /// The same on the test text.
  public let testLoss: Double?
  /// What the model writes at temperature 0.8.
  public let sample: String

  /// All of it but the sample.
  public var json: JSONValue {
    .object([
      .init("reason", .string(outcome.reason.rawValue)), .init("steps", .integer(outcome.step)),
      .init("tokens", .integer(outcome.tokens)), .init("seconds", .number(outcome.seconds)),
      .init("best_step", outcome.best.map { .integer($0.step) } ?? .null),
      .init("validation_loss", validationLoss.map { .number($0) } ?? .null),
      .init("test_loss", testLoss.map { .number($0) } ?? .null),
    ])
  }
}

extension TrainingRun {
  /// Measures and samples the best model of a run that has ended, and puts both into its folder.
  ///
  /// - Throws: `DataError` when the model cannot be read or a file cannot be written.
  public func report(_ outcome: TrainingOutcome) throws -> RunReport {
    let losses = try finalLosses()
    let sample = try TextModel(path: directory).sample(temperature: 0.8, seed: configuration.seed)
    let report = RunReport(
      outcome: outcome, validationLoss: losses.validation, testLoss: losses.test, sample: sample)
    try write(report.json.serialized(pretty: true) + "\n", to: "report.json")
    try write(sample + "\n", to: "samples.txt")
    return report
  }

  private func write(_ text: String, to name: String) throws(DataError) {
    var file = try DurableFile(replacing: directory + "/" + name)
    try file.write(Array(text.utf8))
    try file.commit()
  }
}
