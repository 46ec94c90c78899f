public import Compute

/// A layer with its weights and the memory of its passes over windows of B lanes and up to T steps.
public enum LayerPass<D: Device> {
  /// Windows that are one operation of the device.
  case fused(LSTMLayer, LSTMWeights<D>, LSTMActivations<D>)
  /// Windows that go step by step.
  case stepwise(StepwiseLayer, StepwiseWeights<D>, StepwiseActivations<D>)

  /// Room for T steps of B lanes.
  ///
  /// - Parameters:
  ///   - weights: the layer's.
  ///   - resets: whether lanes may start anew within a window.
  ///   - dropsState: whether products may see a part of h alone.
  ///   - trained: whether there are backward passes.
  public init(
    _ weights: LayerWeights<D>, steps T: Int, lanes B: Int, resets: Bool, dropsState: Bool, trained: Bool, on device: D
  ) {
    switch weights {
    case .fused(let layer, let weights):
      self = .fused(layer, weights, LSTMActivations(layer, steps: T, lanes: B, on: device))
    case .stepwise(let layer, let weights):
      let room = StepwiseActivations(
        layer, rows: T * B, lanes: B, resets: resets, dropsState: dropsState, trained: trained, on: device)
      self = .stepwise(layer, weights, room)
    }
  }

  /// [(T+1)·B, the size of h]: the outputs, after the one that the window starts from.
  public var h: Matrix<D.Storage> {
    switch self {
    case .fused(_, _, let a): a.h
    case .stepwise(_, _, let a): a.h
    }
  }

  /// [(T+1)·B, H]: the cells, likewise; nil where the state is h alone.
  public var c: Matrix<D.Storage>? {
    switch self {
    case .fused(_, _, let a): a.c
    case .stepwise(_, _, let a): a.c
    }
  }

  /// The numbers that a layer which goes step by step keeps here; those of others follow from their sizes.
  public var stepwiseCount: Int {
    switch self {
    case .fused: 0
    case .stepwise(_, _, let a): a.count
    }
  }

  /// The output for T steps of B lanes, from the state in the first B rows of h and c to the one after them.
  ///
  /// - Parameters:
  ///   - input: x [T·B, I], or for a fused layer the products of tokens that `InputProducts` holds.
  ///   - steps: T.
  ///   - lanes: B.
  ///   - resets: [T·B], whether the state before a step is taken for zero; empty for nowhere.
  ///   - masks: what a layer that goes step by step drops of its state.
  public func forward(
    _ input: LSTMWindowInput<D.Storage>, steps T: Int, lanes B: Int, resets: [Bool], masks: StateMasks?, on device: D
  ) {
    switch self {
    case .fused(let layer, let weights, let a):
      layer.forward(input, steps: T, resets: resets, weights: weights, activations: a, on: device)
    case .stepwise(let layer, let weights, let a):
      layer.forward(
        vectors(of: input), steps: T, lanes: B, resets: resets, weights: weights, activations: a, masks: masks,
        on: device)
    }
  }

  /// The gradient of `forward`, truncated at the window's start; that of W_x and of the input is left to
  /// `inputBackward` or `InputProducts`.
  ///
  /// - Parameters:
  ///   - dh: [T·B, the size of h], the gradient of the outputs; it takes in what comes back through the recurrence.
  ///   - input: what the forward pass read.
  ///   - masks: what the forward pass dropped.
  ///   - scratch: memory that fused layers share.
  ///   - gradients: the flat buffer whose places of this layer's parameters are overwritten.
  public func backward(
    dh: Matrix<D.Storage>, input: LSTMWindowInput<D.Storage>, steps T: Int, lanes B: Int, resets: [Bool],
    masks: StateMasks?, scratch: LSTMScratch<D>, gradients: D.Storage, on device: D
  ) {
    switch self {
    case .fused(let layer, let weights, let a):
      layer.backward(
        dh: dh, input: input, steps: T, resets: resets, weights: weights, activations: a, scratch: scratch,
        gradients: gradients, on: device)
    case .stepwise(let layer, let weights, let a):
      layer.backward(
        x: vectors(of: input), dh: dh, steps: T, lanes: B, resets: resets, weights: weights, activations: a,
        masks: masks, gradients: gradients, on: device)
    }
  }

  /// The gradients of W_x, and of x [T·B, I] into dx, after `backward`.
  public func inputBackward(
    x: Matrix<D.Storage>, values: D.Storage, dx: Matrix<D.Storage>, gradients: D.Storage, on device: D
  ) {
    switch self {
    case .fused(let layer, _, let a):
      layer.inputBackward(x: x, values: values, activations: a, dx: dx, gradients: gradients, on: device)
    case .stepwise(let layer, let weights, let a):
      layer.inputBackward(x: x, weights: weights, activations: a, dx: dx, gradients: gradients, on: device)
    }
  }

  private func vectors(of input: LSTMWindowInput<D.Storage>) -> Matrix<D.Storage> {
    guard case .vectors(let x) = input else { preconditionFailure("products for a layer that goes step by step") }
    return x
  }
}
