import Compute
import DataFiles
import Goldens
import NeuralNetwork
import TensorFiles

@testable import LanguageModeling

/// A network with values on a device.
struct TestModel<D: ComparedDevice> {
  let device = D()
  let network: LSTMNetwork
  let weights: NetworkWeights<D>

  /// Values drawn from a seed; a large enough window has the first layer read products of tokens.
  init(
    _ configuration: ModelConfiguration, seed: UInt64, windowSize: Int = 0,
    regularization: Regularization = Regularization(), softmaxSamples: Int? = nil
  ) {
    network = LSTMNetwork(configuration, isStepwise: regularization.stateDropout > 0)
    weights = NetworkWeights(
      network, windowSize: windowSize, regularization: regularization, softmaxSamples: softmaxSamples, on: device)
    Initialization().fill(weights.values, of: network, seed: seed, on: device)
    weights.pack(on: device)
  }

  /// The values of a golden file.
  init(
    _ golden: Golden, windowSize: Int = 0, regularization: Regularization = Regularization(), isStepwise: Bool = false
  ) throws {
    let configuration = try ModelConfiguration(
      vocabularySize: golden.size("V"), embeddingSize: golden.size("E"), hiddenSize: golden.size("H"),
      layers: golden.size("L"), cell: CellConfiguration(members: golden.description["members"] ?? .object([])),
      peepholes: golden.description["peepholes"] == .bool(true), tied: golden.description["tied"] == .bool(true),
      adaptiveSoftmax: golden.description["cutoffs"]?.arrayValue.map {
        AdaptiveSoftmaxShape(cutoffs: $0.compactMap(\.intValue), divisor: golden.size("divisor"))
      })
    network = LSTMNetwork(configuration, isStepwise: isStepwise)
    weights = NetworkWeights(network, windowSize: windowSize, regularization: regularization, on: device)
    for parameter in network.layout.parameters {
      device.put(try golden.doubles("parameters/" + parameter.name), into: parameter.view(in: weights.values))
    }
    weights.pack(on: device)
  }

  /// The model that predicts.
  var model: LSTMLanguageModel<D> { model(.float32) }

  /// The model that predicts, its weights held in a format.
  func model(_ format: WeightFormat, on other: D? = nil) -> LSTMLanguageModel<D> {
    let weights = InferenceWeights(network, values: weights.values, format: format, on: device)
    return LSTMLanguageModel(network, weights: weights, on: other ?? device)
  }

  /// The gradients of one training step, after ln p of every target; masks drop what the regularization says.
  func gradients(
    _ inputs: [UInt32], targets: [UInt32], lanes B: Int, state: LSTMState<D>, scale: Float = 1, dropout: Dropout?
  ) -> [Double] {
    let window = Window(
      network, weights: weights, steps: inputs.count / B, lanes: B, trained: true, on: device)
    let gradients = device.allocate(network.parameterCount)
    var logProbabilities = targets.map { _ in 0.0 }
    weights.pack(on: device)
    if let dropout { weights.drop(dropout, on: device) }
    weights.drawSample(seed: 3, pass: 4, on: device)
    window.trainingStep(
      inputs, targets: targets, scale: scale, weights: weights, state: state, dropout: dropout, gradients: gradients,
      logProbabilities: &logProbabilities)
    return logProbabilities + device.doubles(network.layout.all(of: gradients))
  }

  /// The state of lanes before their first token.
  func zeroState(lanes: Int) -> LSTMState<D> { LSTMState(network.configuration, lanes: lanes, on: device) }

  /// The state that a golden file starts from.
  func state(_ golden: Golden) throws -> LSTMState<D> {
    let state = zeroState(lanes: golden.size("B"))
    for (name, layers) in [("h0", state.h), ("c0", state.c)] where !layers.isEmpty {
      let numbers = try golden.doubles(name)
      for (k, x) in layers.enumerated() {
        device.put(Array(numbers[k * x.count..<(k + 1) * x.count]), into: x)
      }
    }
    return state
  }

  /// h of every layer, then c of every layer.
  func numbers(_ state: LSTMState<D>) -> [Double] { (state.h + state.c).flatMap { device.doubles($0) } }

  /// The same of the lanes of a model's state.
  func numbers(_ state: LSTMModelState<D>) -> [Double] {
    (state.memory.h + state.memory.c).flatMap { x in
      state.rows.flatMap { device.doubles(x.rows(Int($0)..<Int($0) + 1)) }
    }
  }
}

/// Random tokens below V.
func randomTokens(_ count: Int, below V: Int, using generator: inout Philox4x32) -> [UInt32] {
  (0..<count).map { _ in UInt32.random(in: 0..<UInt32(V), using: &generator) }
}
