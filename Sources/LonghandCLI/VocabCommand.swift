import ArgumentParser
import Longhand

/// `longhand vocab`: the tokens of a corpus, counted.
struct VocabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vocab",
    abstract: "Count the tokens of a corpus and write its vocabulary.",
    discussion: """
      FILE is for machines; beside it stands FILE.txt, a listing of id, count and token for people. Special tokens come
      first, then the most frequent.

        longhand vocab corpus.txt -o corpus.vocab --level word --min-count 3
      """)

  @Argument(help: "Texts; - is standard input.")
  var corpus: [String]

  @Option(name: .shortAndLong, help: "Where the vocabulary goes.")
  var output: String

  @OptionGroup var text: TextOptions
  @OptionGroup var invalid: InvalidOption

  func run() throws {
    try FileSystem.refuse(writing: output, over: corpus)
    try FileSystem.refuse(writing: Vocabulary.listingPath(of: output), over: corpus)
    let vocabulary = try Vocabulary.build(
      from: inputs(corpus), configuration: text.configuration(), minimumCount: text.minCount,
      maximumSize: text.maxSize, invalidUTF8: invalid.policy)
    try vocabulary.save(to: output)
    printError("\(grouped(vocabulary.count)) tokens of level \(text.level.rawValue) in \(DataError.shown(output))")
  }
}
