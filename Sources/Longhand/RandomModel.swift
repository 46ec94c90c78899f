internal import Compute

/// A model of random values, for measurements.
func randomModel(
  _ configuration: ModelConfiguration, _ format: WeightFormat, team: ThreadTeam?
) -> LSTMLanguageModel<CPUDevice> {
  let network = LSTMNetwork(configuration)
  let device = CPUDevice(team: team)
  let values = device.allocate(network.parameterCount)
  Initialization().fill(values, of: network, seed: 1, on: device)
  let weights = InferenceWeights(network, values: values, format: format, on: device)
  return LSTMLanguageModel(network, weights: weights, on: device)
}

/// Tokens without a pattern.
func randomTokens(_ count: Int, vocabularySize V: Int) -> [TokenID] {
  var generator = Philox4x32(seed: 1)
  return (0..<count).map { _ in TokenID.random(in: 0..<TokenID(V), using: &generator) }
}

extension ModelConfiguration {
  /// The floating-point operations of one token, forward: two for each parameter that is not the embedding's.
  var operationsPerToken: Double {
    2 * Double(LSTMNetwork(self).parameterCount - (tied ? 0 : vocabularySize * embeddingSize))
  }
}
