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

  /// What to say when a loss or another number is no longer finite: where it shows, a gradient where that began, and what helps.
  func notFinite(_ finding: String) -> DataError {
    func culprits(in buffer: D.Storage) -> [String] {
      network.layout.parameters.filter { !device.sumOfSquares($0.view(in: buffer).flattened).isFinite }.map(\.name)
    }
    var place = "every single value and gradient is finite"
    if let name = culprits(in: weights.values).first {
      place = "the values of \(name) are not finite"
    } else if let name = optimizer.moments.flatMap(culprits).first {
      place = "a moment of \(name) is not finite"
    } else if let name = culprits(in: replicas.gradients[0]).last {
      // What spoils a gradient spreads from the last parameter to the first.
      place = "the gradient of \(name) is not finite"
    }
    divergence = "\(finding): \(place)"
    let clip = configuration.optimizer.clip
    return DataError(
      .data,
      "\(finding): \(place). Nothing of it was saved, and a checkpoint there is stays whole. Start again with a lower "
        + "--learning-rate (it was \(configuration.optimizer.learningRate)) or a \(clip > 0 ? "lower --clip" : "--clip, such as 1")"
    )
  }
}
