public import Compute

/// One layer of long short-term memory (Hochreiter & Schmidhuber 1997; forget gate and peepholes by Gers &
/// Schmidhuber 2000; the equations as in Graves 2013).
///
///     i_t = σ(W_xi x_t + W_hi h_{t-1} + p_i ∘ c_{t-1} + b_i)
///     f_t = σ(W_xf x_t + W_hf h_{t-1} + p_f ∘ c_{t-1} + b_f)
///     c_t = f_t ∘ c_{t-1} + i_t ∘ tanh(W_xc x_t + W_hc h_{t-1} + b_c)
///     o_t = σ(W_xo x_t + W_ho h_{t-1} + p_o ∘ c_t + b_o)
///     h_t = o_t ∘ tanh(c_t)
///
/// Weights are named and stacked as in PyTorch (gates i, f, g, o; two biases that are added); the peepholes stand in
/// the order of ONNX (i, o, f). Sequences are time-major: row t·B + b.
public struct LSTMLayer: Sendable {
  /// I, the size of x.
  public let inputSize: Int
  /// H, the size of h and c.
  public let hiddenSize: Int
  /// W_x [4H, I].
  public let inputWeight: Parameter
  /// W_h [4H, H].
  public let recurrentWeight: Parameter
  /// The first half of b [4H].
  public let inputBias: Parameter
  /// The other half of b [4H].
  public let recurrentBias: Parameter
  /// p_i, p_o, p_f [3H], in a layer with peepholes.
  public let peepholes: Parameter?

  /// Layer k of a stack, under the names `lstm.weight_ih_l{k}` and so on.
  public init(_ k: Int, inputSize I: Int, hiddenSize H: Int, peepholes: Bool, in layout: inout ParameterLayout) {
    inputSize = I
    hiddenSize = H
    inputWeight = layout.add("lstm.weight_ih_l\(k)", 4 * H, I)
    recurrentWeight = layout.add("lstm.weight_hh_l\(k)", 4 * H, H)
    inputBias = layout.add("lstm.bias_ih_l\(k)", 4 * H)
    recurrentBias = layout.add("lstm.bias_hh_l\(k)", 4 * H)
    self.peepholes = peepholes ? layout.add("lstm.weight_peephole_l\(k)", 3 * H) : nil
  }

  /// The layer's output for T steps, from the state in the first B rows of `activations` to the one after them.
  ///
  /// - Parameters:
  ///   - x: [T·B, I].
  ///   - steps: T.
  ///   - weights: what `pack` made of the values in force.
  ///   - activations: holds h, c and the gates of every step afterwards, for the backward pass.
  public func forward<D: Device>(
    _ x: Matrix<D.Storage>, steps T: Int, weights: LSTMWeights<D>, activations a: LSTMActivations<D>, on device: D
  ) {
    let gates = a.gates.rows(0..<T * a.lanes)
    device.multiply(x, weights.input, into: gates, accumulating: false)
    for t in 0..<T {
      let now = a.rows(ofStep: t)
      let next = a.rows(ofStep: t + 1)
      device.multiply(a.h.rows(now), weights.recurrent, into: gates.rows(now), accumulating: true)
      device.lstmStep(
        gates: gates.rows(now), bias: weights.bias, peepholes: weights.peepholes, cPrevious: a.c.rows(now),
        c: a.c.rows(next), h: a.h.rows(next))
    }
  }
}

/// What a layer's forward pass leaves for its backward pass, for B lanes and up to T steps.
public final class LSTMActivations<D: Device> {
  /// B.
  public let lanes: Int
  /// [(T+1)·B, H]: the outputs, after the one that the window starts from.
  public let h: Matrix<D.Storage>
  /// [(T+1)·B, H]: the cells, likewise.
  public let c: Matrix<D.Storage>
  /// [T·B, 4H]: the activations of the gates; after the backward pass the gradients of their pre-activations.
  let gates: Matrix<D.Storage>

  /// Room for T steps of B lanes.
  public init(_ layer: LSTMLayer, steps T: Int, lanes B: Int, on device: D) {
    let H = layer.hiddenSize
    lanes = B
    h = Matrix(device.allocate((T + 1) * B * H), rows: (T + 1) * B, columns: H)
    c = Matrix(device.allocate((T + 1) * B * H), rows: (T + 1) * B, columns: H)
    gates = Matrix(device.allocate(T * B * 4 * H), rows: T * B, columns: 4 * H)
  }

  /// The rows of step t; step 0 of h and c is the state before the window.
  public func rows(ofStep t: Int) -> Range<Int> { t * lanes..<(t + 1) * lanes }

  /// The outputs of T steps, [T·B, H].
  public func outputs(steps T: Int) -> Matrix<D.Storage> { h.rows(lanes..<(T + 1) * lanes) }
}
