internal import Compute
internal import DataFiles
internal import LanguageModeling
internal import NeuralNetwork

extension Trainer {
  /// What to say when a loss or a gradient is no longer finite: where it shows first, and what helps.
  func notFinite(loss: Double, norm: Double, rate: Double) -> DataError {
    let gradients = replicas.gradients[0]
    let culprit = network.layout.parameters.first {
      !device.sumOfSquares($0.view(in: gradients).flattened).isFinite
    }
    let broken = network.layout.parameters.first {
      !device.sumOfSquares($0.view(in: weights.values).flattened).isFinite
    }
    let place =
      broken.map { "the values of \($0.name) are not finite" }
      ?? culprit.map { "the gradient of \($0.name) is not finite" } ?? "every single value and gradient is finite"
    return DataError(
      .data,
      "step \(progress.step + 1) gave a loss of \(loss) and a gradient of norm \(norm): \(place). Nothing of it was "
        + "saved; the last checkpoint is whole. Start again with a lower --learning-rate (it was \(rate)) or a lower "
        + "--clip")
  }
}
