internal import Compute
internal import LanguageModeling
internal import Synchronization
internal import TokenFiles

/// Measures a model on a text that it is not trained on.
struct Evaluator<D: Device> {
  let network: LSTMNetwork
  let boundary: TokenID
  let device: D
  let workers: Workers

  /// The mean of -ln p(token), in nats, over B lanes that each start without a state.
  ///
  /// With one lane it is the figure of the whole text, state carried. With more it is a little higher, since every
  /// lane starts anew, and much faster; the text's last tokens, fewer than B, are left out.
  func loss(of tokens: any TokenSequence, lanes: Int, steps: Int, weights: NetworkWeights<D>) -> Double {
    let B = max(1, min(lanes, tokens.count / (4 * steps)))
    let groups = min(B, 4)
    let sums = Mutex([Double](repeating: 0, count: groups))
    workers.run(groups) { g in
      let sum = logProbability(of: tokens, lanes: B * g / groups..<B * (g + 1) / groups, of: B, steps, weights)
      sums.withLock { $0[g] = sum }
    }
    return -sums.withLock { $0.reduce(0, +) } / Double(tokens.count / B * B)
  }

  /// Σ ln p(token) over some of B lanes.
  private func logProbability(
    of tokens: any TokenSequence, lanes: Range<Int>, of B: Int, _ steps: Int, _ weights: NetworkWeights<D>
  ) -> Double {
    let reader = LaneReader(
      tokens: tokens, boundary: boundary, laneLength: tokens.count / B, lanes: lanes, steps: steps)
    let context = device.makeContext()
    let window = Window(network, steps: steps, lanes: lanes.count, trained: false, on: context)
    let state = LSTMState(network.configuration, lanes: lanes.count, on: context)
    var batch = Batch()
    var logProbabilities: [Double] = []
    var sum = 0.0
    for w in 0..<reader.windows {
      reader.read(window: w, into: &batch)
      if logProbabilities.count != batch.targets.count {
        logProbabilities = [Double](repeating: 0, count: batch.targets.count)
      }
      let h = window.forward(batch.inputs, weights: weights, state: state)
      window.logProbabilities(h, targets: batch.targets, weights: weights, into: &logProbabilities)
      sum = logProbabilities.reduce(sum, +)
    }
    return sum
  }
}
