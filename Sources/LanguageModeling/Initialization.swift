public import Compute
internal import NeuralNetwork

/// How the values of a new model are drawn.
public struct Initialization: Sendable, Equatable {
  /// The bias that opens the forget gates at the start (Gers 2000; Jozefowicz 2015 advises 1).
  public var forgetBias: Double

  /// All other values are uniform from -range to range, biases of the output 0.
  ///
  /// nil is within 1/√H in the layers and the output, and of variance 1 in the embedding unless it is tied; tables of an
  /// adaptive softmax that read fewer than H numbers are within 1/√ of these.
  public var range: Double?

  /// How values are drawn.
  public init(forgetBias: Double = 1, range: Double? = nil) {
    self.forgetBias = forgetBias
    self.range = range
  }

  /// Fills the values of a network; the same seed gives the same bytes.
  public func fill<D: Device>(_ values: D.Storage, of network: LSTMNetwork, seed: UInt64, on device: D) {
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
