public import Compute

extension LSTMLayer {
  /// The gradient of `forward`, truncated at the window's start; that of W_x and of the input is left to
  /// `inputBackward` or `InputProducts`.
  ///
  /// - Parameters:
  ///   - dh: [T·B, H], the gradient of the outputs; it takes in what comes back through the recurrence.
  ///   - input: what the forward pass read.
  ///   - resets: where it started anew.
  ///   - weights: what the forward pass read.
  ///   - activations: what it left; the gates turn into the gradients of their pre-activations, and outputs that no step
  ///     went on from into zeros.
  ///   - scratch: memory that the pass needs.
  ///   - gradients: the flat buffer whose places of this layer's parameters are overwritten.
  public func backward<D: Device>(
    dh: Matrix<D.Storage>, input: LSTMWindowInput<D.Storage>, steps T: Int, resets: [Bool] = [],
    weights: LSTMWeights<D>, activations a: LSTMActivations<D>, scratch: LSTMScratch<D>, gradients: D.Storage,
    on device: D
  ) {
    let dBias = inputBias.view(in: gradients)
    let dPeepholes = peepholes?.view(in: gradients)
    device.clear(dBias)
    if let dPeepholes { device.clear(dPeepholes) }
    device.lstmBackward(
      window(input, steps: T, resets, weights, a), weights: weights.packed, dh: dh, dc: scratch.dc, dBias: dBias,
      dPeepholes: dPeepholes)
    device.copy(dBias, to: recurrentBias.view(in: gradients))
    // gates = x · W_xᵀ + h_previous · W_hᵀ + b
    let hPrevious = a.h.rows(0..<T * a.lanes)
    device.multiplyTransposed(
      a.gates.rows(0..<T * a.lanes), hPrevious, into: recurrentWeight.view(in: gradients), accumulating: false)
  }

  /// The gradients of W_x, and of x [T·B, I] into dx, after `backward`.
  public func inputBackward<D: Device>(
    x: Matrix<D.Storage>, values: D.Storage, activations a: LSTMActivations<D>, dx: Matrix<D.Storage>,
    gradients: D.Storage, on device: D
  ) {
    let gates = a.gates.rows(0..<x.rows)
    device.multiply(gates, inputWeight.view(in: values), transposed: false, plus: nil, into: dx)
    device.multiplyTransposed(gates, x, into: inputWeight.view(in: gradients), accumulating: false)
  }
}

/// Memory that the backward pass of one layer needs and the next may use again.
public struct LSTMScratch<D: Device> {
  let dc: Matrix<D.Storage>  // [B, H]

  /// Room for B lanes of H.
  public init(lanes B: Int, hiddenSize H: Int, on device: D) {
    dc = Matrix(device.allocate(B * H), rows: B, columns: H)
  }
}
