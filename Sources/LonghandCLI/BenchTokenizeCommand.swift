import ArgumentParser
import Longhand

/// `longhand bench tokenize`: a text made into ids.
struct BenchTokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Measure how fast a text becomes ids, its vocabulary ready.",
    discussion: """
      The text is read, validated, normalized, segmented and looked up, again and again; nothing is written. Speeds are in
      millions of bytes of UTF-8, over all passes but the first. The vocabulary is that of the text, unless one is given.

        longhand bench tokenize corpus.txt --level word --threads 2
      """)

  @Argument(help: "A text; it should take a good part of a second to read.")
  var text: String

  @OptionGroup var options: TextOptions

  @Option(help: ArgumentHelp("A vocabulary that is ready.", valueName: "file"))
  var vocab: String?

  @OptionGroup var measurement: MeasurementOptions

  func run() throws {
    let vocabulary =
      if let vocab {
        try Vocabulary.load(at: vocab)
      } else {
        try Vocabulary.build(
          from: [.file(text)], configuration: options.configuration(), minimumCount: options.minCount,
          maximumSize: options.maxSize, threads: measurement.threads.count)
      }
    let result = try TokenizingBenchmark(
      .file(text), vocabulary, threads: measurement.threads.count, seconds: measurement.seconds)
    try measurement.show([
      ("megabytes_per_second", .number(result.megabytesPerSecond), decimal(result.megabytesPerSecond, 1)),
      ("tokens_per_second", .number(result.tokensPerSecond.rounded()), grouped(Int(result.tokensPerSecond))),
      ("bytes", .integer(result.bytes), grouped(result.bytes)),
      ("tokens", .integer(result.tokens), grouped(result.tokens)),
      ("vocabulary_size", .integer(vocabulary.count), grouped(vocabulary.count)),
      ("processor_seconds", .number(result.processorSeconds), decimal(result.processorSeconds, 4)),
      ("passes", .integer(result.passes), grouped(result.passes)),
      ("share_read", .number(result.shares.read), percent(result.shares.read)),
      ("share_normalize", .number(result.shares.normalize), percent(result.shares.normalize)),
      ("share_encode", .number(result.shares.encode), percent(result.shares.encode)),
      ("peak_bytes", .integer(peakMemory()), memorySize(peakMemory())),
    ])
  }
}
