import ArgumentParser
import Longhand

/// `longhand tokenize`: a corpus as ids, and back.
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Turn a corpus into a token file, or a token file back into text.",
    discussion: """
        longhand tokenize corpus.txt -o corpus.tokens --vocab corpus.vocab
        longhand tokenize --decode corpus.tokens --vocab corpus.vocab
      """)

  @Argument(help: "Texts, .gz and .zst among them, or patterns of them; - is standard input.")
  var corpus: [String] = []

  @Option(name: .shortAndLong, help: "Where the token file goes.")
  var output: String?

  @Option(help: "The vocabulary: its file, of `longhand vocab`, a model file or a run's folder.")
  var vocab: String

  @Option(help: ArgumentHelp("Write the text of a token file to standard output.", valueName: "file"))
  var decode: String?

  @OptionGroup var invalid: InvalidOption
  @OptionGroup var threads: ThreadsOption

  @Flag(name: .shortAndLong, help: "Show no progress.")
  var quiet = false

  @Flag(help: "Print the counts as JSON.")
  var json = false

  func validate() throws {
    if (decode == nil) == corpus.isEmpty { throw ValidationError("Give texts to tokenize, or --decode FILE.") }
    if decode != nil && output != nil { throw ValidationError("--decode writes to standard output; leave -o out.") }
    if decode == nil && output == nil { throw ValidationError("Say where the tokens go: -o FILE.") }
    if decode != nil && (json || invalid.invalid != nil) {
      throw ValidationError("--decode writes the text itself; leave --json and --invalid out.")
    }
  }

  func run() throws {
    let vocabulary = try Vocabulary.load(at: vocab)
    if let decode {
      try Longhand.decode(TokenFile(path: decode, vocabularyFingerprint: vocabulary.fingerprint), vocabulary) {
        try printResult($0)
      }
    } else if let output {
      let inputs = try inputs(corpus)
      try FileSystem.refuse(writing: output, over: inputs.map(\.name) + [Vocabulary.file(at: vocab)])
      let display = CorpusDisplay("tokenized", inputs, quiet: quiet)
      let counts = try Longhand.tokenize(
        inputs, vocabulary, to: output, invalidUTF8: invalid.invalid, threads: threads.count, observe: display.show)
      display.finish()
      try report(counts)
    }
  }

  private func report(_ counts: TextCounts) throws {
    var rows = [
      ("tokens", counts.tokens), ("unknown", counts.unknown), ("characters", counts.characters),
      ("bytes", counts.bytes), ("words", counts.words),
    ]
    if counts.spelled > 0 { rows += [("spelled", counts.spelled), ("spelling_bytes", counts.spellingBytes)] }
    if json {
      try printResult(JSONValue.object(rows.map { .init($0, .integer($1)) }).serialized())
    } else {
      try printResult(table(rows.map { ($0.replacing("_", with: " "), grouped($1)) }))
    }
  }
}
