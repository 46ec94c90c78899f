public import Compute

/// One layer that goes step by step: a product of the state before, and the cells of all lanes.
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
/// Sequences are time-major: row t·B + b.
public struct StepwiseLayer: Sendable {
  /// What its cells are.
  public let cell: CellConfiguration
  /// I, the size of x.
  public let inputSize: Int
  /// H, the number of cells.
  public let hiddenSize: Int
  /// W_x [gates · H, I].
  public let inputWeight: Parameter
  /// W_h [gates · H, H].
  public let recurrentWeight: Parameter
  /// b_x [gates · H].
  public let inputBias: Parameter
  /// b_h [gates · H].
  public let recurrentBias: Parameter

  /// Layer k of a stack, under PyTorch's names behind that of the cell, as `gru.weight_ih_l{k}`.
  public init(
    _ k: Int, _ cell: CellConfiguration, inputSize I: Int, hiddenSize H: Int, in layout: inout ParameterLayout
  ) {
    self.cell = cell
    inputSize = I
    hiddenSize = H
    let (name, rows) = (cell.kind.rawValue, cell.gates * H)
    inputWeight = layout.add("\(name).weight_ih_l\(k)", rows, I)
    recurrentWeight = layout.add("\(name).weight_hh_l\(k)", rows, H)
    inputBias = layout.add("\(name).bias_ih_l\(k)", rows)
    recurrentBias = layout.add("\(name).bias_hh_l\(k)", rows)
  }

  /// The gates of all cells.
  var gateSize: Int { cell.gates * hiddenSize }

  /// Whether the products of the state go into the cell apart from those of the input, so that their gradients differ.
  var keepsRecurrentProducts: Bool { cell.kind == .gru }
}
