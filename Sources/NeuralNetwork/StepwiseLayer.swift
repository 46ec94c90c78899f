internal import Compute

/// One layer that goes step by step: a product of the state before, and the cells of all lanes.
///
/// An LSTM with what may be added to it, N being layer normalization (Ba et al. 2016), where there is one:
///
///     x_t, h'   gate each other first (Melis et al. 2020), where there are rounds: see `Mogrifier`
///     a_t = N(W_x x_t) + b_x + N(W_h h') + b_h
///     f_t = σ(a_f + p_f ∘ c_{t-1})
///     i_t = σ(a_i + p_i ∘ c_{t-1}), or coupled 1 - f_t, or capped min(σ(…), 1 - f_t)
///     c_t = f_t ∘ c_{t-1} + i_t ∘ tanh(a_g)
///     o_t = σ(a_o + p_o ∘ c_t)
///     h_t = o_t ∘ tanh(N(c_t)), or W_r (o_t ∘ tanh(N(c_t))) (Sak et al. 2014)
///
/// Gated recurrent units (Cho et al. 2014), in the form of PyTorch's `nn.GRU`, gates r, z, n:
///
///     r_t = σ(W_xr x_t + b_xr + W_hr h_{t-1} + b_hr)
///     z_t = σ(W_xz x_t + b_xz + W_hz h_{t-1} + b_hz)
///     n_t = tanh(W_xn x_t + b_xn + r_t ∘ (W_hn h_{t-1} + b_hn))
///     h_t = (1 - z_t) ∘ n_t + z_t ∘ h_{t-1}
///
/// Simple recurrent units (Elman 1990), PyTorch's `nn.RNN`: h_t = tanh(W_x x_t + b_x + W_h h_{t-1} + b_h).
///
/// Zoneout (Krueger et al. 2017) keeps some of c and h as they were. Sequences are time-major: row t·B + b. S is the size
/// of h: P of a projection, else H.
public struct StepwiseLayer: Sendable {
  /// What its cells are.
  public let cell: CellConfiguration
  /// I, the size of x.
  public let inputSize: Int
  /// H, the number of cells.
  public let hiddenSize: Int
  /// W_x [gates · H, I].
  public let inputWeight: Parameter
  /// W_h [gates · H, S].
  public let recurrentWeight: Parameter
  /// b_x [gates · H].
  public let inputBias: Parameter
  /// b_h [gates · H].
  public let recurrentBias: Parameter
  /// p_i, p_o, p_f [3H], or p_o, p_f where i is coupled; in a layer with peepholes.
  public let peepholes: Parameter?
  /// W_r [P, H].
  public let projection: Parameter?
  /// Layer normalization of both products and of c.
  public let norms: CellNorms?
  /// What gates x and h.
  public let mogrifier: Mogrifier?

  /// Layer k of a stack, under PyTorch's names behind that of the cell, as `gru.weight_ih_l{k}`.
  public init(
    _ k: Int, _ cell: CellConfiguration, inputSize I: Int, hiddenSize H: Int, peepholes: Bool = false,
    in layout: inout ParameterLayout
  ) {
    self.cell = cell
    inputSize = I
    hiddenSize = H
    let (name, rows, S) = (cell.kind.rawValue, cell.gates * H, cell.outputSize(H))
    inputWeight = layout.add("\(name).weight_ih_l\(k)", rows, I)
    recurrentWeight = layout.add("\(name).weight_hh_l\(k)", rows, S)
    inputBias = layout.add("\(name).bias_ih_l\(k)", rows)
    recurrentBias = layout.add("\(name).bias_hh_l\(k)", rows)
    self.peepholes = peepholes ? layout.add("\(name).weight_peephole_l\(k)", (cell.gates - 1) * H) : nil
    projection = cell.projectionSize.map { layout.add("\(name).weight_hr_l\(k)", $0, H) }
    norms = cell.layerNorm ? CellNorms(k, name, gateSize: rows, hiddenSize: H, in: &layout) : nil
    mogrifier =
      cell.mogrifierRounds > 0
      ? Mogrifier(
        k, name, rounds: cell.mogrifierRounds, rank: cell.mogrifierRank, inputSize: I, stateSize: S, in: &layout) : nil
  }

  /// S, the size of h.
  public var outputSize: Int { cell.outputSize(hiddenSize) }

  /// The gates of all cells.
  var gateSize: Int { cell.gates * hiddenSize }

  /// Whether the products of the state go into the cell apart from those of the input, so that their gradients differ.
  var keepsRecurrentProducts: Bool { cell.kind == .gru }

  /// What the gates of an LSTM are.
  func form<D: Device>(_ weights: StepwiseWeights<D>) -> LSTMForm<D.Storage> {
    LSTMForm(cell.inputGate, peepholes: weights.peepholes)
  }
}

/// Layer normalization within a cell: gains of both products, whose biases are the layer's, and gain and bias of c.
public struct CellNorms: Sendable {
  /// [gates · H], of W_x x.
  public let input: Parameter
  /// [gates · H], of W_h h.
  public let recurrent: Parameter
  /// [H], of c.
  public let cell: Parameter
  /// [H], what is added to c.
  public let cellBias: Parameter

  init(_ k: Int, _ name: String, gateSize G: Int, hiddenSize H: Int, in layout: inout ParameterLayout) {
    input = layout.add("\(name).norm_ih_l\(k)", G)
    recurrent = layout.add("\(name).norm_hh_l\(k)", G)
    cell = layout.add("\(name).norm_c_l\(k)", H)
    cellBias = layout.add("\(name).norm_bias_c_l\(k)", H)
  }
}
