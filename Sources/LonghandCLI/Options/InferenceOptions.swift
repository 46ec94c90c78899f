public import ArgumentParser
public import Longhand

extension WeightFormat: ExpressibleByArgument {}

/// How a model that only predicts is held, and how many threads work for it.
struct InferenceOptions: ParsableArguments {
  @Option(
    help: """
      How the weights are held in memory: f32; bf16, half of it; or int8, a quarter. Less of it is faster; longhand score \
      says what it costs in bits per character.
      """)
  var weights = WeightFormat.float32

  @OptionGroup var threads: ThreadsOption

  /// The model at a path.
  func model(at path: String) throws -> TextModel {
    try TextModel(path: path, weights: weights, threads: threads.count)
  }
}

/// The precision of weights in measurements that share their options with those of training.
enum InferencePrecision: String, ExpressibleByArgument, CaseIterable {
  case f32, bf16

  /// The format that has it.
  var format: WeightFormat {
    switch self {
    case .f32: .float32
    case .bf16: .bfloat16
    }
  }
}
