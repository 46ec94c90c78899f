public import Compute

extension StepwiseLayer {
  /// The gradient of `forward`, truncated at the window's start; that of W_x and of the input is left to
  /// `inputBackward`.
  ///
  /// - Parameters:
  ///   - dh: [T·B, H], the gradient of the outputs; it takes in what comes back through the recurrence.
  ///   - resets: where the forward pass started anew.
  ///   - weights: what it read.
  ///   - activations: what it left, which turns into gradients.
  ///   - gradients: the flat buffer whose places of this layer's parameters are overwritten.
  public func backward<D: Device>(
    dh: Matrix<D.Storage>, steps T: Int, lanes B: Int, resets: [Bool] = [], weights: StepwiseWeights<D>,
    activations a: StepwiseActivations<D>, gradients: D.Storage, on device: D
  ) {
    guard let scratch = a.scratch else { preconditionFailure("a backward pass in memory without room for it") }
    for t in (0..<T).reversed() {
      let now = t * B..<(t + 1) * B
      let step = step(now, weights, a)
      switch cell.kind {
      case .gru:
        device.gruBackward(
          step, hPrevious: (a.previous ?? a.h).rows(now), dh: dh.rows(now), dPrevious: scratch.dPast.rows(0..<B))
      case .rnn: device.elmanBackward(step, dh: dh.rows(now))
      case .lstm: preconditionFailure("steps of a fused layer")
      }
      if t == 0 { break }
      // recurrent_t = h_{t-1} · W_hᵀ
      let d = scratch.dh.rows(0..<B)
      weights.recurrent.multiplyBackward(keepsRecurrentProducts ? step.recurrent : step.gates, into: d, on: device)
      if cell.kind == .gru { device.add(scratch.dPast.rows(0..<B), to: d) }
      clearResets(of: d, resets, t, on: device)
      device.add(d, to: dh.rows((t - 1) * B..<t * B))
    }
    let dInput = a.gates.rows(0..<T * B)
    let dRecurrent = keepsRecurrentProducts ? a.recurrent.rows(0..<T * B) : dInput
    device.multiplyTransposed(
      dRecurrent, a.read(steps: T, lanes: B), into: recurrentWeight.view(in: gradients), accumulating: false)
    sumRows(dInput, into: inputBias.view(in: gradients), on: device)
    sumRows(dRecurrent, into: recurrentBias.view(in: gradients), on: device)
  }

  private func sumRows<D: Device>(_ d: Matrix<D.Storage>, into bias: Matrix<D.Storage>, on device: D) {
    device.clear(bias)
    device.accumulateRowSum(d, into: bias)
  }

  /// The gradients of W_x, and of x [T·B, I] into dx, after `backward`.
  public func inputBackward<D: Device>(
    x: Matrix<D.Storage>, weights: StepwiseWeights<D>, activations a: StepwiseActivations<D>, dx: Matrix<D.Storage>,
    gradients: D.Storage, on device: D
  ) {
    let dInput = a.gates.rows(0..<x.rows)
    weights.input.multiplyBackward(dInput, into: dx, on: device)
    device.multiplyTransposed(dInput, x, into: inputWeight.view(in: gradients), accumulating: false)
  }
}
