internal import Compute
public import DataFiles
public import LanguageModeling
internal import NeuralNetwork

/// How far training has taken a model from the one that it started from.
public struct ChangeReport: Sendable {
  /// The loss of the model that the run started from, on the whole validation text, in nats per token.
  public let validationLoss: Double?
  /// Of every tensor ‖new - old‖ / ‖old‖.
  public let changes: [(name: String, change: Double)]
}

extension Trainer {
  /// Takes the values of a model of the run's shape, before the first step.
  ///
  /// - Throws: `DataError` when it is of another shape or cannot be read.
  public func start(from file: ModelFile) throws(DataError) {
    guard file.configuration == network.configuration else {
      throw DataError(.data, "the model that the run started from is of another shape now; start a new run")
    }
    try file.load(into: weights.values, of: network, on: device)
    packWeights()
  }

  /// Compares the present values with those of the model that the run started from; the trainer holds the latter
  /// afterwards.
  ///
  /// - Throws: `DataError` when that model cannot be read.
  public func changes(from file: ModelFile) throws(DataError) -> ChangeReport {
    let layout = network.layout
    let difference = device.allocate(layout.count)
    device.copy(layout.all(of: weights.values), to: layout.all(of: difference))
    try start(from: file)
    device.add(layout.all(of: weights.values), times: -1, to: layout.all(of: difference))
    func norm(_ parameter: Parameter, _ storage: D.Storage) -> Double {
      device.sumOfSquares(parameter.view(in: storage).flattened).squareRoot()
    }
    let changes = layout.parameters.map { parameter in
      let old = norm(parameter, weights.values)
      return (parameter.name, old > 0 ? norm(parameter, difference) / old : 0)
    }
    return ChangeReport(validationLoss: validationLoss(lanes: 1), changes: changes)
  }
}
