internal import LanguageModeling
internal import NeuralNetwork

extension Trainer {
  /// The bytes of all buffers: values with their packed copies, moments, gradients of every shard, activations.
  var memory: Int {
    let model = network.configuration
    let (V, E, H, L) = (model.vocabularySize, model.embeddingSize, model.hiddenSize, model.layers)
    let perParameter =
      1 + configuration.optimizer.momentCount + replicas.shards.count
      + (configuration.accumulation > 1 ? 1 : 0)
      + (averages.means.isEmpty ? 0 : averages.means.count + 1)
    let packed = L * 12 * H * H  // the weights of every layer in the order of its products
    // Of each token: its embedding, every layer's gates, h, c and dropped output, and two buffers of gradients.
    let perToken = E + L * (configuration.dropout > 0 ? 7 : 6) * H + 2 * max(E, H)
    let rows = configuration.batch * replicas.plan.mostSteps
    let logits = V * network.output.block(of: rows / replicas.shards.count) * replicas.shards.count
    return 4 * (network.parameterCount * perParameter + packed + rows * perToken + logits)
  }
}
