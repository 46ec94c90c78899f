internal import Compute
internal import DataFiles
internal import LanguageModeling
internal import NeuralNetwork

extension Trainer {
  /// Refuses values and moments that are no longer finite, so that they are never saved.
  func requireFinite() throws(DataError) {
    for buffer in [weights.values] + optimizer.moments {
      guard device.sumOfSquares(network.layout.all(of: buffer)).isFinite else {
        throw notFinite("step \(progress.step) left numbers that are not finite")
      }
    }
  }

  /// What to say when a loss or another number is no longer finite: where that began, and what helps.
  func notFinite(_ finding: String) -> DataError {
    // What spoils a gradient spreads from the last parameter to the first, and values and moments are made of gradients.
    func culprit(in buffer: D.Storage) -> String? {
      network.layout.parameters.last { !device.sumOfSquares($0.view(in: buffer).flattened).isFinite }?.name
    }
    let place =
      culprit(in: weights.values).map { "the values of \($0) are not finite" }
      ?? optimizer.moments.lazy.compactMap(culprit).first.map { "a moment of \($0) is not finite" }
      ?? culprit(in: replicas.gradients[0]).map { "the gradient of \($0) is not finite" }
      ?? "every single value and gradient is finite"
    divergence = "\(finding): \(place)"
    let clip = configuration.optimizer.clip
    return DataError(
      .data,
      "\(finding): \(place). Nothing of it was saved, and a checkpoint there is stays whole. Start again with a lower "
        + "--learning-rate (it was \(configuration.optimizer.learningRate)) or a \(clip > 0 ? "lower --clip" : "--clip, such as 1")"
    )
  }
}
