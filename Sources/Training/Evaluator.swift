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
      tokens: tokens, boundary: boundary, laneLength: tokens.count / B, lanes: 0..<B)
    let window = Window(
      network, weights: weights, steps: min(steps, reader.laneLength), lanes: B, trained: false, on: device)
    let state = LSTMState(network.configuration, lanes: B, on: device)
    var batch = Batch()
    var logProbabilities: [Double] = []
    var sum = 0.0
    for start in stride(from: 0, to: reader.laneLength, by: steps) {
      reader.read(start..<min(start + steps, reader.laneLength), into: &batch)
      logProbabilities.resize(to: batch.targets.count)
      let h = window.forward(batch.inputs, weights: weights, state: state)
      window.logProbabilities(h, targets: batch.targets, weights: weights, into: &logProbabilities)
      sum = logProbabilities.reduce(sum, +)
    }
    return -sum / Double(tokens.count / B * B)
  }
}
