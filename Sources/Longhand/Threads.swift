internal import Compute
internal import MessagePassing

/// As many threads as the machine has processors that are on.
public var defaultThreadCount: Int { SingleProcess().processors }

/// How many threads work.
enum Threads {
  /// Throws a usage error unless a number of threads is one that can be asked for.
  static func check(_ threads: Int) throws(DataError) {
    guard 1...1024 ~= threads else {
      throw DataError(.usage, "threads is \(threads); it must be from 1 to 1024")
    }
  }

  /// The threads that share out each step of one stream: no more than have a mebibyte of weights and 64 units each, since
  /// they meet after every layer.
  static func team(
    for configuration: ModelConfiguration, _ format: WeightFormat, atMost threads: Int
  ) -> ThreadTeam? {
    let (V, E, H) = (configuration.vocabularySize, configuration.embeddingSize, configuration.hiddenSize)
    let weights = 4 * H * (E + H) + (configuration.layers - 1) * 8 * H * H + V * H
    let width =
      switch format {
      case .float32: 4
      case .bfloat16: 2
      case .int8: 1
      }
    return ThreadTeam(threads: min(threads, (weights * width) >> 20, H / 64))
  }
}
