import ArgumentParser
import Longhand

/// `longhand bench product`: a large matrix product, the ceiling of training.
struct BenchProductCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "product", abstract: "Measure a large matrix product, the ceiling of training.")

  @Option(help: ArgumentHelp("Rows and columns of the matrices.", valueName: "n"))
  var size = 2048

  @Option(help: "What products are computed in: f32, bf16 or auto.")
  var precision = TrainingPrecision.float32

  @OptionGroup var measurement: MeasurementOptions

  func run() throws {
    if precision == .bfloat16 && precision.inForce == .float32 { printError(noBFloat16) }
    let result = try ProductBenchmark(
      size: size, precision.inForce, threads: measurement.threads.count, seconds: measurement.seconds)
    try measurement.show([
      ("gflops", .number(result.gflops), decimal(result.gflops, 1)),
      ("peak_bytes", .integer(peakMemory()), memorySize(peakMemory())),
    ])
  }
}
