/// The kinds of cell that a layer may be made of.
public enum CellKind: String, Sendable, CaseIterable {
  /// Long short-term memory (Hochreiter & Schmidhuber 1997).
  case lstm
  /// Gated recurrent units (Cho 2014), in PyTorch's form.
  case gru
  /// Simple recurrent units of tanh (Elman 1990).
  case rnn
}

/// What the cells of a model are.
public struct CellConfiguration: Sendable, Equatable {
  /// The kind.
  public var kind: CellKind

  /// A cell.
  public init(_ kind: CellKind = .lstm) {
    self.kind = kind
  }

  /// The gates that products are made for: the rows of W_x and W_h are so many times H.
  var gates: Int {
    switch kind {
    case .lstm: 4
    case .gru: 3
    case .rnn: 1
    }
  }

  /// Whether windows of it are one operation of the device.
  public var isFused: Bool { kind == .lstm }
}
