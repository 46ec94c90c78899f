internal import Compute

/// A model of random values, for measurements.
///
/// - Throws: `DataError` when the machine's memory does not hold it.
func randomModel(
  _ configuration: ModelConfiguration, _ format: WeightFormat, team: ThreadTeam?
) throws(DataError) -> LSTMLanguageModel<CPUDevice> {
  let network = LSTMNetwork(configuration)
  // The values, and as many again for the weights that are made of them.
  guard network.parameterCount <= SystemLimits.memory / 8 else {
    throw DataError(
      .usage, "a model of \(network.parameterCount) parameters does not fit into memory; take fewer units or layers")
  }
  let device = CPUDevice(team: team)
  let values = device.allocate(network.parameterCount)
  Initialization().fill(values, of: network, seed: 1, on: device)
  return LSTMLanguageModel(network, values: values, format: format, on: device)
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
