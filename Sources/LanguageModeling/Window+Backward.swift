public import Compute
internal import NeuralNetwork

extension Window {
  /// Forward and backward over one window: the gradient of -scale · Σ ln p(target) overwrites `gradients`.
  ///
  /// - Parameters:
  ///   - ids: [T·B], the inputs.
  ///   - targets: [T·B], what follows each of them.
  ///   - scale: 1 / (the number of targets in all shards), for the mean.
  ///   - state: advanced by T steps; no gradient flows into what it was before (truncated BPTT, Williams & Peng 1990).
  ///   - logProbabilities: [T·B] in nats.
  public func trainingStep(
    _ ids: [UInt32], targets: [UInt32], scale: Float, weights: NetworkWeights<D>, state: LSTMState<D>,
    dropout: Dropout?, gradients: D.Storage, logProbabilities: inout [Double]
  ) {
    guard let training else { preconditionFailure("a training step in a window without room for it") }
    let rows = ids.count
    let T = rows / lanes
    let H = network.configuration.hiddenSize
    let h = forward(ids, weights: weights, state: state, dropout: dropout)
    var dh = Matrix(training.d[0], rows: rows, columns: H)
    network.output.trainingStep(
      h, targets: targets, scale: scale, values: weights.values, room: logits, dh: dh, gradients: gradients,
      into: &logProbabilities, on: device)
    for k in network.layers.indices.reversed() {
      let layer = network.layers[k]
      if let dropout {  // the same mask as in the forward pass
        device.dropout(dh, rate: dropout.rate, seed: dropout.seed, stream: dropout.stream(layer: k), into: dh)
      }
      let input = input(ofLayer: k, ids, weights, dropout: dropout)
      layer.backward(
        dh: dh, input: input, steps: T, resets: resets, weights: weights.layers[k], activations: activations[k],
        scratch: training.scratch, gradients: gradients, on: device)
      guard case .vectors(let x) = input else { break }
      let dx = Matrix(training.d[(network.layers.count - k) % 2], rows: rows, columns: layer.inputSize)
      layer.inputBackward(
        x: x, values: weights.values, activations: activations[k], dx: dx, gradients: gradients, on: device)
      dh = dx
    }
    let isTied = network.configuration.tied  // then the softmax has its part of the gradient in the same place
    if let products = weights.inputProducts, let dTable = training.dTable {
      products.backward(
        ids, values: weights.values, activations: activations[0], dTable: dTable, gradients: gradients,
        accumulating: isTied, on: device)
    } else {
      network.embedding.backward(ids, dx: dh, gradients: gradients, accumulating: isTied, on: device)
    }
  }
}
