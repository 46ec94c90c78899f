internal import Compute
internal import Tokenization

/// A run: a corpus, a vocabulary, a model, and the folder that all of it is kept in.
///
///     let run = try TrainingRun(corpus: [.file("story.txt")], directory: "runs/story")
///     let outcome = try run.train()
///
/// The folder holds the corpus as tokens, so a resumed run needs nothing else.
public final class TrainingRun {
  /// The run's folder.
  public let directory: String
  /// The tokens of the model.
  public let vocabulary: Vocabulary
  /// What decides the run, resolved.
  public let configuration: TrainingConfiguration
  /// What products are computed in: what the configuration says, if this machine has instructions for it.
  public var precision: Precision { configuration.precision.inForce }
  /// The shape of the model.
  public let model: ModelConfiguration
  private let trainer: Trainer<CPUDevice>
  private let corpus: RunCorpus

  /// Starts a run in a folder that holds none.
  ///
  /// - Parameters:
  ///   - inputs: the corpus; with a split by fractions its last part validates.
  ///   - directory: the folder, which is made.
  ///   - options: what is trained and how.
  ///   - threads: how many threads work; the result does not depend on it.
  ///   - observe: told of every step, evaluation and checkpoint.
  /// - Throws: `DataError` when the folder holds a run already or is in use, a text cannot be read, or an option is
  ///   refused.
  public init(
    corpus inputs: [CorpusInput], directory: String, options: TrainingOptions = TrainingOptions(),
    threads: Int = defaultThreadCount, observe: @escaping (TrainingEvent) -> Void = { _ in }
  ) throws(DataError) {
    self.directory = directory
    try Threads.check(threads)
    try options.validate()
    try RunCorpus.check(inputs, options)
    let run = try RunDirectory(directory)
    guard try FileSystem.kind(of: run.configuration) == nil else {
      throw DataError(
        .cannotCreate,
        "\(DataError.shown(directory)) holds a run already; go on with it by --resume, or give another folder")
    }
    corpus = try RunCorpus(tokenizing: inputs, options, threads: threads, into: run)
    vocabulary = corpus.vocabulary
    model = try options.model(
      vocabularySize: vocabulary.count, hasManyTokens: vocabulary.configuration.level.hasManyTokens,
      documentBoundary: vocabulary.hasDocuments ? vocabulary.boundary : nil,
      trainingTokens: corpus.training.count)
    configuration = options.resolved(trainingTokens: corpus.training.count, hiddenSize: model.hiddenSize)
    trainer = try Trainer(
      configuration, model: model, data: corpus.data, run: run, metadata: corpus.metadata,
      on: CPUDevice(configuration.precision.inForce, team: ThreadTeam(threads: threads)), observe: observe)
    try Self.write(
      .object([
        .init("format", .string("longhand-run")), .init("version", .integer(1)), .init("model", model.json),
        .init("training", configuration.json), .init("corpus", corpus.json),
      ]), to: run.configuration)
  }

  /// Goes on with the run of a folder, from its newest checkpoint.
  ///
  /// - Parameters:
  ///   - directory: the folder.
  ///   - limits: new limits; nil keeps those of the run. With other limits the schedule, and so the result, is another.
  ///   - threads: how many threads work; the result does not depend on it.
  ///   - observe: told of every step, evaluation and checkpoint.
  /// - Throws: `DataError` when the folder holds no run or is in use, or its files are damaged.
  public init(
    resuming directory: String, limits: TrainingLimits? = nil, threads: Int = defaultThreadCount,
    observe: @escaping (TrainingEvent) -> Void = { _ in }
  ) throws(DataError) {
    self.directory = directory
    try Threads.check(threads)
    guard try FileSystem.kind(of: directory) == .directory else {
      throw DataError(.noInput, "\(DataError.shown(directory)) is no folder of a run; start one without --resume")
    }
    guard try FileSystem.kind(of: RunDirectory.configuration(of: directory)) != nil else {
      throw DataError(.noInput, "\(DataError.shown(directory)) holds no run yet; start it without --resume")
    }
    let run = try RunDirectory(directory)
    let stored = try Self.read(run.configuration)
    guard let modelJSON = stored["model"], let trainingJSON = stored["training"], let corpusJSON = stored["corpus"]
    else {
      throw DataError(.data, "\(DataError.shown(run.configuration)) is damaged or of another version")
    }
    model = try ModelConfiguration(json: modelJSON)
    var configuration = try TrainingConfiguration(json: trainingJSON)
    if let limits { configuration.limits = limits }
    self.configuration = configuration
    corpus = try RunCorpus(reading: corpusJSON, in: run)
    vocabulary = corpus.vocabulary
    trainer = try Trainer(
      configuration, model: model, data: corpus.data, run: run, metadata: corpus.metadata,
      on: CPUDevice(configuration.precision.inForce, team: ThreadTeam(threads: threads)), observe: observe)
    if let checkpoint = try run.checkpoints().first { try trainer.resume(from: checkpoint) }
  }

  /// Trains until a limit is reached, or until it is asked to stop, and saves.
  public func train(until stop: any StopSignal = NeverStop()) throws(DataError) -> TrainingOutcome {
    try trainer.train(until: stop)
  }

  /// What the run is going to do.
  var plan: TrainingPlan { trainer.plan }

  /// Takes steps of which nothing is written down.
  func rehearse(until stop: any StopSignal) throws(DataError) { try trainer.rehearse(until: stop) }

  /// The seconds of a measurement on the validation text; nil without one.
  func secondsOfEvaluation() -> Double? { trainer.secondsOfEvaluation() }

  /// The loss of the best model on the whole validation and test texts, each read once with its state carried on.
  ///
  /// - Returns: nats per token; nil where there is no such text.
  func finalLosses() throws(DataError) -> (validation: Double?, test: Double?) {
    try trainer.finalLosses(test: corpus.test)
  }

  private static func write(_ json: JSONValue, to path: String) throws(DataError) {
    var file = try DurableFile(replacing: path)
    try file.write(Array((json.serialized(pretty: true) + "\n").utf8))
    try file.commit()
  }

  private static func read(_ path: String) throws(DataError) -> JSONValue {
    let bytes = unsafe try MappedFile(copying: path).withUnsafeBytes { unsafe Array($0) }
    return try JSONValue(parsing: bytes, from: DataError.shown(path))
  }
}

/// A signal that never comes.
public struct NeverStop: StopSignal {
  /// The signal.
  public init() {}
  /// Never.
  public var isRequested: Bool { false }
}
