internal import Compute
internal import NeuralNetwork

/// Memory for passes over up to a number of rows, T·B.
struct PassRoom<D: Device> {
  /// The most rows that a pass over many takes at a time.
  static var window: Int { 512 }

  let rows: Int
  /// The most rows of logits that are held at a time.
  let block: Int
  /// The tokens of a pass, where they have to be looked up.
  var ids: [UInt32] = []
  /// Where a pass starts anew, behind the ends of documents; empty for nowhere.
  var resets: [Bool] = []
  let x: Matrix<D.Storage>  // [rows, E]
  let outputs: [Matrix<D.Storage>]  // two of [rows, H] that fused layers pass on in turn
  let steps: [StepwiseActivations<D>]  // of each layer that goes step by step
  let projected: Matrix<D.Storage>?  // [block, E]
  let output: any InferenceOutputPass<D>

  init(_ network: LSTMNetwork, _ weights: InferenceWeights<D>, rows: Int, on device: D) {
    let (E, H) = (network.configuration.embeddingSize, network.configuration.hiddenSize)
    let block = logitsBlock(of: rows, columns: network.configuration.vocabularySize)
    self.rows = rows
    self.block = block
    x = Matrix(device.allocate(rows * E), rows: rows, columns: E)
    outputs =
      network.isFused ? (0..<2).map { _ in Matrix(device.allocate(rows * H), rows: rows, columns: H) } : []
    steps = network.layers.compactMap { layer in
      guard case .stepwise(let layer) = layer else { return nil }
      return StepwiseActivations(
        layer, rows: rows, lanes: rows, resets: network.configuration.documentBoundary != nil, trained: false,
        on: device)
    }
    projected = network.projection.map { _ in Matrix(device.allocate(block * E), rows: block, columns: E) }
    output = weights.output.makePass(rows: block, on: device)
  }
}
