import ArgumentParser
import Longhand

/// `longhand score`: how well a model predicts a text.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Measure how well a model predicts texts: perplexity, bits per character and byte.",
    discussion: """
      Every token is scored once, the first included. The state is carried through all texts, or begins anew with every
      line (--per-line). Perplexities compare only between models with the same tokens; bits per character and byte, and
      perplexity per word (nats over white-space words of the text), compare between all.

        longhand score runs/story other.txt
        longhand score runs/story sentences.txt --per-line --details
      """)

  @Argument(help: "A run's folder or a model file.")
  var model: String

  @Argument(help: "Texts; - is standard input.")
  var texts: [String]

  @Option(help: "text or json.")
  var format = Format.text

  @Flag(help: "Begin anew with every line, as sentences are scored.")
  var perLine = false

  @Flag(help: "Print every token, or with --per-line every line, before the totals.")
  var details = false

  @OptionGroup var invalid: InvalidOption

  /// How results are printed.
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  func run() throws {
    let model = try TextModel(path: model)
    let report: ScoreReport
    if perLine {
      report = try model.score(linesOf: try inputs(texts), invalidUTF8: invalid.policy) { line in
        if details { try show(line) }
      }
    } else {
      report = try model.score(try inputs(texts), invalidUTF8: invalid.policy) { token in
        if details { try show(token, model.vocabulary) }
      }
    }
    try printResult(format == .json ? report.json.serialized() : text(report))
  }

  private func show(_ token: TokenScore, _ vocabulary: Vocabulary) throws {
    let name = String(decoding: vocabulary.bytes(of: token.token) ?? [], as: UTF8.self)
    if format == .json {
      try printResult(
        JSONValue.object([
          .init("index", .integer(token.index)), .init("token", .string(name)),
          .init("log_probability", .number(token.logProbability)),
        ]).serialized())
    } else {
      try printResult("\(DataError.shown(name))\t\(decimal(token.logProbability, 6))")
    }
  }

  private func show(_ line: SequenceScore) throws {
    if format == .json {
      try printResult(line.report.json.serialized())
    } else {
      try printResult(
        "\(line.index + 1)\t\(line.report.tokens) tokens\t\(decimal(-line.report.nats, 6)) nats\t"
          + "perplexity \(line.report.perplexity.map { decimal($0, 3) } ?? "-")")
    }
  }

  private func text(_ report: ScoreReport) -> String {
    func shown(_ value: Double?) -> String { value.map { decimal($0, 4) } ?? "-" }
    let counts = report.counts
    let spelled =
      counts.spelled == 0
      ? "" : ", \(grouped(counts.spellingBytes)) bytes that spell \(grouped(counts.spelled)) others"
    return table([
      ("tokens", "\(grouped(report.tokens)) (\(grouped(report.unknown)) unknown\(spelled))"),
      ("characters", grouped(report.counts.characters)), ("bytes", grouped(report.counts.bytes)),
      ("words", grouped(report.counts.words)), ("nats", decimal(report.nats, 2)),
      (
        "perplexity", "\(shown(report.perplexity)) per token, \(shown(report.perplexityWithoutUnknown)) without unknown"
      ),
      ("", "\(shown(report.perplexityPerWord)) per word"),
      ("bits", "\(shown(report.bitsPerToken)) per token"), ("", "\(shown(report.bitsPerCharacter)) per character"),
      ("", "\(shown(report.bitsPerByte)) per byte"),
    ])
  }
}
