public import Compute
internal import NeuralNetwork

/// The most numbers of a table of input products: 8 MiB of them.
private let largestTable = 1 << 21

/// A network's values as a model that only predicts reads them, in a format of choice.
///
/// Several models, one a thread, may share them.
public final class InferenceWeights<D: Device>: Sendable {
  /// How the weights of the layers and of the output are held.
  public let format: WeightFormat
  let layers: [InferenceLayer<D>]
  let projection: D.InferenceMatrix?
  let noBias: Matrix<D.Storage>  // [1, E], zeros
  let output: any InferenceOutput<D>
  /// [V, E], unless the first layer takes tokens.
  let embedding: Matrix<D.Storage>?

  /// Lays out the values of a network; they are not needed afterwards.
  ///
  /// The products of the embedding by the first layer's W_x become a table where it is small.
  public init(_ network: LSTMNetwork, values: D.Storage, format: WeightFormat, on device: D) {
    func copy(_ parameter: Parameter) -> Matrix<D.Storage> {
      let view = parameter.view(in: values)
      let copy = Matrix(device.allocate(view.count), rows: view.rows, columns: view.columns)
      device.copy(view, to: copy)
      return copy
    }
    let (V, E, H) = (
      network.configuration.vocabularySize, network.configuration.embeddingSize, network.configuration.hiddenSize
    )
    let tabulates = V * 4 * H <= largestTable && network.isFused
    self.format = format
    layers = network.layers.enumerated().map { k, layer in
      switch layer {
      case .fused(let layer):
        .fused(
          layer.forInference(
            values: values, embedding: tabulates && k == 0 ? network.embedding.weight.view(in: values) : nil,
            format: format, on: device))
      case .stepwise(let layer):
        .stepwise(layer, StepwiseWeights(layer, copying: values, format: format, on: device))
      }
    }
    embedding = tabulates ? nil : copy(network.embedding.weight)
    projection = network.projection.map { device.inferenceMatrix($0.weight.view(in: values), format) }
    noBias = Matrix(device.allocate(E), rows: 1, columns: E)
    output = network.output.forInference(values: values, format: format, on: device)
  }
}

/// A layer in the layout and format of inference.
enum InferenceLayer<D: Device>: Sendable {
  /// One whose steps are one operation of the device.
  case fused(D.InferenceLSTM)
  /// One of another cell.
  case stepwise(StepwiseLayer, StepwiseWeights<D>)
}
