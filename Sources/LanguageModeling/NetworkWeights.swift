public import Compute
internal import NeuralNetwork

/// A network's values, with the packed copies that products read.
public final class NetworkWeights<D: Device>: Sendable {
  /// The flat buffer of values.
  ///
  /// Whoever changes it calls `pack` before the next forward pass.
  public let values: D.Storage
  let layers: [LSTMWeights<D>]
  let output: SoftmaxWeights<D>
  private let packing: [@Sendable () -> Void]

  /// Zeros for every value; `trained` adds what the backward pass reads.
  public init(_ network: LSTMNetwork, trained: Bool, on device: D) {
    let values = device.allocate(network.layout.count)
    self.values = values
    layers = network.layers.map { LSTMWeights($0, values: values, trained: trained, on: device) }
    output = SoftmaxWeights(network.output, values: values, trained: trained, on: device)
    packing =
      zip(network.layers, layers).flatMap { $1.packing($0, values: values, on: device) }
      + output.packing(network.output, values: values, on: device)
  }

  /// Brings the packed copies up to date with the values.
  public func pack(by workers: Workers) {
    workers.run(packing.count) { packing[$0]() }
  }
}
