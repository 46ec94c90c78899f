internal import Compute
internal import MessagePassing
internal import Tokenization
internal import Training

/// What a run's folder says about it: the corpus, the shape of the model, and how it is trained.
struct RunFiles {
  let run: RunDirectory
  let corpus: RunCorpus
  let model: ModelConfiguration
  var configuration: TrainingConfiguration
  /// Whether its report looks for an evaluation temperature.
  let findsTemperature: Bool
  /// The names of the texts, for those who read the folder later.
  let texts: JSONValue?
  /// The model that the run started from; nil where it started anew.
  let base: BaseRecord?

  /// Makes the tokens of a new run in a folder that holds none.
  ///
  /// - Parameter shards: those of a batch where the options do not say.
  init(
    corpus inputs: [CorpusInput], _ directory: String, _ options: TrainingOptions, shards: Int, threads: Int
  ) throws(DataError) {
    var options = options
    options.training.shards = options.training.shards ?? shards
    try options.validate()
    try RunCorpus.check(inputs, options)
    run = try RunDirectory(directory)
    guard try FileSystem.kind(of: run.configuration) == nil else {
      throw DataError(
        .cannotCreate,
        "\(DataError.shown(directory)) holds a run already; go on with it by --resume, or give another folder")
    }
    if let left = try run.remnant() {
      throw DataError(
        .cannotCreate,
        "\(DataError.shown(left)) is of another run, whose configuration.json is not there; put that back to --resume it, "
          + "or give another folder")
    }
    if let base = options.base { options.vocabulary = try base.vocabulary(of: inputs, options, threads: threads) }
    corpus = try RunCorpus(tokenizing: inputs, options, threads: threads, into: run)
    let vocabulary = corpus.vocabulary
    model = try options.model(
      vocabularySize: vocabulary.count, hasManyTokens: vocabulary.configuration.level.hasManyTokens,
      documentBoundary: vocabulary.hasDocuments ? vocabulary.boundary : nil,
      trainingTokens: corpus.training.count)
    configuration = options.resolved(trainingTokens: corpus.training.count, model)
    findsTemperature = options.findsTemperature
    texts = RunCorpus.names(of: inputs, options.split)
    base = options.base.map { BaseRecord(path: $0.path, tokens: $0.vocabulary.count) }
    try options.base?.write(to: run.baseModel, as: model, corpus, seed: configuration.seed)
  }

  /// Reads those of a run that there is.
  ///
  /// - Parameter leads: whether this process opens the folder, rather than another one of its group.
  init(of directory: String, leads: Bool) throws(DataError) {
    guard try FileSystem.kind(of: directory) == .directory else {
      throw DataError(.noInput, "\(DataError.shown(directory)) is no folder of a run; start one without --resume")
    }
    guard try FileSystem.kind(of: RunDirectory.configuration(of: directory)) != nil else {
      throw DataError(.noInput, "\(DataError.shown(directory)) holds no run yet; start it without --resume")
    }
    run = leads ? try RunDirectory(directory) : RunDirectory(openedByLeader: directory)
    let bytes = unsafe try MappedFile(copying: run.configuration).withUnsafeBytes { unsafe Array($0) }
    let stored = try JSONValue(parsing: bytes, from: DataError.shown(run.configuration))
    let damaged = DataError(.data, "\(DataError.shown(run.configuration)) is damaged or of another version")
    guard let modelJSON = stored["model"], let trainingJSON = stored["training"], let corpusJSON = stored["corpus"]
    else { throw damaged }
    (model, configuration) = try DataError.blaming(run.configuration) { () throws(DataError) in
      (try ModelConfiguration(json: modelJSON), try TrainingConfiguration(json: trainingJSON))
    }
    corpus = try RunCorpus(reading: corpusJSON, in: run)
    findsTemperature = stored["find_temperature"]?.boolValue ?? false
    texts = stored["texts"]
    base = try stored["base"].map { (json) throws(DataError) in
      guard let base = BaseRecord(json) else { throw damaged }
      return base
    }
    guard corpus.vocabulary.count == model.vocabularySize, 0...model.vocabularySize ~= base?.tokens ?? 0 else {
      throw damaged
    }
  }

  /// Keeps them, so that there is a run to go on with.
  func writeConfiguration() throws(DataError) {
    let json = JSONValue.object(
      [
        .init("format", .string("longhand-run")), .init("version", .integer(1)), .init("model", model.json),
        .init("training", configuration.json), .init("corpus", corpus.json),
        .init("find_temperature", .bool(findsTemperature)), .init("longhand", .string(longhandVersion)),
      ] + (texts.map { [.init("texts", $0)] } ?? []) + (base.map { [.init("base", $0.json)] } ?? []))
    var file = try DurableFile(replacing: run.configuration)
    try file.write(Array((json.serialized(pretty: true) + "\n").utf8))
    try file.commit()
  }

  /// A trainer where the run stands: at its newest checkpoint, else at its start.
  func trainer(
    _ processes: any ProcessGroup, _ threads: Int, _ observe: @escaping (TrainingEvent) -> Void
  ) throws(DataError) -> Trainer<CPUDevice> {
    let trainer = try Trainer(
      configuration, model: model, data: corpus.data, run: run, metadata: corpus.metadata, processes: processes,
      on: CPUDevice(configuration.precision.inForce, team: ThreadTeam(threads: threads)), observe: observe)
    let checkpoints = try run.checkpoints()
    if let checkpoint = checkpoints.first {
      do {
        try trainer.resume(from: checkpoint)
      } catch {
        guard checkpoints.count > 1, error.code == .data else { throw error }
        throw DataError(
          .data, "\(error.message); remove it, and the run goes on from \(DataError.shown(checkpoints[1]))")
      }
      return trainer
    }
    // Without roll-backs a run may have a best model before its first checkpoint.
    let models = [run.lastModel] + (configuration.rollBacks > 0 ? [run.bestModel] : [])
    for model in models where try FileSystem.kind(of: model) != nil {
      throw DataError(
        .noInput,
        "\(DataError.shown(run.path)) has no checkpoint to go on from, and to begin again would replace its "
          + "\(DataError.shown(model)); put the checkpoints back, or start another run --from this one")
    }
    if base != nil {
      try trainer.start(from: ModelFile(path: run.baseModel))
    }
    return trainer
  }
}
