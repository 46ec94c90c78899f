import ArgumentParser
import Longhand

/// `longhand bench sample`: tokens drawn from a random model.
struct BenchSampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Measure how fast text is written: steps of the model, and drawing at temperature 0.8.",
    discussion: """
      GFLOP/s is 2 x (parameters without the embedding) x tokens per second. A single stream is bound by the memory that \
      its weights are read from.
      """)

  @OptionGroup var shape: ShapeOptions

  @Option(help: ArgumentHelp("Streams that are written side by side.", valueName: "n"))
  var batch = 1

  @Option(help: ArgumentHelp("Tokens of the prompt that is read first, before the measurement.", valueName: "n"))
  var window = 1

  @Option(help: "How the weights are held: f32, bf16 or int8 (default: as --precision).")
  var weights: WeightFormat?

  @Option(help: "Precision of the weights: f32 or bf16 (default: f32).")
  var precision: InferencePrecision?

  @OptionGroup var measurement: MeasurementOptions

  func validate() throws {
    if weights != nil && precision != nil { throw ValidationError("Give --weights or --precision, not both.") }
  }

  func run() throws {
    let result = try SamplingBenchmark(
      shape.model(), weights: weights ?? (precision ?? .f32).format, streams: batch, prompt: window,
      threads: measurement.threads.count, seconds: measurement.seconds)
    try measurement.show(
      figures(tokensPerSecond: result.tokensPerSecond, gflops: result.gflops, count: ("steps", result.steps)))
  }
}
