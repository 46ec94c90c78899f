public import Compute
internal import NeuralNetwork

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// How the values of a new model are drawn.
public struct Initialization: Sendable, Equatable {
  /// The bias that opens the forget gates at the start (Gers 2000; Jozefowicz 2015 advises 1).
  public var forgetBias: Double

  /// All other values are uniform from -range to range, a bias of the output as `unigramBias` says.
  ///
  /// nil is within 1/√H in the layers and the output, and of variance 1 in the embedding unless it is tied; tables of an
  /// adaptive softmax that read fewer than H numbers are within 1/√ of these.
  public var range: Double?

  /// Whether the softmax's bias starts at the logarithm of each token's share of the text.
  ///
  /// From zero the last layer learns these shares first, and does so by outputs that stay at -1 or 1, from which large
  /// learning rates do not bring them back.
  public var unigramBias: Bool

  /// How values are drawn.
  ///
  /// - Parameter unigramBias: nil is yes, unless a range is given.
  public init(forgetBias: Double = 1, range: Double? = nil, unigramBias: Bool? = nil) {
    self.forgetBias = forgetBias
    self.range = range
    self.unigramBias = unigramBias ?? (range == nil)
  }

  /// Fills the values of a network; the same seed gives the same bytes.
  ///
  /// - Parameter counts: how often each token occurs, where that decides the softmax's bias; nil leaves it at zero.
  public func fill<D: Device>(
    _ values: D.Storage, of network: LSTMNetwork, seed: UInt64, counts: [Int]? = nil, on device: D
  ) {
    let H = network.configuration.hiddenSize
    for (index, parameter) in network.layout.parameters.enumerated() {
      var generator = Philox4x32(seed: seed, stream: UInt64(index))
      var numbers = [Float](repeating: 0, count: parameter.count)
      let bound =
        range
        ?? (parameter == network.embedding.weight && !network.configuration.tied
          ? Double(3).squareRoot() : 1 / Double(network.output.inputSize(of: parameter) ?? H).squareRoot())
      if parameter != network.output.bias {
        for i in numbers.indices { numbers[i] = Float((generator.uniform() * 2 - 1) * bound) }
      } else if let counts, unigramBias {
        // One more of each, lest a token that never occurred be impossible.
        let total = Double(counts.reduce(0, +) + counts.count)
        for (i, count) in zip(numbers.indices, network.output.biasCounts(counts.map { $0 + 1 })) {
          numbers[i] = Float(log(Double(count) / total))
        }
      }
      for forget in network.layers.compactMap(\.forgetBiases) {
        if forget.input == parameter { for i in forget.places { numbers[i] = Float(forgetBias) } }
        if forget.recurrent == parameter { for i in forget.places { numbers[i] = 0 } }
      }
      for constant in network.layers.flatMap(\.constants) where constant.parameter == parameter {
        for i in numbers.indices { numbers[i] = constant.value }
      }
      device.upload(numbers, to: parameter.view(in: values))
    }
  }
}
