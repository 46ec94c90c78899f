import ArgumentParser
import Longhand

/// `longhand vocab`: the tokens of a corpus, counted.
struct VocabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vocab",
    abstract: "Count the tokens of a corpus and write its vocabulary.",
    discussion: """
      OUTPUT is for machines; beside it stands OUTPUT.txt (of v.json, v.txt), a listing of id, count and token for \
      people. Special tokens come first, then the most frequent. Counts that are too many for memory go to temporary \
      files (TMPDIR).

        longhand vocab corpus.txt -o corpus.vocab --level word --min-count 3
        longhand vocab 'corpus/*.txt.gz' -o corpus.vocab --level grapheme --normalize none --lossless

      With --list the tokens come from a list that others made: a token in each line, and behind a tab or spaces its \
      count, which may be left out of all lines. The lines <unk>, <s>, <eos> and </s> are the special tokens.

        longhand vocab --list words.txt -o words.vocab --level whitespace --normalize none --min-count 3
      """)

  @Argument(help: "Texts, .gz and .zst among them, or patterns of them; - is standard input.")
  var corpus: [String] = []

  @Option(help: ArgumentHelp("A list of tokens and their counts, in place of a corpus.", valueName: "file"))
  var list: String?

  @Option(name: .shortAndLong, help: "Where the vocabulary goes.")
  var output: String

  @OptionGroup var text: TextOptions
  @OptionGroup var invalid: InvalidOption
  @OptionGroup var threads: ThreadsOption

  @Flag(name: .shortAndLong, help: "Show no progress.")
  var quiet = false

  @Flag(help: "Print what the vocabulary is as JSON, as longhand inspect does.")
  var json = false

  func validate() throws {
    if (list == nil) == corpus.isEmpty { throw ValidationError("Give texts to count, or --list FILE.") }
    if output == "-" { throw ValidationError("A vocabulary is a file and a listing beside it; give -o a name, not -.") }
    if list != nil && invalid.invalid != nil { throw ValidationError("A list is UTF-8; leave --invalid out.") }
  }

  func run() throws {
    let configuration = try text.configuration()
    let inputs = try inputs(corpus)
    let sources = list.map { [$0] } ?? inputs.map(\.name)
    try FileSystem.refuse(writing: output, over: sources)
    try FileSystem.refuse(writing: Vocabulary.listingPath(of: output), over: sources)
    let vocabulary = if let list { try listed(list, configuration) } else { try counted(inputs, configuration) }
    try vocabulary.save(to: output)
    if json { return try printResult(Inspection(vocabulary).json.serialized()) }
    printError("\(grouped(vocabulary.count)) tokens of level \(text.level.rawValue) in \(DataError.shown(output))")
  }

  private func listed(_ list: String, _ configuration: TokenizerConfiguration) throws(DataError) -> Vocabulary {
    try TokenCountList.vocabulary(
      path: list, configuration: configuration, minimumCount: text.minCount ?? 1, maximumSize: text.maxSize)
  }

  private func counted(
    _ inputs: [CorpusInput], _ configuration: TokenizerConfiguration
  ) throws(DataError) -> Vocabulary {
    let display = CorpusDisplay("counted", inputs, quiet: quiet)
    let vocabulary = try Vocabulary.build(
      from: inputs, configuration: configuration, minimumCount: text.minCount, maximumSize: text.maxSize,
      invalidUTF8: invalid.invalid, threads: threads.count, observe: display.show)
    display.finish()
    return vocabulary
  }
}
