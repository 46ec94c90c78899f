/// What a layer reads at every step of a window.
public enum LSTMWindowInput<Storage: DeviceStorage>: Sendable {
  /// x [T·B, I].
  case vectors(Matrix<Storage>)
  /// The products x · W_xᵀ [V, 4H] of every token that there is, and which of them stands at each place [T·B].
  case products(Matrix<Storage>, tokens: [UInt32])

  /// The token at each place; none where vectors are read.
  var tokens: [UInt32] {
    switch self {
    case .vectors: []
    case .products(_, let tokens): tokens
    }
  }
}

/// T steps of B lanes of an LSTM layer: gates stand in the order i, f, g, o, peepholes [1, 3H] in the order i, o, f.
public struct LSTMWindow<Storage: DeviceStorage>: Sendable {
  /// What comes in.
  public let input: LSTMWindowInput<Storage>
  /// b [1, 4H].
  public let bias: Matrix<Storage>
  /// p [1, 3H].
  public let peepholes: Matrix<Storage>?
  /// B.
  public let lanes: Int
  /// [T·B]: whether the state before a step is taken for zero, as at a text's start; empty for nowhere.
  public let resets: [Bool]
  /// [(T+1)·B, H]: the outputs, after the one that the window starts from.
  public let h: Matrix<Storage>
  /// [(T+1)·B, H]: the cells, likewise.
  public let c: Matrix<Storage>
  /// [T·B, 4H]: the activations of the gates after the forward pass, the gradients of their pre-activations after the
  /// backward pass.
  public let gates: Matrix<Storage>

  /// A window whose shapes agree.
  public init(
    _ input: LSTMWindowInput<Storage>, bias: Matrix<Storage>, peepholes: Matrix<Storage>?, lanes B: Int,
    resets: [Bool], h: Matrix<Storage>, c: Matrix<Storage>, gates: Matrix<Storage>
  ) {
    let (rows, H) = (gates.rows, h.columns)
    precondition(
      B > 0 && rows % B == 0 && gates.columns == 4 * H && h.rows == rows + B && h.isContiguous && c.isContiguous
        && gates.isContiguous, "gates [\(rows), \(gates.columns)] and h [\(h.rows), \(H)] for \(B) lanes")
    requireSameShape(h, c)
    precondition(bias.count == 4 * H && bias.isContiguous, "bias [\(bias.count)] of [\(4 * H)]")
    precondition(
      peepholes.map { $0.count == 3 * H && $0.isContiguous } ?? true,
      "peepholes [\(peepholes?.count ?? 0)] of 3 · \(H)")
    switch input {
    case .vectors(let x):
      precondition(x.rows == rows && x.isContiguous, "x [\(x.rows), \(x.columns)] for \(rows) rows")
    case .products(let table, let tokens):
      precondition(
        table.columns == 4 * H && table.isContiguous && tokens.count == rows
          && tokens.allSatisfy { $0 < table.rows },
        "\(tokens.count) tokens of [\(table.rows), \(table.columns)] for \(rows) rows")
    }
    precondition(resets.isEmpty || resets.count == rows, "\(resets.count) resets for \(rows) rows")
    self.input = input
    self.bias = bias
    self.peepholes = peepholes
    lanes = B
    self.resets = resets
    self.h = h
    self.c = c
    self.gates = gates
  }

  /// T.
  public var steps: Int { gates.rows / lanes }
  /// H.
  public var hiddenSize: Int { h.columns }
  /// I, or 0 where the input is products.
  public var inputSize: Int { if case .vectors(let x) = input { x.columns } else { 0 } }

  /// The rows of step t; step 0 of h and c is the state before the window.
  public func rows(ofStep t: Int) -> Range<Int> { t * lanes..<(t + 1) * lanes }
}
