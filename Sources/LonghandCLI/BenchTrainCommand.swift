import ArgumentParser
import Longhand

/// `longhand bench train`: whole training steps on random tokens.
struct BenchTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Measure whole training steps: forward, backward, clipping, Adam.",
    discussion: """
      Tokens are drawn by Zipf's law, the lowest numbers the most often. GFLOP/s is 6 x (parameters without the embedding)
      x tokens per second, which with another softmax than the full one says more than is computed.
      """)

  @OptionGroup var shape: ShapeOptions
  @OptionGroup var softmax: SoftmaxOptions

  @Option(help: ArgumentHelp("Lanes of a batch.", valueName: "n"))
  var batch = 50

  @Option(help: ArgumentHelp("Steps of a window.", valueName: "n"))
  var window = 50

  @Option(help: "What products are computed in: f32, bf16 or auto.")
  var precision = TrainingPrecision.float32

  @OptionGroup var measurement: MeasurementOptions

  func run() throws {
    let softmax = try softmax.choice()
    let model = try shape.model(softmax)
    var configuration = TrainingConfiguration()
    configuration.batch = batch
    configuration.window = window
    configuration.optimizer = OptimizerConfiguration(.adam, learningRate: 1e-4)
    configuration.precision = precision.inForce
    configuration.softmaxSamples = softmax.sampleCount(vocabularySize: model.vocabularySize)
    if precision == .bfloat16 && configuration.precision == .float32 { printError(noBFloat16) }
    let result = try TrainingBenchmark(
      model, configuration, threads: measurement.threads.count, seconds: measurement.seconds)
    let milliseconds = 1000 * Double(batch * window) / result.tokensPerSecond
    try measurement.show(
      figures(tokensPerSecond: result.tokensPerSecond, gflops: result.gflops, count: ("steps", result.steps)) + [
        ("milliseconds_per_step", .number(milliseconds), decimal(milliseconds, 2))
      ])
  }
}
