import ArgumentParser
import Longhand

/// `longhand bench score`: random sequences under a random model.
struct BenchScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Measure how fast sequences are scored side by side, as score --per-line does.",
    discussion: "GFLOP/s is 2 x (parameters without the embedding) x tokens per second.")

  @OptionGroup var shape: ShapeOptions

  @Option(help: ArgumentHelp("Sequences that are scored side by side.", valueName: "n"))
  var batch = 64

  @Option(help: ArgumentHelp("Tokens of a sequence.", valueName: "n"))
  var window = 64

  @Option(help: "Precision of the weights: f32 or bf16.")
  var precision = InferencePrecision.f32

  @OptionGroup var measurement: MeasurementOptions

  func run() throws {
    let result = try ScoringBenchmark(
      shape.model(), weights: precision.format, batch: batch, window: window,
      threads: measurement.threads.count, seconds: measurement.seconds)
    try measurement.show(
      figures(tokensPerSecond: result.tokensPerSecond, gflops: result.gflops, count: ("batches", result.batches)))
  }
}
