public import Compute
internal import NeuralNetwork

/// A network's values, with the copies of them that windows read fastest.
public final class NetworkWeights<D: Device>: Sendable {
  /// The flat buffer of values.
  ///
  /// Whoever changes it calls `pack` before the next forward pass.
  public let values: D.Storage
  let layers: [LSTMWeights<D>]
  /// The first layer's products of every token, where windows have more places than there are tokens.
  let inputProducts: InputProducts<D>?
  private let network: LSTMNetwork

  /// Zeros for every value, and copies for windows of so many places (T·B).
  public init(_ network: LSTMNetwork, windowSize: Int, on device: D) {
    let values = device.allocate(network.layout.count)
    let hasProducts = 2 * network.configuration.vocabularySize <= windowSize
    self.values = values
    self.network = network
    inputProducts = hasProducts ? InputProducts(network.embedding, network.layers[0], on: device) : nil
    layers = network.layers.enumerated().map { k, layer in
      LSTMWeights(layer, values: values, readsVectors: k > 0 || !hasProducts, on: device)
    }
  }

  /// Brings the copies up to date with the values.
  public func pack(on device: D) {
    inputProducts?.update(values: values, on: device)
    for (layer, weights) in zip(network.layers, layers) { weights.pack(layer, values: values, on: device) }
  }
}
