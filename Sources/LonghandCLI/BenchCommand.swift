import ArgumentParser
import Longhand

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `longhand bench`: how fast this machine is at it.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure the speed of this machine.",
    subcommands: [
      BenchTokenizeCommand.self, BenchTrainCommand.self, BenchSampleCommand.self, BenchScoreCommand.self,
      BenchProductCommand.self,
    ])
}

/// What is said where bf16 was asked for and is not to be had.
let noBFloat16 = "this machine has no instructions for bf16; computing in f32"

/// `longhand bench train`: whole training steps on random tokens.
struct BenchTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Measure whole training steps: forward, backward, clipping, Adam.",
    discussion: "GFLOP/s is 6 x (parameters without the embedding) x tokens per second.")

  @Option(help: ArgumentHelp("Tokens of the vocabulary.", valueName: "n"))
  var vocabulary = 65

  @Option(help: ArgumentHelp("Size of an embedding.", valueName: "n"))
  var embedding = 64

  @Option(help: ArgumentHelp("Units of each layer.", valueName: "n"))
  var hidden = 128

  @Option(help: ArgumentHelp("LSTM layers.", valueName: "n"))
  var layers = 2

  @Option(help: ArgumentHelp("Lanes of a batch.", valueName: "n"))
  var batch = 50

  @Option(help: ArgumentHelp("Steps of a window.", valueName: "n"))
  var window = 50

  @Option(help: "What products are computed in: f32, bf16 or auto.")
  var precision = TrainingPrecision.float32

  @Option(help: ArgumentHelp("Threads (default: one for each processor).", valueName: "n"))
  var threads: Int?

  @Option(help: ArgumentHelp("How long to measure.", valueName: "s"))
  var seconds = 5.0

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let model = try ModelConfiguration(
      vocabularySize: vocabulary, embeddingSize: embedding, hiddenSize: hidden, layers: layers)
    var configuration = TrainingConfiguration()
    configuration.batch = batch
    configuration.window = window
    configuration.optimizer = OptimizerConfiguration(.adam, learningRate: 1e-4)
    configuration.precision = precision.inForce
    if precision == .bfloat16 && configuration.precision == .float32 { printError(noBFloat16) }
    let folder = try ScratchFolder()
    let result = try TrainingBenchmark(
      model, configuration, threads: threads ?? defaultThreadCount, seconds: seconds, in: folder.path)
    let rows: [(name: String, value: JSONValue)] = [
      ("tokens_per_second", .number(result.tokensPerSecond.rounded())), ("gflops", .number(result.gflops)),
      ("steps", .integer(result.steps)), ("peak_bytes", .integer(peakMemory())),
    ]
    try printResult(
      json
        ? JSONValue.object(rows.map { .init($0.name, $0.value) }).serialized()
        : table([
          ("tokens/s", grouped(Int(result.tokensPerSecond))), ("GFLOP/s", decimal(result.gflops, 1)),
          ("memory", memorySize(peakMemory())),
        ]))
  }
}

/// The most memory that this process has had, in bytes.
func peakMemory() -> Int {
  var usage = rusage()
  _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss * 1024
}

/// `longhand bench product`: a large matrix product, the ceiling of training.
struct BenchProductCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "product", abstract: "Measure a large matrix product, the ceiling of training.")

  @Option(help: ArgumentHelp("Rows and columns of the matrices.", valueName: "n"))
  var size = 2048

  @Option(help: "What products are computed in: f32, bf16 or auto.")
  var precision = TrainingPrecision.float32

  @Option(help: ArgumentHelp("Threads (default: one for each processor).", valueName: "n"))
  var threads: Int?

  @Option(help: ArgumentHelp("How long to measure.", valueName: "s"))
  var seconds = 2.0

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    if precision == .bfloat16 && precision.inForce == .float32 { printError(noBFloat16) }
    let result = try ProductBenchmark(
      size: size, precision.inForce, threads: threads ?? defaultThreadCount, seconds: seconds)
    try printResult(
      json
        ? JSONValue.object([.init("gflops", .number(result.gflops))]).serialized()
        : table([("GFLOP/s", decimal(result.gflops, 1))]))
  }
}

/// A folder of the system's for temporary files, removed with its owner.
private final class ScratchFolder {
  let path: String

  init() throws {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    path = "\(parent)/longhand-bench-\(getpid())"
    try FileSystem.createDirectory(path)
  }

  deinit {
    for folder in [path + "/checkpoints", path] {
      for entry in (try? FileSystem.entries(of: folder)) ?? [] { unsafe unlink(folder + "/" + entry) }
      unsafe rmdir(folder)
    }
  }
}
