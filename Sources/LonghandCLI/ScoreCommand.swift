import ArgumentParser
import Longhand

/// `longhand score`: how well a model predicts a text.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Measure how well a model predicts texts: perplexity, bits per character and byte.",
    discussion: """
      Every token is scored once, the first included. The state is carried through all texts, though not from one \
      document to the next where the vocabulary tells them apart; or it begins anew with every text (--per-text) or line \
      (--per-line), which go through the model side by side.

      Perplexities compare only between models with the same tokens. Bits per character and byte, and perplexity per word \
      (nats over white-space words of the text), compare between all models that keep white space and to which nothing in \
      the text is unknown; an unknown token is predicted as <unk>, which is easier \
      than the word that stands there for a model that met <unk> in training, and very hard for one that did not.

        longhand score runs/story other.txt
        longhand score runs/story sentences.txt --per-line --details
        longhand score runs/story sentences.txt --per-line --tokens
        longhand score runs/story other.txt --weights int8
        longhand score runs/story valid.txt --find-temperature
      """)

  @Argument(help: "A run's folder or a model file.")
  var model: String

  @Argument(help: "Texts; - is standard input.")
  var texts: [String]

  @Option(
    help: """
      text (default), or json: an object for the totals, before it one a line for every item of --details or --tokens.
      """)
  var format: Format?

  @Flag(help: "The same as --format json.")
  var json = false

  @Flag(help: "Begin anew with every line, as sentences are scored.")
  var perLine = false

  @Flag(help: "Begin anew with every text, as documents are scored.")
  var perText = false

  @Flag(
    help: """
      Before the totals print every token, a tab and ln p of it, in nats (its surprisal in bits is -ln p / ln 2); with \
      --per-line or --per-text every line or text.
      """)
  var details = false

  @Flag(help: "With --per-line print every token of each line: the line's number, the token and ln p, in nats.")
  var tokens = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Divide the logits by this first, as by a softmax's temperature.", valueName: "x"))
  var temperature = 1.0

  @Flag(help: "Look for the temperature, from 0.5 to 2, at which the texts are likeliest, and score them there.")
  var findTemperature = false

  @OptionGroup var inference: InferenceOptions

  @OptionGroup var invalid: InvalidOption

  /// How results are printed.
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  func validate() throws {
    if findTemperature && (perLine || perText || details || temperature != 1) {
      throw ValidationError("--find-temperature goes without --temperature, --per-line, --per-text and --details.")
    }
    guard temperature >= 0.01, temperature <= 100 else {
      throw ValidationError("--temperature is \(temperature); it must be from 0.01 to 100.")
    }
    if tokens && (!perLine || details) {
      throw ValidationError(
        "--tokens goes with --per-line, and takes the place of --details, which prints every token where texts are read "
          + "on; give --per-line --tokens.")
    }
    if perLine && perText { throw ValidationError("Give --per-line or --per-text, not both.") }
    if json && format == .text { throw ValidationError("Give --json or --format text, not both.") }
  }

  func run() throws {
    let model = try inference.model(at: model)
    let inputs = try inputs(texts)
    model.scoringTemperature = temperature
    let report: ScoreReport
    if findTemperature {
      report = try model.findTemperature(inputs, invalidUTF8: invalid.invalid).score
    } else if perLine {
      report = try model.score(linesOf: inputs, invalidUTF8: invalid.invalid) { line in
        let number = JSONValue.Member("line", .integer(line.index + 1))
        if details { try show(line.report, number) }
        if tokens { for token in line.tokens { try show(token, model.vocabulary, number) } }
      }
    } else if perText {
      report = try model.score(eachOf: inputs, invalidUTF8: invalid.invalid) { number, report in
        if details { try show(report, .init("text", .string(inputs[number].name))) }
      }
    } else {
      report = try model.score(inputs, invalidUTF8: invalid.invalid) { token in
        if details { try show(token, model.vocabulary) }
      }
    }
    let isOwn = temperature == 1 && !findTemperature
    if isJSON {
      let total: [JSONValue.Member] = details || tokens ? [.init("total", .bool(true))] : []
      let members: [JSONValue.Member] = isOwn ? [] : [.init("temperature", .number(model.scoringTemperature))]
      try printResult(JSONValue.object(total + (report.json.objectValue ?? []) + members).serialized())
    } else {
      let temperature = isOwn ? "" : "\ntemperature \(decimal(model.scoringTemperature, 3))"
      try printResult(text(report) + temperature + note(report))
    }
  }

  private var isJSON: Bool { json || format == .json }

  /// A token, and the line that it is of where lines are scored.
  private func show(_ token: TokenScore, _ vocabulary: Vocabulary, _ line: JSONValue.Member? = nil) throws {
    let bytes = vocabulary.bytes(of: token.token) ?? []
    let name = String(validating: bytes, as: UTF8.self) ?? bytes.map(Vocabulary.shown(spelled:)).joined()
    if isJSON {
      try printResult(
        JSONValue.object(
          (line.map { [$0] } ?? []) + [
            .init("index", .integer(token.index)), .init("id", .integer(Int(token.token))),
            .init("token", .string(name)), .init("log_probability", .number(token.logProbability)),
          ]
        ).serialized())
    } else {
      let line = line.map { "\($0.value.serialized())\t" } ?? ""
      try printResult("\(line)\(DataError.shown(name))\t\(decimal(token.logProbability, 6))")
    }
  }

  /// A line or a text by its number or name.
  private func show(_ report: ScoreReport, _ item: JSONValue.Member) throws {
    if isJSON {
      try printResult(JSONValue.object([item] + (report.json.objectValue ?? [])).serialized())
    } else {
      let name = item.value.stringValue.map(DataError.shown) ?? item.value.serialized()
      try printResult(
        "\(name)\t\(report.tokens) tokens\t\(decimal(report.nats, 6)) nats\t"
          + "perplexity \(report.perplexity.map { figure($0, 3) } ?? "-")")
    }
  }

  private func text(_ report: ScoreReport) -> String {
    func shown(_ value: Double?) -> String { value.map { figure($0) } ?? "-" }
    let counts = report.counts
    let spelled =
      counts.spelled == 0
      ? "" : ", \(grouped(counts.spellingBytes)) bytes that spell \(grouped(counts.spelled)) others"
    return table([
      ("tokens", "\(grouped(report.tokens)) (\(grouped(report.unknown)) unknown\(spelled))"),
      ("characters", grouped(report.counts.characters)), ("bytes", grouped(report.counts.bytes)),
      ("words", grouped(report.counts.words)), ("nats", figure(report.nats, 2)),
      (
        "perplexity", "\(shown(report.perplexity)) per token, \(shown(report.perplexityWithoutUnknown)) without unknown"
      ),
      ("", "\(shown(report.perplexityPerWord)) per word"),
      ("bits", "\(shown(report.bitsPerToken)) per token"), ("", "\(shown(report.bitsPerCharacter)) per character"),
      ("", "\(shown(report.bitsPerByte)) per byte"),
    ])
  }

  /// What has to be known of figures with unknown tokens among them; nothing where there are none.
  private func note(_ report: ScoreReport) -> String {
    if report.unknown == 0 { return "" }
    return "\nnote        \(grouped(report.unknown)) of \(grouped(report.tokens)) tokens unknown: "
      + "the figures compare only with those of models that know the same words"
  }
}
