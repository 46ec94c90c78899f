public import Compute

extension LSTMLayer {
  /// The gradient of `forward`, truncated at the window's start.
  ///
  /// - Parameters:
  ///   - dh: [T·B, H], the gradient of the outputs; it takes in what comes back through the recurrence.
  ///   - x: [T·B, I], the input of the forward pass.
  ///   - dx: [T·B, I], where the gradient of the input goes.
  ///   - weights: what the forward pass read.
  ///   - activations: what it left; the gates turn into their gradients.
  ///   - scratch: memory that the pass needs.
  ///   - gradients: the flat buffer to whose places of this layer's parameters the gradients are added.
  public func backward<D: Device>(
    dh: Matrix<D.Storage>, x: Matrix<D.Storage>, steps T: Int, weights: LSTMWeights<D>,
    activations a: LSTMActivations<D>, dx: Matrix<D.Storage>, scratch: LSTMScratch<D>, gradients: D.Storage,
    on device: D
  ) {
    let gates = a.gates.rows(0..<T * a.lanes)
    device.clear(scratch.dc)
    for t in (0..<T).reversed() {
      let now = a.rows(ofStep: t)
      device.lstmStepBackward(
        gates: gates.rows(now), peepholes: weights.peepholes, cPrevious: a.c.rows(now),
        c: a.c.rows(a.rows(ofStep: t + 1)), dh: dh.rows(now), dc: scratch.dc)
      if t > 0 {  // gates_t has h_{t-1} · W_hᵀ
        device.multiply(
          gates.rows(now), weights.recurrentBackward, into: dh.rows(a.rows(ofStep: t - 1)), accumulating: true)
      }
    }
    // gates = x · W_xᵀ + h_previous · W_hᵀ + b
    let hPrevious = a.h.rows(0..<T * a.lanes)
    device.multiply(gates, weights.inputBackward, into: dx, accumulating: false)
    device.accumulateTransposedProduct(gates, x, into: inputWeight.view(in: gradients))
    device.accumulateTransposedProduct(gates, hPrevious, into: recurrentWeight.view(in: gradients))
    device.clear(scratch.db)
    device.accumulateRowSum(gates, into: scratch.db)
    device.add(scratch.db, to: inputBias.view(in: gradients))
    device.add(scratch.db, to: recurrentBias.view(in: gradients))
    if let peepholes {
      addGradient(ofPeepholes: peepholes.view(in: gradients), gates: gates, steps: T, activations: a, on: device)
    }
  }

  /// a_i and a_f have p ∘ c_{t-1}; a_o has p_o ∘ c_t.
  private func addGradient<D: Device>(
    ofPeepholes dp: Matrix<D.Storage>, gates: Matrix<D.Storage>, steps T: Int, activations a: LSTMActivations<D>,
    on device: D
  ) {
    let H = hiddenSize
    let cPrevious = a.c.rows(0..<T * a.lanes)
    let c = a.c.rows(a.lanes..<(T + 1) * a.lanes)
    device.accumulateRowSum(of: gates.columns(0..<H), times: cPrevious, into: dp.columns(0..<H))
    device.accumulateRowSum(of: gates.columns(3 * H..<4 * H), times: c, into: dp.columns(H..<2 * H))
    device.accumulateRowSum(of: gates.columns(H..<2 * H), times: cPrevious, into: dp.columns(2 * H..<3 * H))
  }
}

/// Memory that the backward pass of one layer needs and the next may use again.
public struct LSTMScratch<D: Device> {
  let dc: Matrix<D.Storage>  // [B, H]
  let db: Matrix<D.Storage>  // [1, 4H]

  /// Room for B lanes of H.
  public init(lanes B: Int, hiddenSize H: Int, on device: D) {
    dc = Matrix(device.allocate(B * H), rows: B, columns: H)
    db = Matrix(device.allocate(4 * H), rows: 1, columns: 4 * H)
  }
}
