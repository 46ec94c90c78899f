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
  ///   - input: x [T·B, I], or the products of tokens that `InputProducts` holds.
  ///   - steps: T.
  ///   - resets: [T·B], whether the state before a step is taken for zero; empty for nowhere.
  ///   - weights: what `pack` made of the values in force.
  ///   - activations: holds h, c and the gates of every step afterwards, for the backward pass.
  public func forward<D: Device>(
    _ input: LSTMWindowInput<D.Storage>, steps T: Int, resets: [Bool] = [], weights: LSTMWeights<D>,
    activations a: LSTMActivations<D>, on device: D
  ) {
    device.lstmForward(window(input, steps: T, resets, weights, a), weights: weights.packed)
  }

  func window<D: Device>(
    _ input: LSTMWindowInput<D.Storage>, steps T: Int, _ resets: [Bool], _ weights: LSTMWeights<D>,
    _ a: LSTMActivations<D>
  ) -> LSTMWindow<D.Storage> {
    let B = a.lanes
    return LSTMWindow(
      input, bias: weights.bias, peepholes: weights.peepholes, lanes: B, resets: resets,
      h: a.h.rows(0..<(T + 1) * B), c: a.c.rows(0..<(T + 1) * B), gates: a.gates.rows(0..<T * B))
  }
}

/// A layer's weights as the windows of the device read them, made anew whenever the values change.
public final class LSTMWeights<D: Device>: Sendable {
  let packed: D.PackedLSTM
  let bias: Matrix<D.Storage>  // [1, 4H], the sum of both halves
  let peepholes: Matrix<D.Storage>?  // [1, 3H]
  private let readsVectors: Bool

  /// Room for the weights of a layer whose values are in `values`; W_x is left out where the input is products.
  public init(_ layer: LSTMLayer, values: D.Storage, readsVectors: Bool, on device: D) {
    packed = device.allocatePackedLSTM(inputSize: readsVectors ? layer.inputSize : 0, hiddenSize: layer.hiddenSize)
    bias = Matrix(device.allocate(4 * layer.hiddenSize), rows: 1, columns: 4 * layer.hiddenSize)
    peepholes = layer.peepholes?.view(in: values)
    self.readsVectors = readsVectors
  }

  /// Brings the weights up to date with `values`; W_h may come from elsewhere.
  public func pack(
    _ layer: LSTMLayer, recurrent W_h: Matrix<D.Storage>? = nil, values: D.Storage, on device: D
  ) {
    device.pack(
      input: readsVectors ? layer.inputWeight.view(in: values) : nil,
      recurrent: W_h ?? layer.recurrentWeight.view(in: values), into: packed)
    device.copy(layer.inputBias.view(in: values), to: bias)
    device.add(layer.recurrentBias.view(in: values), to: bias)
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

  /// The outputs of T steps, [T·B, H].
  public func outputs(steps T: Int) -> Matrix<D.Storage> { h.rows(lanes..<(T + 1) * lanes) }
}
