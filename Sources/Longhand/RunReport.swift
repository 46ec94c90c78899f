internal import TokenFiles
internal import Tokenization
internal import Training

/// How a run came out, as its folder keeps it: `report.json`, and a sample of its model in `samples.txt`.
public struct RunReport: Sendable {
  /// How the training ended.
  public let outcome: TrainingOutcome
  /// The best model's loss on the whole validation text, read once with its state carried on, in nats per token.
  ///
  /// Products are in the run's precision: with bf16 it is some 10⁻⁵ nats from what `TextModel` gives in f32.
  public let validationLoss: Double?
  /// The same on the test text.
  public let testLoss: Double?
  /// The tokens of the training text, and how many of them are `<unk>`.
  public let trainingTokens: TextTokens
  /// The tokens of the validation text, and how many of them the vocabulary lacks; nil where there is no such text.
  public let validationTokens: TextTokens?
  /// The same of the test text.
  public let testTokens: TextTokens?
  /// The evaluation temperature of the validation text and the losses there; nil where none was looked for.
  public let temperature: EvaluationTemperature?
  /// What became of the model that the run started from; nil where it started anew.
  public let fineTuning: FineTuningReport?
  /// What the model writes at temperature 0.8.
  public let sample: String

  /// All of it but the sample.
  public var json: JSONValue {
    .object(
      [
        .init("reason", .string(outcome.reason.rawValue)), .init("steps", .integer(outcome.step)),
        .init("tokens", .integer(outcome.tokens)), .init("seconds", .number(outcome.seconds)),
        .init("roll_backs", .integer(outcome.rollBacks)), .init("skipped_steps", .integer(outcome.skippedSteps)),
        .init("averaged_steps", outcome.averagedSteps.map { .integer($0) } ?? .null),
        .init("best_step", outcome.best.map { .integer($0.step) } ?? .null),
        .init("validation_loss", validationLoss.map { .number($0) } ?? .null),
        .init("test_loss", testLoss.map { .number($0) } ?? .null),
      ] + trainingTokens.members("training")
        + (validationTokens.map { $0.members("validation") } ?? []) + (testTokens.map { $0.members("test") } ?? [])
        + (temperature.map { [.init("evaluation_temperature", $0.json)] } ?? [])
        + (fineTuning.map { [.init("fine_tuning", $0.json)] } ?? []))
  }
}

/// How many tokens a text has.
public struct TextTokens: Sendable, Equatable {
  /// All of them.
  public let count: Int
  /// Those that are `<unk>`, since the vocabulary lacks them.
  public let unknown: Int

  init(_ text: TokenSlice, unknown: TokenID?) {
    count = text.count
    self.unknown = unknown.map { text.occurrences(of: Int($0) + 1)[Int($0)] } ?? 0
  }

  func members(_ text: String) -> [JSONValue.Member] {
    [.init("\(text)_tokens", .integer(count)), .init("\(text)_unknown", .integer(unknown))]
  }
}

/// The temperature at which a validation text is likeliest, and the losses there in nats per token.
public struct EvaluationTemperature: Sendable {
  /// The temperature, within 0.005.
  public let temperature: Double
  /// The loss on the validation text.
  public let validationLoss: Double
  /// The loss on the test text, which had no say in the temperature; nil where there is none.
  public let testLoss: Double?

  /// All of it.
  public var json: JSONValue {
    .object([
      .init("temperature", .number(temperature)), .init("validation_loss", .number(validationLoss)),
      .init("test_loss", testLoss.map { .number($0) } ?? .null),
    ])
  }
}

extension TrainingRun {
  /// Measures and samples the best model of a run that has ended, and puts both into its folder.
  ///
  /// - Parameters:
  ///   - outcome: how it ended.
  ///   - findsTemperature: whether to look for the temperature at which the validation text is likeliest, which takes a
  ///     dozen readings of it; nil is what the run was started with.
  /// - Throws: `DataError` when the model cannot be read or a file cannot be written.
  public func report(_ outcome: TrainingOutcome, findsTemperature: Bool? = nil) throws -> RunReport {
    let (losses, tokens) = (try finalLosses(), textTokens())
    let model = try TextModel(path: directory, threads: threads)
    let sample = try model.sample(temperature: 0.8, seed: configuration.seed)
    let report = RunReport(
      outcome: outcome, validationLoss: losses.validation, testLoss: losses.test,
      trainingTokens: tokens.training, validationTokens: tokens.validation, testTokens: tokens.test,
      temperature: findsTemperature ?? self.findsTemperature ? try evaluationTemperature(of: model) : nil,
      fineTuning: try changes(),
      sample: sample)
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
