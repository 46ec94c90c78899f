public import Compute
internal import NeuralNetwork
public import TokenFiles

/// A stacked LSTM with its values, ready to predict.
///
/// Step by step and window by window go through the same layers and give the same bits, as do one lane and many. A
/// model keeps memory for its passes, so one thread uses it at a time.
public final class LSTMLanguageModel<D: Device>: LanguageModel {
  /// h and c of every layer.
  public typealias State = LSTMState<D>

  /// The layers.
  public let network: LSTMNetwork
  /// The values.
  public let weights: NetworkWeights<D>
  private let device: D
  private var window: Window<D>

  /// The model of values that are already packed.
  public init(_ network: LSTMNetwork, weights: NetworkWeights<D>, on device: D) {
    self.network = network
    self.weights = weights
    self.device = device
    window = Window(network, weights: weights, steps: 1, lanes: 1, trained: false, on: device)
  }

  /// V, the number of tokens that the model gives a probability to.
  public var vocabularySize: Int { network.configuration.vocabularySize }

  /// The state of `lanes` streams before their first token.
  public func initialState(lanes: Int) -> LSTMState<D> {
    LSTMState(network.configuration, lanes: lanes, on: device)
  }

  /// Reads one token in each lane and gives the logits of the next.
  public func step(_ tokens: [TokenID], state: inout LSTMState<D>, logits: inout [Float]) {
    makeRoom(steps: 1, lanes: state.lanes)
    let h = window.forward(tokens, weights: weights, state: state)
    let block = network.output.block(of: window.lanes * window.steps)
    if h.rows <= block {
      device.download(window.logits(h, weights: weights), to: &logits)
      return
    }
    var part: [Float] = []
    logits.removeAll(keepingCapacity: true)
    for start in stride(from: 0, to: h.rows, by: block) {
      let rows = h.rows(start..<min(start + block, h.rows))
      device.download(window.logits(rows, weights: weights), to: &part)
      logits.append(contentsOf: part)
    }
  }

  /// A new state with the chosen lanes of another, in the order given; a lane may be chosen several times.
  public func select(_ lanes: [Int], from state: LSTMState<D>) -> LSTMState<D> {
    let chosen = initialState(lanes: lanes.count)
    for (to, from) in lanes.enumerated() { chosen.copy(lane: from, of: state, to: to, on: device) }
    return chosen
  }

  /// The log-probability of each target given the inputs up to it.
  public func logProbabilities(
    of targets: [TokenID], given inputs: [TokenID], state: inout LSTMState<D>,
    into logProbabilities: inout [Double]
  ) {
    precondition(targets.count == inputs.count, "\(targets.count) targets for \(inputs.count) inputs")
    if logProbabilities.count != targets.count {
      logProbabilities = [Double](repeating: 0, count: targets.count)
    }
    makeRoom(steps: inputs.count / state.lanes, lanes: state.lanes)
    let h = window.forward(inputs, weights: weights, state: state)
    window.logProbabilities(h, targets: targets, weights: weights, into: &logProbabilities)
  }

  /// A window is made anew when one of another number of lanes, or a longer one, is asked for.
  private func makeRoom(steps: Int, lanes: Int) {
    if window.lanes != lanes || window.steps < steps {
      window = Window(network, weights: weights, steps: steps, lanes: lanes, trained: false, on: device)
    }
  }
}
