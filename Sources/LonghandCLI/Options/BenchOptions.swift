import ArgumentParser
import Longhand

/// What every measurement is told.
struct BenchOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Tokens of the vocabulary.", valueName: "n"))
  var vocabulary = 65

  @Option(help: ArgumentHelp("Size of an embedding.", valueName: "n"))
  var embedding = 64

  @Option(help: ArgumentHelp("Units of each layer.", valueName: "n"))
  var hidden = 128

  @Option(help: ArgumentHelp("LSTM layers.", valueName: "n"))
  var layers = 2

  @OptionGroup var threads: ThreadsOption

  @Option(help: ArgumentHelp("How long to measure.", valueName: "s"))
  var seconds = 5.0

  @Flag(help: "Print one JSON object.")
  var json = false

  /// The shape of the model.
  func model() throws -> ModelConfiguration {
    try ModelConfiguration(vocabularySize: vocabulary, embeddingSize: embedding, hiddenSize: hidden, layers: layers)
  }

  /// Prints the figures of a measurement; `count` is how many of what were measured.
  func show(tokensPerSecond: Double, gflops: Double, count: (name: String, value: Int)) throws {
    let rows: [(name: String, value: JSONValue)] = [
      ("tokens_per_second", .number(tokensPerSecond.rounded())), ("gflops", .number(gflops)),
      (count.name, .integer(count.value)), ("peak_bytes", .integer(peakMemory())),
    ]
    try printResult(
      json
        ? JSONValue.object(rows.map { .init($0.name, $0.value) }).serialized()
        : table([
          ("tokens/s", grouped(Int(tokensPerSecond))), ("GFLOP/s", decimal(gflops, 1)),
          ("memory", memorySize(peakMemory())),
        ]))
  }
}
