public import Compute

/// The kinds of cell that a layer may be made of.
public enum CellKind: String, Sendable, CaseIterable {
  /// Long short-term memory (Hochreiter & Schmidhuber 1997).
  case lstm
  /// Gated recurrent units (Cho 2014), in PyTorch's form.
  case gru
  /// Simple recurrent units of tanh (Elman 1990).
  case rnn
}

/// What the cells of a model are: what a layer computes, apart from its sizes and peepholes.
public struct CellConfiguration: Sendable, Equatable {
  /// The kind; projection, norm, input gate, Mogrifier and the zoneout of c are of the LSTM alone.
  public var kind: CellKind
  /// P, the size of h where it is a projection of the cells (LSTMP, Sak 2014); nil for H.
  public var projectionSize: Int?
  /// Whether products and c are normalized (Ba 2016).
  public var layerNorm: Bool
  /// What the input gate is.
  public var inputGate: InputGate
  /// How often x and h gate each other before a step (Mogrifier, Melis 2020); 0 is never.
  public var mogrifierRounds: Int
  /// The rank of the matrices that they do it by; nil for full ones.
  public var mogrifierRank: Int?
  /// The share of c that stays as it was at each step of training, and the weight of what was before elsewhere (zoneout,
  /// Krueger 2017).
  public var zoneoutCell: Double
  /// The same of h.
  public var zoneoutHidden: Double

  /// A cell, by default the LSTM with nothing added.
  public init(
    _ kind: CellKind = .lstm, projectionSize: Int? = nil, layerNorm: Bool = false, inputGate: InputGate = .free,
    mogrifierRounds: Int = 0, mogrifierRank: Int? = nil, zoneoutCell: Double = 0, zoneoutHidden: Double = 0
  ) {
    self.kind = kind
    self.projectionSize = projectionSize
    self.layerNorm = layerNorm
    self.inputGate = inputGate
    self.mogrifierRounds = mogrifierRounds
    self.mogrifierRank = mogrifierRank
    self.zoneoutCell = zoneoutCell
    self.zoneoutHidden = zoneoutHidden
  }

  /// The gates that products are made for: the rows of W_x and W_h are so many times H.
  var gates: Int {
    switch kind {
    case .lstm: inputGate == .coupled ? 3 : 4
    case .gru: 3
    case .rnn: 1
    }
  }

  /// Whether windows of it are one operation of the device.
  public var isFused: Bool { self == CellConfiguration() }

  /// The size of h, of H cells.
  public func outputSize(_ H: Int) -> Int { projectionSize ?? H }
}
