public import Compute
internal import NeuralNetwork

extension Window {
  /// Forward and backward over one window: the gradient of -scale · Σ ln p(target), and of what the regularization adds
  /// to it, overwrites `gradients`.
  ///
  /// - Parameters:
  ///   - ids: [T·B], the inputs.
  ///   - targets: [T·B], what follows each of them.
  ///   - scale: 1 / (the number of targets in all shards), for the mean.
  ///   - weights: from which `drop` has dropped what the same masks drop.
  ///   - state: advanced by T steps; no gradient flows into what it was before (truncated BPTT, Williams & Peng 1990).
  ///   - logProbabilities: [T·B] in nats.
  ///   - isFinal: told from which place on the gradients are final, which they become from the end to the front.
  public func trainingStep(
    _ ids: [UInt32], targets: [UInt32], scale: Float, weights: NetworkWeights<D>, state: LSTMState<D>,
    dropout: Dropout?, gradients: D.Storage, logProbabilities: inout [Double],
    isFinal: (_ place: Int) -> Void = { _ in }
  ) {
    guard let training else { preconditionFailure("a training step in a window without room for it") }
    let rows = ids.count
    let T = rows / lanes
    let (S, last) = (network.configuration.layerSize, network.layers.count - 1)
    let y = forward(ids, weights: weights, state: state, dropout: dropout)
    let dy = Matrix(training.d[network.projection == nil ? 0 : 1], rows: rows, columns: y.columns)
    output.trainingStep(
      y, targets: targets, scale: scale, values: weights.values, dh: dy, gradients: gradients,
      into: &logProbabilities)
    var dh = Matrix(training.d[0], rows: rows, columns: S)
    let h = output(ofLayer: last, ids, dropout: dropout)
    network.projection?.backward(h, dy: dy, values: weights.values, dh: dh, gradients: gradients, on: device)
    isFinal(network.layerPlaces[last + 1])
    penalizeActivations(h, weights.regularization, scale, dh)
    for k in network.layers.indices.reversed() {
      if let dropout { drop(dh, ofLayer: k, weights, dropout, into: dh) }  // the same mask as in the forward pass
      if k == last { penalizeChanges(outputs(ofLayer: k, rows), weights.regularization, scale, dh) }
      let input = input(ofLayer: k, ids, weights, dropout: dropout)
      passes[k].backward(
        dh: dh, input: input, steps: T, lanes: lanes, resets: resets,
        masks: dropout?.stateMasks(ofLayer: k, weights.regularization), scratch: training.scratch,
        gradients: gradients, on: device)
      if let dropout { weights.dropGradient(ofLayer: k, dropout, gradients: gradients, on: device) }
      guard case .vectors(let x) = input else { break }
      let dx = Matrix(training.d[(network.layers.count - k) % 2], rows: rows, columns: x.columns)
      passes[k].inputBackward(x: x, values: weights.values, dx: dx, gradients: gradients, on: device)
      dh = dx
      isFinal(network.layerPlaces[k])
    }
    let isTied = network.configuration.tied  // then the softmax has its part of the gradient in the same place
    if let products = weights.inputProducts, let dTable = training.dTable, case .fused(_, _, let first) = passes[0] {
      products.backward(
        ids, values: weights.values, activations: first, dTable: dTable,
        factors: dropout == nil ? nil : weights.embeddingMask, gradients: gradients, accumulating: isTied, on: device)
    } else {
      if let dropout { drop(dh, ids, weights, dropout) }
      network.embedding.backward(ids, dx: dh, gradients: gradients, accumulating: isTied, on: device)
    }
  }

  /// Adds the gradient of α · mean h² to that of h [T·B, S]; `scale` is 1 / (the rows of all shards).
  private func penalizeActivations(
    _ h: Matrix<D.Storage>, _ regularization: Regularization, _ scale: Float, _ dh: Matrix<D.Storage>
  ) {
    let alpha = regularization.activationPenalty
    if alpha > 0 { device.add(h, times: 2 * alpha * Double(scale) / Double(h.columns), to: dh) }
  }

  /// Adds the gradient of β · mean (h_t - h_{t-1})² to that of h [T·B, S], for the steps that have one before them.
  private func penalizeChanges(
    _ h: Matrix<D.Storage>, _ regularization: Regularization, _ scale: Float, _ dh: Matrix<D.Storage>
  ) {
    let (beta, changes) = (regularization.temporalPenalty, h.rows - lanes)
    if beta == 0 || changes == 0 { return }
    let factor = 2 * beta * Double(scale) * Double(h.rows) / Double(changes * h.columns)
    let (before, after) = (0..<changes, lanes..<h.rows)
    device.add(h.rows(after), times: factor, to: dh.rows(after))
    device.add(h.rows(before), times: -factor, to: dh.rows(after))
    device.add(h.rows(before), times: factor, to: dh.rows(before))
    device.add(h.rows(after), times: -factor, to: dh.rows(before))
  }
}
