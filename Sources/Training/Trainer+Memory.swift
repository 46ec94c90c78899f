internal import LanguageModeling
internal import NeuralNetwork

extension Trainer {
  /// The bytes of all buffers of this process: values with their packed copies, moments, gradients of every shard,
  /// activations.
  var memory: Int {
    let model = network.configuration
    let (V, E, H, L) = (model.vocabularySize, model.embeddingSize, model.hiddenSize, model.layers)
    let S = model.layerSize
    let perParameter =
      1 + configuration.optimizer.momentCount + replicas.shards.count
      + (configuration.accumulation > 1 ? 1 : 0)
      + (averages.means.isEmpty ? 0 : averages.means.count + 1)
    // The weights of every fused layer in the order of its products; other layers count what they take themselves.
    let isFused = network.isFused
    let packed = isFused ? L * 12 * H * H : 0
    let stepwise = replicas.shards.reduce(weights.stepwiseCount) { $0 + $1.window.stepwiseCount }
    let regularization = configuration.regularization
    let masks =
      (regularization.embeddingDropout > 0 ? 2 * V : 0)
      + (regularization.weightDropout > 0 ? network.layers[0].recurrentWeight.count : 0)
    let dropped = (0..<L).count { regularization.dropout(ofLayer: $0, of: L) > 0 }
    // Of each token: its embedding, every layer's gates, h and c, dropped outputs, what is projected, and two buffers of
    // gradients.
    let perToken = E + (isFused ? 6 * L * H : 0) + dropped * S + (network.projection == nil ? 0 : E) + 2 * max(E, S)
    let rows = replicas.shards.reduce(0) { $0 + $1.state.lanes } * replicas.plan.mostSteps
    let output =
      network.output.passSize(rows: rows / replicas.shards.count, sample: configuration.softmaxSamples)
      * replicas.shards.count
    return 4 * (network.parameterCount * perParameter + packed + stepwise + masks + rows * perToken + output)
      + reducer.memory
  }
}
