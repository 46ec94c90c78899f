import ArgumentParser
import Longhand

/// `longhand sample`: text from a model.
struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Write text with a model.",
    discussion: """
        longhand sample runs/story --prompt "Once" --length 500 --temperature 0.8
        longhand sample runs/story --prompt "Once" --texts 8 --weights int8
        longhand sample runs/story --prompt "Once" --beam-width 8 --length 80
      """)

  @Argument(help: "A run's folder or a model file.")
  var model: String

  @Option(parsing: .unconditional, help: ArgumentHelp("What the text begins with.", valueName: "text"))
  var prompt = ""

  @Option(parsing: .unconditional, help: ArgumentHelp("Tokens to write.", valueName: "n"))
  var length = 500

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Below 1 safer and more repetitive, above 1 more varied; 0 always the likeliest.", valueName: "x"))
  var temperature = 1.0

  @Option(parsing: .unconditional, help: ArgumentHelp("Only the n likeliest tokens; 40 is usual.", valueName: "n"))
  var topK: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Only the likeliest tokens that have this probability together; 0.9 is usual.", valueName: "x"))
  var topP: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Only tokens at least this times as likely as the likeliest; 0.05 is usual.", valueName: "x"))
  var minP: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Make tokens that are among the last 64 less likely; 1.2 is usual, 1 does nothing.", valueName: "x"))
  var repetitionPenalty = 1.0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Search for the likeliest texts with so many hypotheses, instead of drawing.", valueName: "n"))
  var beamWidth: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Favour longer texts in beam search: alpha of Wu et al. 2016.", valueName: "x"))
  var lengthPenalty = 0.0

  @Option(parsing: .unconditional, help: ArgumentHelp("How many texts of the beam to print.", valueName: "n"))
  var best = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Where chance comes from (default: another one each time, which is told).", valueName: "n"))
  var seed: UInt64?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many texts to write side by side, each with chance of its own.", valueName: "n"))
  var texts = 1

  @OptionGroup var inference: InferenceOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard 1...1024 ~= texts else { throw ValidationError("--texts is \(texts); it must be from 1 to 1024.") }
    guard temperature >= 0, temperature.isFinite else {
      throw ValidationError("--temperature \(temperature) is out of range; give 0 or more.")
    }
    let width = max(1, beamWidth ?? best)
    if best < 1 || best > width {
      throw ValidationError("--best is \(best); it must be from 1 to the beam's width (\(width)).")
    }
    if beamWidth == nil && best > 1 { throw ValidationError("--best goes with --beam-width.") }
    if beamWidth == nil && lengthPenalty != 0 { throw ValidationError("--length-penalty goes with --beam-width.") }
    let draws = temperature != 1 || topK != nil || topP != nil || minP != nil || repetitionPenalty != 1 || texts != 1
    if beamWidth != nil && seed != nil { throw ValidationError("--beam-width draws nothing; leave out --seed.") }
    if beamWidth != nil && draws {
      throw ValidationError(
        "--beam-width searches and draws nothing; leave --temperature, --top-k, --top-p, --min-p, "
          + "--repetition-penalty and --texts out.")
    }
    if temperature == 0 && (topK != nil || topP != nil || minP != nil || texts != 1) {
      throw ValidationError(
        "--temperature 0 takes the likeliest token always; leave --top-k, --top-p, --min-p and --texts out.")
    }
  }

  func run() throws {
    let stop = StopRequest(consequence: "stopping after this token")
    let model = try inference.model(at: model)
    var options = SamplingOptions()
    options.prompt = prompt
    options.length = length
    options.temperature = temperature
    options.topK = topK
    options.topP = topP
    options.minP = minP
    options.repetitionPenalty = repetitionPenalty
    options.seed = seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
    if let beamWidth {
      try beam(model, options, width: beamWidth, stop)
    } else if texts > 1 {
      try drawSeveral(model, options, stop)
    } else {
      try draw(model, options, stop)
    }
    if seed == nil && beamWidth == nil && temperature != 0 && !json {
      printError("longhand: drawn by chance; --seed \(options.seed) writes the same again")
    }
    if let status = stop.exitStatus { throw ExitCode(status) }
  }

  private func draw(_ model: TextModel, _ options: SamplingOptions, _ stop: StopRequest) throws {
    var text = ""
    // Nothing is printed before the options have been found good.
    var head = prompt
    let report = try model.sample(options) { piece in
      if json { text += piece } else { try printResult(head + piece, terminator: "") }
      head = ""
      return !stop.isRequested
    }
    if json {
      try printResult(
        JSONValue.object([
          .init("prompt", .string(prompt)), .init("text", .string(text)), .init("tokens", .integer(report.tokens)),
          .init("log_probability", .number(report.logProbability)), .init("seed", .string(String(options.seed))),
          .init("unknown", .array(report.unknownSymbols.map { .string($0) })),
        ]).serialized())
    } else {
      try printResult(head)
    }
    warn(report.unknownSymbols)
  }

  private func drawSeveral(_ model: TextModel, _ options: SamplingOptions, _ stop: StopRequest) throws {
    var written = [String](repeating: "", count: texts)
    let reports = try model.sample(options, texts: texts) { text, piece in
      written[text] += piece
      return !stop.isRequested
    }
    if json {
      let texts = zip(written, reports).map { text, report in
        JSONValue.object([
          .init("text", .string(text)), .init("tokens", .integer(report.tokens)),
          .init("log_probability", .number(report.logProbability)),
        ])
      }
      try printResult(
        JSONValue.object([
          .init("prompt", .string(prompt)), .init("texts", .array(texts)), .init("seed", .string(String(options.seed))),
          .init("unknown", .array(reports[0].unknownSymbols.map { .string($0) })),
        ]).serialized())
    } else {
      for (number, (text, report)) in zip(written, reports).enumerated() {
        printError("text \(number + 1), ln p \(decimal(report.logProbability, 4)):")
        try printResult(prompt + text)
      }
    }
    warn(reports[0].unknownSymbols)
  }

  private func beam(_ model: TextModel, _ options: SamplingOptions, width: Int, _ stop: StopRequest) throws {
    let (texts, unknown) = try model.beam(options, width: width, lengthPenalty: lengthPenalty) { stop.isRequested }
    if json {
      let hypotheses = texts.prefix(best).map { text in
        JSONValue.object([
          .init("text", .string(text.text)), .init("tokens", .integer(text.tokens)),
          .init("log_probability", .number(text.logProbability)), .init("score", .number(text.score)),
        ])
      }
      try printResult(
        JSONValue.object([
          .init("prompt", .string(prompt)), .init("hypotheses", .array(hypotheses)),
          .init("unknown", .array(unknown.map { .string($0) })),
        ]).serialized())
    } else {
      if texts.isEmpty { try printResult(prompt) }
      for text in texts.prefix(best) {
        if best > 1 { printError("score \(decimal(text.score, 4)), ln p \(decimal(text.logProbability, 4)):") }
        try printResult(prompt + text.text)
      }
    }
    warn(unknown)
  }

  /// Says which symbols of the prompt the model has never seen.
  private func warn(_ unknown: [String]) {
    if unknown.isEmpty { return }
    let symbols = unknown.prefix(8).map { "\"\(DataError.shown($0))\"" }.joined(separator: " ")
    printError(
      "longhand: the model does not know \(symbols)\(unknown.count > 8 ? " and \(unknown.count - 8) more" : "") "
        + "of the prompt; read as <unk>")
  }
}
