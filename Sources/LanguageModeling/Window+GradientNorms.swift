public import Compute
internal import NeuralNetwork

extension Window {
  /// The norm of the gradient of -ln p(target), the token behind the last step of one lane, with respect to every
  /// layer's output at every step: ‖∂(-ln p) / ∂h_t‖, as in Pascanu, Mikolov & Bengio (2013).
  ///
  /// - Parameters:
  ///   - ids: [T], the inputs.
  ///   - target: what follows the last of them.
  ///   - state: advanced by T steps.
  ///   - gradients: a flat buffer of the network's parameters, which is overwritten.
  /// - Returns: [L][T].
  public func gradientNorms(
    _ ids: [UInt32], target: UInt32, weights: NetworkWeights<D>, state: LSTMState<D>, gradients: D.Storage
  ) -> [[Double]] {
    guard let training, lanes == 1 else { preconditionFailure("norms of a window without room, or of several lanes") }
    let T = ids.count
    let last = network.layers.count - 1
    let y = forward(ids, weights: weights, state: state)
    let dy = Matrix(training.d[network.projection == nil ? 0 : 1], rows: T, columns: y.columns)
    device.clear(dy)
    var logProbability = [0.0]
    output.trainingStep(
      y.rows(T - 1..<T), targets: [target], scale: 1, values: weights.values, dh: dy.rows(T - 1..<T),
      gradients: gradients, into: &logProbability)
    var dh = Matrix(training.d[0], rows: T, columns: network.configuration.layerSize)
    network.projection?.backward(
      outputs(ofLayer: last, T), dy: dy, values: weights.values, dh: dh, gradients: gradients, on: device)
    // Of zoneout the backward pass leaves the gradient of what is mixed into h, which is so much less than that of h.
    let share = 1 - network.configuration.cell.zoneoutHidden
    var norms: [[Double]] = []
    for k in network.layers.indices.reversed() {
      let input = input(ofLayer: k, ids, weights, dropout: nil)
      passes[k].backward(
        dh: dh, input: input, steps: T, lanes: 1, resets: resets, masks: nil, scratch: training.scratch,
        gradients: gradients, on: device)
      norms.insert((0..<T).map { device.sumOfSquares(dh.rows($0..<$0 + 1)).squareRoot() / share }, at: 0)
      guard k > 0, case .vectors(let x) = input else { break }
      let dx = Matrix(training.d[(network.layers.count - k) % 2], rows: T, columns: x.columns)
      passes[k].inputBackward(x: x, values: weights.values, dx: dx, gradients: gradients, on: device)
      dh = dx
    }
    return norms
  }
}
