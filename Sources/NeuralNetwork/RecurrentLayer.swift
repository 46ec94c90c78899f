public import Compute

/// A layer of a stack: an LSTM whose windows are one operation of the device, or any other cell, step by step.
public enum RecurrentLayer: Sendable {
  /// An LSTM as it was published, with or without peepholes.
  case fused(LSTMLayer)
  /// Any other cell.
  case stepwise(StepwiseLayer)

  /// Layer k of a stack, under names that begin with that of the cell, as `lstm.weight_ih_l{k}`.
  ///
  /// - Parameter isStepwise: whether an LSTM as it was published goes step by step, too.
  public init(
    _ k: Int, _ cell: CellConfiguration, inputSize I: Int, hiddenSize H: Int, peepholes: Bool, isStepwise: Bool,
    in layout: inout ParameterLayout
  ) {
    self =
      cell.isFused && !isStepwise
      ? .fused(LSTMLayer(k, inputSize: I, hiddenSize: H, peepholes: peepholes, in: &layout))
      : .stepwise(StepwiseLayer(k, cell, inputSize: I, hiddenSize: H, peepholes: peepholes, in: &layout))
  }

  /// W_h [gates · H, the size of h].
  public var recurrentWeight: Parameter {
    switch self {
    case .fused(let layer): layer.recurrentWeight
    case .stepwise(let layer): layer.recurrentWeight
    }
  }

  /// The places of both biases that open the forget gates; nil in a cell without them.
  public var forgetBiases: (input: Parameter, recurrent: Parameter, places: Range<Int>)? {
    switch self {
    case .fused(let layer): (layer.inputBias, layer.recurrentBias, layer.hiddenSize..<2 * layer.hiddenSize)
    case .stepwise(let layer):
      layer.cell.kind == .lstm
        ? (
          layer.inputBias, layer.recurrentBias,
          layer.cell.inputGate == .coupled ? 0..<layer.hiddenSize : layer.hiddenSize..<2 * layer.hiddenSize
        ) : nil
    }
  }

  /// Parameters that start at a value of their own, whatever others are drawn from.
  public var constants: [(parameter: Parameter, value: Float)] {
    guard case .stepwise(let layer) = self, let norms = layer.norms else { return [] }
    return [(norms.input, 1), (norms.recurrent, 1), (norms.cell, 1), (norms.cellBias, 0)]
  }
}

/// A layer's weights as its windows read them.
public enum LayerWeights<D: Device>: Sendable {
  /// Those of a fused layer.
  case fused(LSTMLayer, LSTMWeights<D>)
  /// Those of any other.
  case stepwise(StepwiseLayer, StepwiseWeights<D>)

  /// Room for the weights of a layer whose values are in `values`; W_x is left out where the input is products.
  public init(_ layer: RecurrentLayer, values: D.Storage, readsVectors: Bool, on device: D) {
    switch layer {
    case .fused(let layer):
      self = .fused(layer, LSTMWeights(layer, values: values, readsVectors: readsVectors, on: device))
    case .stepwise(let layer): self = .stepwise(layer, StepwiseWeights(layer, values: values, on: device))
    }
  }

  /// The numbers of the copies of a layer that goes step by step; those of others follow from their sizes.
  public var stepwiseCount: Int {
    switch self {
    case .fused: 0
    case .stepwise(_, let weights): weights.count
    }
  }

  /// Brings the weights up to date with `values`; W_h may come from elsewhere.
  public func pack(recurrent W_h: Matrix<D.Storage>? = nil, values: D.Storage, on device: D) {
    switch self {
    case .fused(let layer, let weights): weights.pack(layer, recurrent: W_h, values: values, on: device)
    case .stepwise(let layer, let weights): weights.pack(layer, recurrent: W_h, values: values, on: device)
    }
  }
}
