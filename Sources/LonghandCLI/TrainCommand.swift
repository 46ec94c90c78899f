import ArgumentParser
import Longhand

/// `longhand train`: a model of a corpus.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model on a corpus.",
    discussion: """
      The run's folder gets the tokens, the metrics (metrics.jsonl), checkpoints, and the models best.safetensors and \
      model.safetensors. Ctrl-C finishes the step, saves and stops; --resume goes on as if nothing had happened.

        longhand train story.txt --run runs/story
        longhand train story.txt --run runs/words --level word --max-seconds 600
        longhand train --run runs/story --resume

      Before a long run, --plan says what it will cost and --find-rate which learning rates its model bears; neither \
      leaves anything behind.

      Started by mpirun, several processes train one model together, if longhand was built for it (make build-mpi).

      Options may stand in a TOML file (--config FILE), one `option = value` a line; those typed win.
      """)

  @Argument(help: "Texts. Without --valid the last part of them validates.")
  var corpus: [String] = []

  @Option(name: .customLong("run"), help: ArgumentHelp("The run's folder.", valueName: "folder"))
  var folder: String?

  @Flag(
    help: """
      Go on with the run from its newest checkpoint, as it was started; new limits take the place of all that it had, and \
      the schedule is stretched over them.
      """)
  var resume = false

  @Flag(help: "Take a few steps, print parameters, memory and the time that the run would take, and stop.")
  var plan = false

  @Flag(
    help: """
      Take 200 steps with a rate that rises (Smith 2017), whatever rate, schedule and limits are given; print what the \
      loss does and a rate to start from.
      """)
  var findRate = false

  @Option(help: ArgumentHelp("Read options from a TOML file.", valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("A text that validates; may be repeated.", valueName: "file"))
  var valid: [String] = []

  @Option(help: ArgumentHelp("A text that tests; may be repeated.", valueName: "file"))
  var test: [String] = []

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Share of the corpus, at its end, that validates.", valueName: "x"))
  var validFraction = 0.1

  @Option(parsing: .unconditional, help: ArgumentHelp("Share of the corpus, behind that, that tests.", valueName: "x"))
  var testFraction = 0.0

  @Option(
    help: ArgumentHelp(
      "Go on from a trained model, a run's folder or a file: its shape, its way to make tokens, and its vocabulary, to "
        + "which the new text's tokens are added.", valueName: "model"))
  var from: String?

  @Flag(
    inversion: .prefixedNo, exclusivity: .chooseLast, help: "With --from: add no tokens to the vocabulary.")
  var keepVocabulary = false

  @Option(
    help: ArgumentHelp(
      "A vocabulary that is ready, its file, a model file or a run's folder, instead of --level and the like.",
      valueName: "file"))
  var vocab: String?

  @OptionGroup(title: "Text") var text: TextOptions
  @OptionGroup var invalid: InvalidOption
  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Softmax") var softmax: SoftmaxOptions
  @OptionGroup(title: "Regularization") var regularization: RegularizationOptions
  @OptionGroup(title: "Training") var training: OptimizerOptions

  @OptionGroup var threads: ThreadsOption

  @Option(help: "What products are computed in: f32, bf16 (as fast again, where the machine has it) or auto.")
  var precision = TrainingPrecision.float32

  @Flag(
    inversion: .prefixedNo, exclusivity: .chooseLast,
    help: "At the end look for the temperature at which the validation text is likeliest, and test at that, too.")
  var findTemperature: Bool?

  @Flag(name: .shortAndLong, help: "Show nothing but errors.")
  var quiet = false

  @Flag(help: "Print the outcome as JSON.")
  var json = false

  func run() throws {
    let processes = try Job.join()
    do {
      try run(processes)
      processes.endTogether()
    } catch let error as DataError {
      // It is that of all processes; the first one says it, and its exit status is that of mpirun.
      processes.endTogether()
      if processes.leads { throw error }
    } catch let status as ExitCode {
      processes.endTogether()
      throw status
    }
  }

  private func run(_ processes: any ProcessGroup) throws {
    if plan || findRate { StopRequest.removeScratchFolders() }
    if plan {
      try processes.lead {
        try show(TrainingForecast(corpus: try inputs(corpus), options: options(), threads: threads.count))
      }
    } else if findRate {
      try processes.lead {
        let display = RangeTestDisplay(quiet: quiet)
        let range = try LearningRateRange(
          corpus: try inputs(corpus), options: options(), threads: threads.count, observe: display.show)
        try printResult(json ? range.json.serialized() : display.text(range))
      }
    } else if let folder {
      try train(in: folder, processes)
    }
  }

  private func train(in folder: String, _ processes: any ProcessGroup) throws {
    var words = false
    let isQuiet = quiet || !processes.leads
    let display = TrainingDisplay(quiet: isQuiet) { words }
    let threads = threads.threads ?? processes.processors
    if processes.count > 1 && !isQuiet {
      printError("processes  \(processes.count), the first with \(threads) \(threads == 1 ? "thread" : "threads")")
    }
    let run: TrainingRun
    if resume {
      let limits = TrainingLimits(epochs: training.epochs, steps: training.maxSteps, seconds: training.maxSeconds)
      run = try TrainingRun(
        resuming: folder, limits: limits == TrainingLimits() ? nil : limits, processes: processes, threads: threads,
        observe: display.show)
    } else {
      let (texts, chosen) = try processes.agree {
        processes.leads ? (try inputs(corpus), try options()) : ([], TrainingOptions())
      }
      run = try TrainingRun(
        corpus: texts, directory: folder, options: chosen, processes: processes, threads: threads,
        observe: display.show)
    }
    words = run.vocabulary.configuration.level.hasWords
    let asksForLess = resume ? run.configuration.precision != .float32 : precision == .bfloat16
    if processes.leads && run.precision == .float32 && asksForLess { printError(noBFloat16) }
    if model.parameters != nil && !resume && !isQuiet {
      printError(
        table([
          (
            "sizes",
            "\(grouped(run.model.hiddenSize)) units a layer, embeddings of \(grouped(run.model.embeddingSize)): "
              + "\(grouped(run.model.parameterCount)) parameters"
          )
        ]))
    }
    let consequence = "stopping after this step, and saving" + (processes.count == 1 ? "" : ", if no process is gone")
    let stop = StopRequest(consequence: isQuiet ? nil : consequence)
    let stepsBefore = run.stepsDone
    let outcome = try run.train(until: stop)
    display.finish()
    if resume && outcome.reason != .interrupted && outcome.step == stepsBefore && !isQuiet {
      printError(
        outcome.reason == .stoppedEarly
          ? "the run has stopped early, after as many evaluations without a better one as its --patience; to go on, start a "
            + "run --from it"
          : "the run has come to its end already; to go on, give it a limit behind it, such as --max-steps")
    }
    if outcome.reason == .interrupted {
      guard processes.leads else { return }
      if !quiet {
        printError(
          "stopped after step \(grouped(outcome.step)) and saved; go on with: longhand train --run \(quoted(folder)) --resume"
        )
      }
      throw ExitCode(stop.exitStatus ?? DataError.Code.interrupted.rawValue)
    }
    // All is saved, and a resumption makes the report again.
    stop.end()
    let report = try processes.agree {
      processes.leads ? try run.report(outcome, findsTemperature: findTemperature) : nil
    }
    try processes.lead { if let report { try show(report, folder) } }
  }

  private func options() throws -> TrainingOptions {
    try refuseIdle()
    var options = TrainingOptions()
    options.tokenizer = try text.configuration()
    options.invalidUTF8 = invalid.invalid
    options.minimumCount = text.minCount
    options.maximumSize = text.maxSize
    options.vocabulary = try vocab.map { (path) throws(DataError) in try Vocabulary.load(at: path) }
    if let vocabulary = options.vocabulary, let tokenizer = options.tokenizer, !text.givenOptions.isEmpty,
      tokenizer != vocabulary.configuration
    {
      throw ValidationError(
        "--vocab \(DataError.shown(vocab ?? "")) says itself how text becomes tokens, and not by "
          + "\(text.givenOptions.joined(separator: ", ")); leave that out, or make another vocabulary.")
    }
    options.base = try from.map { (path) throws(DataError) in
      try BaseModel(path: path, growsVocabulary: !keepVocabulary)
    }
    options.split =
      valid.isEmpty
      ? .fractions(validation: validFraction, test: testFraction)
      : .files(validation: try inputs(valid), test: try inputs(test))
    options.layers = model.layers
    options.hiddenSize = model.hidden
    options.embeddingSize = model.embedding
    options.cell = model.cells.configuration
    regularization.apply(to: &options.cell)
    options.parameters = model.parameters?.count
    options.peepholes = model.cells.peepholes
    options.tied = model.tie
    options.softmax = try softmax.choice()
    options.learningRate = training.learningRate
    options.dropout = regularization.dropout
    options.precision = precision
    options.findsTemperature = findTemperature ?? false
    options.training = training.configuration(model)
    regularization.apply(to: &options.training)
    return options
  }
}
