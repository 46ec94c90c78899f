import ArgumentParser
import Longhand

/// `longhand inspect`: what a file holds.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a model, a run, a token file, a vocabulary or a corpus holds.",
    discussion: """
      Files of Longhand's, which are known by their first bytes or their names, are checked to be whole. Of texts \
      everything is counted: bytes, lines and those that stand twice, scalars, grapheme clusters, words (UAX #29), \
      scripts, normalization forms, bytes that are not UTF-8; how the number of different words grows with the text, and \
      what share of it the most frequent words cover.

      With --gradients a model says how far back it could learn from: the norm of the gradient of a line's last token \
      with respect to what each layer put out so many steps before.

        longhand inspect runs/story
        longhand inspect corpus.txt --against test.txt --sizes 10000,30000
        longhand inspect runs/story --gradients lines.txt
      """)

  @Argument(help: "A model file, a run's folder, a token file or a vocabulary; or texts, - for standard input.")
  var paths: [String]

  @Flag(help: "Count the files as texts, whatever their names and first bytes say.")
  var corpus = false

  @Option(help: ArgumentHelp("Texts whose words are looked for among those of the corpus.", valueName: "file"))
  var against: [String] = []

  @Option(help: ArgumentHelp("Sizes of vocabularies, in words, with commas between them.", valueName: "n,n,…"))
  var sizes: NumberList?

  @Option(help: "Locale whose rules divide words, such as en or ja_JP.")
  var locale = "root"

  @Option(help: ArgumentHelp("Texts, each line of which a model's gradient is followed back from.", valueName: "file"))
  var gradients: [String] = []

  @OptionGroup var threads: ThreadsOption

  @Flag(name: .shortAndLong, help: "Show no progress.")
  var quiet = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if !gradients.isEmpty && (paths.count > 1 || corpus || !against.isEmpty || sizes != nil) {
      throw ValidationError("--gradients goes with one model, and without --corpus, --against and --sizes.")
    }
  }

  func run() throws {
    if !gradients.isEmpty {
      try show(try GradientReach(of: paths[0], linesOf: inputs(gradients)))
      return
    }
    let texts = try inputs(paths)
    if !corpus, texts.count == 1, case .file(let path) = texts[0], let inspection = try Inspection(path: path) {
      if !against.isEmpty || sizes != nil {
        throw DataError(.usage, "--against and --sizes go with texts, and \(DataError.shown(path)) is none")
      }
      return try show(inspection)
    }
    if !corpus && texts.count > 1 {
      for case .file(let path) in texts {
        guard let inspection = try Inspection(path: path) else { continue }
        throw DataError(
          .usage,
          "\(DataError.shown(path)) is no text (\(inspection.kind)); look at one at a time, or count all as texts by "
            + "--corpus")
      }
    }
    try show(report(texts))
  }

  private func report(_ texts: [CorpusInput]) throws -> CorpusReport {
    let others = try inputs(against)
    let display = CorpusDisplay("inspected", texts + others, quiet: quiet)
    defer { display.finish() }
    return try CorpusReport(
      of: texts, against: others, sizes: sizes?.numbers ?? CorpusReport.usualSizes, locale: locale,
      threads: threads.count, observe: display.show)
  }

  private func show(_ inspection: Inspection) throws {
    if json {
      try printResult(inspection.json.serialized())
    } else {
      try printResult(table([("kind", inspection.kind)] + inspection.facts.map { row($0.name, $0.value) }))
    }
  }

  /// A fact as people read it: what a tokenizer's file calls lossless is white space that is kept, whatever is unknown.
  private func row(_ name: String, _ value: JSONValue) -> (String, String) {
    if name == "lossless", case .bool(let isKept) = value { return ("white space", isKept ? "kept" : "dropped") }
    return (name.replacing("_", with: " "), text(value))
  }

  private func show(_ reach: GradientReach) throws {
    if json {
      try printResult(reach.json.serialized())
      return
    }
    let shown = [1, 2, 3, 5].flatMap { digit in [1, 10, 100, 1000].map { digit * $0 } }.sorted()
    let rows = ([0] + shown).filter { $0 < reach.lines.count }.map { lag in
      [grouped(lag)] + reach.norms.map { scientific($0[lag]) } + [grouped(reach.lines[lag])]
    }
    let head = ["steps back"] + reach.norms.indices.map { "layer \($0)" } + ["lines"]
    try printResult(columns(head, rows))
  }

  private func text(_ value: JSONValue) -> String {
    switch value {
    case .integer(let number): grouped(number)
    case .bool(let flag): flag ? "yes" : "no"
    case .string(let string): DataError.shown(string)
    case .array(let values): values.isEmpty ? "none" : values.map(text).joined(separator: "\n  ")
    default: value.serialized()
    }
  }

  private func show(_ report: CorpusReport) throws {
    if json {
      try printResult(report.json.serialized())
      return
    }
    let held = report.forms.filter(\.isHeld).map { $0.name.uppercased() }
    let endings = report.lineEndings
    try printResult(
      table([
        ("files", grouped(report.files)), ("bytes", grouped(report.bytes)),
        (
          "lines",
          "\(grouped(report.lines)), of them blank \(grouped(report.blankLines)), a second time "
            + "\(grouped(report.duplicateLines)); the longest has \(grouped(report.longestLine)) bytes"
        ), ("line ends", "LF \(grouped(endings.lf)), CR LF \(grouped(endings.crlf)), CR \(grouped(endings.cr))"),
        ("scalars", "\(grouped(report.scalars)), \(grouped(report.distinctScalars)) different"),
        ("graphemes", grouped(report.graphemes)),
        ("words", "\(grouped(report.words)), \(grouped(report.distinctWords)) different"),
        ("white space", "between \(grouped(report.whitespaceWords)) words"),
        ("not UTF-8", "\(grouped(report.invalidBytes)) bytes"),
        ("forms", held.isEmpty ? "none" : held.joined(separator: ", ")),
      ]))
    try printResult(
      "\n"
        + columns(
          ["script", "scalars", "share"],
          report.scripts.map { script in
            [script.name, grouped(script.scalars), percent(Double(script.scalars) / Double(report.scalars))]
          }))
    try printResult(
      "\n" + columns(["words read", "different"], report.curve.map { [grouped($0.tokens), grouped($0.types)] }))
    let hasMissing = report.coverage.contains { $0.missing != nil }
    try printResult(
      "\n"
        + columns(
          ["vocabulary", "covers"] + (hasMissing ? ["not in it"] : []),
          report.coverage.map {
            [grouped($0.size), percent($0.share)] + ($0.missing.map { [percent($0)] } ?? [])
          }))
  }
}
