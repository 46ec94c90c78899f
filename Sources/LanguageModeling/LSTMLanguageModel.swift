public import Compute
internal import NeuralNetwork
public import TokenFiles

/// A stack of LSTM or other layers with its values, ready to predict.
///
/// Step by step and window by window give the same bits, as do one lane and many, and any number of threads. A model
/// keeps memory for its passes, so one thread uses it at a time; `makeContext` makes one for another thread.
public final class LSTMLanguageModel<D: Device>: LanguageModel, @unchecked Sendable {
  /// h and c of every layer.
  public typealias State = LSTMModelState<D>

  /// The layers.
  public let network: LSTMNetwork
  /// The values.
  public let weights: InferenceWeights<D>
  /// What log-probabilities divide the logits by, as a softmax's temperature; 1 takes the model as it was trained.
  public var temperature = 1.0
  private let device: D
  /// Memory of states that nobody needs any more.
  private var spare: [LSTMStateMemory<D>] = []
  private var room: PassRoom<D>

  /// The model of some values.
  public init(_ network: LSTMNetwork, weights: InferenceWeights<D>, on device: D) {
    self.network = network
    self.weights = weights
    self.device = device
    room = PassRoom(network, weights, rows: 1, on: device)
  }

  /// The model of flat values, as the network lays them out, its weights held in a format.
  public convenience init(
    _ network: LSTMNetwork, values: D.Storage, format: WeightFormat = .float32, on device: D
  ) {
    self.init(network, weights: InferenceWeights(network, values: values, format: format, on: device), on: device)
  }

  /// A model of the same values with memory of its own, for another thread.
  public func makeContext() -> LSTMLanguageModel {
    let other = LSTMLanguageModel(network, weights: weights, on: device.makeContext())
    other.temperature = temperature
    return other
  }

  /// V, the number of tokens that the model gives a probability to.
  public var vocabularySize: Int { network.configuration.vocabularySize }

  /// The state of `lanes` streams before their first token.
  public func initialState(lanes: Int) -> LSTMModelState<D> {
    let zero = LSTMStateMemory(network.configuration, lanes: 0, on: device)
    return LSTMModelState(memory: zero, rows: [UInt32](repeating: zero.zeroRow, count: lanes))
  }

  /// A state with the chosen lanes of another, in the order given; nil is a stream before its first token.
  ///
  /// Nothing is copied: the next step reads each lane where it is.
  public func select(_ lanes: [Int?], from state: LSTMModelState<D>) -> LSTMModelState<D> {
    LSTMModelState(memory: state.memory, rows: lanes.map { $0.map { state.rows[$0] } ?? state.memory.zeroRow })
  }

  /// Reads one token in each lane and gives the logits of the next.
  public func step(_ tokens: [TokenID], state: inout LSTMModelState<D>, logits: inout [Float]) {
    precondition(tokens.count == state.lanes, "\(tokens.count) tokens for \(state.lanes) lanes")
    let h = forward(tokens[...], state: &state)
    let block = room.block
    if h.rows <= block {
      device.download(room.output.logits(projected(h)), to: &logits)
      return
    }
    var part: [Float] = []
    logits.removeAll(keepingCapacity: true)
    for start in stride(from: 0, to: h.rows, by: block) {
      device.download(room.output.logits(projected(h.rows(start..<min(start + block, h.rows)))), to: &part)
      logits.append(contentsOf: part)
    }
  }

  /// The log-probability of each target given the inputs up to it.
  public func logProbabilities(
    of targets: [TokenID], given inputs: [TokenID], state: inout LSTMModelState<D>,
    into logProbabilities: inout [Double]
  ) {
    precondition(targets.count == inputs.count, "\(targets.count) targets for \(inputs.count) inputs")
    if logProbabilities.count != targets.count {
      logProbabilities = [Double](repeating: 0, count: targets.count)
    }
    let part = max(1, PassRoom<D>.window / state.lanes) * state.lanes
    for start in stride(from: 0, to: inputs.count, by: part) {
      let rows = start..<min(start + part, inputs.count)
      let h = forward(inputs[rows], state: &state)
      for first in stride(from: 0, to: h.rows, by: room.block) {
        let block = first..<min(first + room.block, h.rows)
        let places = start + block.lowerBound..<start + block.upperBound
        let y = projected(h.rows(block))
        if temperature == 1 {
          room.output.logProbabilities(y, targets: targets[places], into: &logProbabilities, at: places.lowerBound)
        } else {
          let logits = room.output.logits(y)
          device.add(logits, times: 1 / temperature - 1, to: logits)
          device.logProbability(
            logits: logits, targets: targets[places], into: &logProbabilities, at: places.lowerBound)
        }
      }
    }
  }

  /// Runs the stack over T·B tokens and advances the state; the last layer's outputs [T·B, S] come back.
  private func forward(_ tokens: ArraySlice<TokenID>, state: inout LSTMModelState<D>) -> Matrix<D.Storage> {
    let (rows, B) = (tokens.count, state.lanes)
    precondition(rows > 0 && rows % B == 0, "\(rows) tokens for \(B) lanes")
    if room.rows < rows { room = PassRoom(network, weights, rows: rows, on: device) }
    room.resets.mark(network.configuration.documentBoundary, in: tokens)
    let next = takeMemory(lanes: B)
    var input = firstInput(tokens)
    var h = room.x
    for k in weights.layers.indices {
      switch weights.layers[k] {
      case .fused(let layer):
        h = room.outputs[k % 2].rows(0..<rows)
        device.lstmSteps(
          layer, input, from: LSTMLanes(rows: state.rows, h: state.memory.h[k], c: state.memory.c[k]),
          resets: room.resets, h: h, c: next.c[k].rows(0..<B))
      case .stepwise(let layer, let weights):
        h = steps(of: layer, k, weights, input, state, next)
      }
      device.copy(h.rows(rows - B..<rows), to: next.h[k].rows(0..<B))
      input = .vectors(h)
    }
    if isKnownUniquelyReferenced(&state.memory) { giveBack(state.memory) }
    state = LSTMModelState(memory: next, rows: next.rows)
    return h
  }

  /// The outputs of layer k, which goes step by step from a state to the next.
  private func steps(
    of layer: StepwiseLayer, _ k: Int, _ weights: StepwiseWeights<D>, _ input: LSTMInput<D.Storage>,
    _ state: LSTMModelState<D>, _ next: LSTMStateMemory<D>
  ) -> Matrix<D.Storage> {
    guard case .vectors(let x) = input else { preconditionFailure("tokens for a layer that goes step by step") }
    let (a, B) = (room.steps[k], state.lanes)
    device.gatherRows(state.memory.h[k], state.rows, into: a.h.rows(0..<B))
    if let c = a.c { device.gatherRows(state.memory.c[k], state.rows, into: c.rows(0..<B)) }
    layer.forward(
      x, steps: x.rows / B, lanes: B, resets: room.resets, weights: weights, activations: a, on: device)
    if let c = a.c { device.copy(c.rows(x.rows..<x.rows + B), to: next.c[k].rows(0..<B)) }
    return a.outputs(steps: x.rows / B, lanes: B)
  }

  private func firstInput(_ tokens: ArraySlice<TokenID>) -> LSTMInput<D.Storage> {
    guard let embedding = weights.embedding else { return .tokens(tokens) }
    let x = room.x.rows(0..<tokens.count)
    room.ids.removeAll(keepingCapacity: true)
    room.ids.append(contentsOf: tokens)
    device.gatherRows(embedding, room.ids, into: x)
    return .vectors(x)
  }

  /// What the output reads of the last layer's outputs; at most as many rows as a block holds.
  private func projected(_ h: Matrix<D.Storage>) -> Matrix<D.Storage> {
    guard let projection = weights.projection, let projected = room.projected else { return h }
    let y = projected.rows(0..<h.rows)
    device.affine(h, projection, bias: weights.noBias, into: y)
    return y
  }

  private func takeMemory(lanes: Int) -> LSTMStateMemory<D> {
    for place in spare.indices where spare[place].rows.count == lanes { return spare.remove(at: place) }
    return LSTMStateMemory(network.configuration, lanes: lanes, on: device)
  }

  private func giveBack(_ memory: LSTMStateMemory<D>) {
    if spare.count == 2 { spare.removeFirst() }
    spare.append(memory)
  }
}
