import ArgumentParser
import Longhand

/// `longhand vocab`: the tokens of a corpus, counted.
struct VocabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vocab",
    abstract: "Count the tokens of a corpus and write its vocabulary.",
    discussion: """
      FILE is for machines; beside it stands FILE.txt, a listing of id, count and token for people. Special tokens come
      first, then the most frequent. Counts that are too many for memory go to temporary files (TMPDIR).

        longhand vocab corpus.txt -o corpus.vocab --level word --min-count 3
        longhand vocab 'corpus/*.txt.gz' -o corpus.vocab --level grapheme --normalize none --lossless
      """)

  @Argument(help: "Texts, .gz and .zst among them, or patterns of them; - is standard input.")
  var corpus: [String]

  @Option(name: .shortAndLong, help: "Where the vocabulary goes.")
  var output: String

  @OptionGroup var text: TextOptions
  @OptionGroup var invalid: InvalidOption
  @OptionGroup var threads: ThreadsOption

  @Flag(name: .shortAndLong, help: "Show no progress.")
  var quiet = false

  func run() throws {
    let configuration = try text.configuration()
    let inputs = try inputs(corpus)
    try FileSystem.refuse(writing: output, over: inputs.map(\.name))
    try FileSystem.refuse(writing: Vocabulary.listingPath(of: output), over: inputs.map(\.name))
    let display = CorpusDisplay("counted", inputs, quiet: quiet)
    let vocabulary = try Vocabulary.build(
      from: inputs, configuration: configuration, minimumCount: text.minCount, maximumSize: text.maxSize,
      invalidUTF8: invalid.policy, threads: threads.count, observe: display.show)
    display.finish()
    try vocabulary.save(to: output)
    printError("\(grouped(vocabulary.count)) tokens of level \(text.level.rawValue) in \(DataError.shown(output))")
  }
}
