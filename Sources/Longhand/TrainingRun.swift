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
  private let files: RunFiles
  /// How many threads work in this process.
  let threads: Int

  /// Starts a run in a folder that holds none.
  ///
  /// - Parameters:
  ///   - inputs: the corpus; with a split by fractions its last part validates.
  ///   - directory: the folder, which is made; every process must see it.
  ///   - options: what is trained and how; of several processes the first one's count.
  ///   - processes: those that train together, with a shard each where no number is given; the result does not depend on
  ///     them otherwise.
  ///   - threads: how many threads work in this process; the result does not depend on it.
  ///   - observe: told of every step, evaluation and checkpoint.
  /// - Throws: `DataError` when the folder holds a run already or is in use, a text cannot be read, or an option is
  ///   refused.
  public convenience init(
    corpus inputs: [CorpusInput], directory: String, options: TrainingOptions = TrainingOptions(),
    processes: any ProcessGroup = SingleProcess(), threads: Int = defaultThreadCount,
    observe: @escaping (TrainingEvent) -> Void = { _ in }
  ) throws(DataError) {
    typealias Parts = (files: RunFiles, trainer: Trainer<CPUDevice>)
    let begun = try processes.agree { () throws -> Parts? in
      try Threads.check(threads)
      if !processes.leads { return nil }
      let files = try RunFiles(corpus: inputs, directory, options, shards: processes.count, threads: threads)
      let trainer = try files.trainer(processes, threads, observe)
      try files.writeConfiguration()
      return (files, trainer)
    }
    let parts = try processes.agree { () throws -> Parts in
      if let begun { return begun }
      let files = try RunFiles(of: directory, leads: false)
      return (files, try files.trainer(processes, threads, observe))
    }
    self.init(parts.files, parts.trainer, threads: threads)
  }

  /// Goes on with the run of a folder, from its newest checkpoint.
  ///
  /// - Parameters:
  ///   - directory: the folder, which every process must see.
  ///   - limits: new limits; nil keeps those of the run. With other limits the schedule, and so the result, is another.
  ///   - processes: those that train together, at most one for each shard; they may be more or fewer than before.
  ///   - threads: how many threads work in this process; the result does not depend on it.
  ///   - observe: told of every step, evaluation and checkpoint.
  /// - Throws: `DataError` when the folder holds no run or is in use, its files are damaged, or the run is behind a new limit
  ///   already.
  public convenience init(
    resuming directory: String, limits: TrainingLimits? = nil, processes: any ProcessGroup = SingleProcess(),
    threads: Int = defaultThreadCount, observe: @escaping (TrainingEvent) -> Void = { _ in }
  ) throws(DataError) {
    // The first process has the folder before the others look at what is in it.
    let opened = try processes.agree { () throws -> RunFiles? in
      try Threads.check(threads)
      return processes.leads ? try RunFiles(of: directory, leads: true) : nil
    }
    let parts = try processes.agree { () throws -> (files: RunFiles, trainer: Trainer<CPUDevice>) in
      var files = if let opened { opened } else { try RunFiles(of: directory, leads: false) }
      if let limits { files.configuration.limits = limits }
      let trainer = try files.trainer(processes, threads, observe)
      if let limits { try trainer.refuseReached(limits) }
      return (files, trainer)
    }
    if limits != nil { try processes.lead { try parts.files.writeConfiguration() } }
    self.init(parts.files, parts.trainer, threads: threads)
  }

  private init(_ files: RunFiles, _ trainer: Trainer<CPUDevice>, threads: Int) {
    directory = files.run.path
    vocabulary = files.corpus.vocabulary
    configuration = files.configuration
    model = files.model
    self.files = files
    self.trainer = trainer
    self.threads = threads
  }

  /// Trains until a limit is reached, or until it is asked to stop, and saves.
  ///
  /// - Throws: `DataError` when a number is no longer finite and the run has gone back often enough, or a file cannot be
  ///   written.
  public func train(until stop: any StopSignal = NeverStop()) throws(DataError) -> TrainingOutcome {
    try trainer.train(until: stop)
  }

  /// Whether its report looks for an evaluation temperature.
  var findsTemperature: Bool { files.findsTemperature }

  /// The steps that are done, those of earlier starts included.
  public var stepsDone: Int { trainer.plan.step }

  /// What the run is going to do.
  var plan: TrainingPlan { trainer.plan }

  /// Takes steps of which nothing is written down.
  func rehearse(until stop: any StopSignal) throws(DataError) { try trainer.rehearse(until: stop) }

  /// The seconds of a measurement on the validation text, from a part of it that is about so many tokens long; nil without
  /// such a text.
  func secondsOfEvaluation(from tokens: Int) -> Double? {
    guard let text = files.corpus.validation else { return nil }
    // Of a part that is too short for its lanes they would be fewer.
    let count = min(text.count, max(tokens, 4 * configuration.batch * configuration.window))
    let part = TokenSlice(file: text.file, range: text.range.prefix(count))
    return trainer.secondsOfEvaluation(of: part).map { $0 * Double(text.count) / Double(count) }
  }

  /// The loss of the best model on the whole validation and test texts, each read once with its state carried on.
  ///
  /// - Returns: nats per token; nil where there is no such text.
  func finalLosses() throws(DataError) -> (validation: Double?, test: Double?) {
    try trainer.finalLosses(test: files.corpus.test)
  }

  /// The tokens of the three texts; nil where there is no such text.
  func textTokens() -> (training: TextTokens, validation: TextTokens?, test: TextTokens?) {
    func tokens(_ text: TokenSlice?) -> TextTokens? {
      text.flatMap { $0.count > 0 ? TextTokens($0, unknown: vocabulary.unknown) : nil }
    }
    return (
      TextTokens(files.corpus.training, unknown: vocabulary.unknown), tokens(files.corpus.validation),
      tokens(files.corpus.test)
    )
  }

  /// The evaluation temperature of the run's validation text; nil where there is none.
  func evaluationTemperature(of model: TextModel) throws -> EvaluationTemperature? {
    guard let validation = files.corpus.validation, validation.count > 0 else { return nil }
    func loss(_ score: ScoreReport) -> Double { score.nats / Double(score.tokens) }
    let found = try model.findTemperature(validation)
    let test = files.corpus.test.flatMap { $0.count > 0 ? $0 : nil }
    return EvaluationTemperature(
      temperature: found.temperature, validationLoss: loss(found.score),
      testLoss: try test.map { loss(try model.score($0)) })
  }

  /// How far the model whose losses were measured is from the one that the run started from; nil where it started anew.
  func changes() throws(DataError) -> FineTuningReport? {
    guard let base = files.base else { return nil }
    return FineTuningReport(
      base: base.path, oldTokens: base.tokens, newTokens: model.vocabularySize - base.tokens,
      changes: try trainer.changes(from: ModelFile(path: files.run.baseModel)))
  }
}

/// A signal that never comes.
public struct NeverStop: StopSignal {
  /// The signal.
  public init() {}
  /// Never.
  public var isRequested: Bool { false }
}
