public import Compute

extension StepwiseLayer {
  /// The layer's output for T steps of B lanes, from the state in the first B rows of `activations` to the one after them.
  ///
  /// - Parameters:
  ///   - x: [T·B, I].
  ///   - resets: [T·B], whether the state before a step is taken for zero; empty for nowhere.
  ///   - weights: what `pack` made of the values in force, or what inference reads.
  ///   - activations: holds what the backward pass needs afterwards.
  public func forward<D: Device>(
    _ x: Matrix<D.Storage>, steps T: Int, lanes B: Int, resets: [Bool] = [], weights: StepwiseWeights<D>,
    activations a: StepwiseActivations<D>, on device: D
  ) {
    weights.input.multiply(x, into: a.gates.rows(0..<T * B), on: device)
    for t in 0..<T {
      let (now, next) = (t * B..<(t + 1) * B, (t + 1) * B..<(t + 2) * B)
      if let previous = a.previous?.rows(now) {
        device.copy(a.h.rows(now), to: previous)
        clearResets(of: previous, resets, t, on: device)
      }
      let hPrevious = (a.previous ?? a.h).rows(now)
      let step = step(now, weights, a)
      weights.recurrent.multiply(hPrevious, into: step.recurrent, on: device)
      switch cell.kind {
      case .gru: device.gru(step, hPrevious: hPrevious, h: a.h.rows(next))
      case .rnn: device.elman(step, h: a.h.rows(next))
      case .lstm: preconditionFailure("steps of a fused layer")
      }
    }
  }

  /// The products of a step.
  func step<D: Device>(
    _ now: Range<Int>, _ weights: StepwiseWeights<D>, _ a: StepwiseActivations<D>
  ) -> CellStep<D.Storage> {
    CellStep(
      gates: a.gates.rows(now), recurrent: a.recurrent.rows(keepsRecurrentProducts ? now : 0..<now.count),
      inputBias: weights.inputBias, recurrentBias: weights.recurrentBias)
  }

  /// Sets a state [B, H] to zero in the lanes that start anew at step t.
  func clearResets<D: Device>(of x: Matrix<D.Storage>, _ resets: [Bool], _ t: Int, on device: D) {
    if resets.isEmpty { return }
    for b in 0..<x.rows where resets[t * x.rows + b] { device.clear(x.rows(b..<b + 1)) }
  }
}
