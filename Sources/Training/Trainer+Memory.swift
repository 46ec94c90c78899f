internal import DataFiles
internal import LanguageModeling
internal import MessagePassing
internal import NeuralNetwork

extension Trainer {
  /// The bytes that a run takes in this process at least: its values with moments, gradients of every shard and means,
  /// and what every token of a window leaves behind.
  static func leastMemory(
    _ network: LSTMNetwork, _ configuration: TrainingConfiguration, shards: Int, rows: Int
  ) -> Int {
    let model = network.configuration
    let (E, H, L, S) = (model.embeddingSize, model.hiddenSize, model.layers, model.layerSize)
    let means = configuration.averaging.meanCount
    let perParameter =
      1 + configuration.optimizer.momentCount + shards + (configuration.accumulation > 1 ? 1 : 0)
      + (means == 0 ? 0 : means + 1)
    let dropped = (0..<L).count { configuration.regularization.dropout(ofLayer: $0, of: L) > 0 }
    // Of each token: its embedding, every layer's gates, h and c, dropped outputs, what is projected, and two buffers of
    // gradients.
    let perToken =
      E + (network.isFused ? 6 * L * H : 0) + dropped * S + (network.projection == nil ? 0 : E) + 2 * max(E, S)
    return 4 * (network.parameterCount * perParameter + rows * perToken)
  }

  /// Refuses a run that the machine's memory cannot hold.
  static func requireMemory(
    _ network: LSTMNetwork, _ configuration: TrainingConfiguration, _ split: ShardSplit, process: Int, steps: Int
  ) throws(DataError) {
    let shards = split.shards(ofProcess: process)
    let lanes = shards.reduce(0) { $0 + split.lanes(ofShard: $1).count }
    let least = leastMemory(network, configuration, shards: shards.count, rows: lanes * steps)
    if least <= SystemLimits.memory { return }
    func gigabytes(_ bytes: Int) -> String { "\((Double(bytes) / 1e8).rounded() / 10) GB" }
    throw DataError(
      .usage,
      "training takes at least \(gigabytes(least)) of memory, \(network.parameterCount) parameters and \(lanes) lanes of "
        + "\(steps) steps, and there are \(gigabytes(SystemLimits.memory)); take fewer --hidden units or --layers, or a "
        + "smaller --batch or --window")
  }

  /// The bytes of all buffers of this process: values with their packed copies, moments, gradients of every shard,
  /// activations, and what measures between steps.
  var memory: Int {
    let model = network.configuration
    let (V, H, L) = (model.vocabularySize, model.hiddenSize, model.layers)
    let shards = replicas.shards.count
    // The weights of every fused layer in the order of its products; other layers count what they take themselves.
    let packed = network.isFused ? L * 12 * H * H : 0
    let stepwise = replicas.shards.reduce(weights.stepwiseCount) { $0 + $1.window.stepwiseCount }
    let regularization = configuration.regularization
    let masks =
      (regularization.embeddingDropout > 0 ? 2 * V : 0)
      + (regularization.weightDropout > 0 ? network.layers[0].recurrentWeight.count : 0)
    // The products of all tokens, and their gradients in every shard.
    let products = weights.productCount * (1 + shards)
    let rows = replicas.shards.reduce(0) { $0 + $1.state.lanes } * replicas.plan.mostSteps
    let output =
      network.output.passSize(rows: rows / shards, sample: configuration.softmaxSamples) * shards
    return Self.leastMemory(network, configuration, shards: shards, rows: rows)
      + 4 * (packed + stepwise + masks + products + output + evaluationSize) + reducer.memory
  }

  /// The numbers of the window that measures, in the process that does.
  private var evaluationSize: Int {
    guard processes.leads, data.validation != nil else { return 0 }
    let (model, rows) = (network.configuration, configuration.batch * configuration.window)
    return rows * (model.embeddingSize + (network.isFused ? 6 * model.layers * model.hiddenSize : 0))
      + network.output.passSize(rows: rows, sample: nil)
  }
}
