internal import Compute
internal import LanguageModeling
internal import TokenFiles

/// Measures a model on a text that it is not trained on.
struct Evaluator<D: Device> {
  let network: LSTMNetwork
  let boundary: TokenID
  let device: D

  /// The mean of -ln p(token), in nats, over B lanes that each start without a state.
  ///
  /// With one lane it is the figure of the whole text, state carried. With more it is a little higher, since every
  /// lane starts anew, and much faster; the text's last tokens, fewer than B, are left out.
  func loss(of tokens: any TokenSequence, lanes: Int, steps: Int, weights: NetworkWeights<D>) -> Double {
    let B = max(1, min(lanes, tokens.count / (4 * steps)))
    var reader = LaneReader(
      tokens: tokens, boundary: boundary, laneLength: tokens.count / B, lanes: 0..<B, steps: steps)
    let window = Window(network, weights: weights, steps: steps, lanes: B, trained: false, on: device)
    let state = LSTMState(network.configuration, lanes: B, on: device)
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
    return -sum / Double(tokens.count / B * B)
  }
}
