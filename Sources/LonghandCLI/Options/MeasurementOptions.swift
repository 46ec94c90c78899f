import ArgumentParser
import Longhand

/// How long something is measured, with how many threads, and how the figures are printed.
struct MeasurementOptions: ParsableArguments {
  @OptionGroup var threads: ThreadsOption

  @Option(help: ArgumentHelp("How long to measure.", valueName: "s"))
  var seconds = 3.0

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard seconds > 0, seconds <= 86_400 else {
      throw ValidationError("--seconds is \(seconds); it must be above 0 and at most 86400.")
    }
  }

  /// Prints figures by their names in JSON, each with what people are shown.
  func show(_ figures: [(name: String, value: JSONValue, text: String)]) throws {
    try printResult(
      json
        ? JSONValue.object(figures.map { .init($0.name, $0.value) }).serialized()
        : table(figures.map { ($0.name.replacing("_", with: " "), $0.text) }))
  }
}

/// The shape of a random model that is measured.
struct ShapeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Tokens of the vocabulary.", valueName: "n"))
  var vocabulary = 65

  @Option(help: ArgumentHelp("Size of an embedding.", valueName: "n"))
  var embedding = 64

  @Option(help: ArgumentHelp("Units of each layer.", valueName: "n"))
  var hidden = 128

  @Option(help: ArgumentHelp("Layers.", valueName: "n"))
  var layers = 2

  @OptionGroup var cells: CellOptions

  /// The shape.
  func model(_ softmax: TrainingSoftmax = .full) throws -> ModelConfiguration {
    try ModelConfiguration(
      vocabularySize: vocabulary, embeddingSize: embedding, hiddenSize: hidden, layers: layers,
      cell: cells.configuration, peepholes: cells.peepholes,
      adaptiveSoftmax: softmax.adaptiveShape(vocabularySize: vocabulary, hiddenSize: hidden))
  }
}

/// The figures that every measurement of a model has; `count` is how many of what were measured.
func figures(
  tokensPerSecond: Double, gflops: Double, count: (name: String, value: Int)
) -> [(name: String, value: JSONValue, text: String)] {
  [
    ("tokens_per_second", .number(tokensPerSecond.rounded()), grouped(Int(tokensPerSecond))),
    ("gflops", .number(gflops), decimal(gflops, 1)), (count.name, .integer(count.value), grouped(count.value)),
    ("peak_bytes", .integer(peakMemory()), memorySize(peakMemory())),
  ]
}
