internal import Compute
internal import LanguageModeling
internal import TokenFiles

/// The shards of a batch: each runs forward and backward over its own lanes, in its own context, into its own flat
/// buffer of gradients.
///
/// The number of shards is part of a run's configuration and the number of threads is not, so any number of threads
/// gives the same bytes.
final class Replicas<D: Device>: Sendable {
  let shards: [Shard<D>]
  private let configuration: TrainingConfiguration
  /// The windows of an epoch.
  let windows: Int
  /// The tokens that an epoch predicts.
  let tokensPerEpoch: Int

  /// Shards of the lanes that `tokens` is cut into, as even as can be.
  init(
    _ network: LSTMNetwork, _ configuration: TrainingConfiguration, tokens: any TokenSequence, boundary: TokenID,
    on device: D
  ) {
    self.configuration = configuration
    let (B, T, count) = (configuration.batch, configuration.window, configuration.shardCount)
    let laneLength = tokens.count / B
    shards = (0..<count).map { s in
      let lanes = B * s / count..<B * (s + 1) / count
      return Shard(
        network,
        reader: LaneReader(tokens: tokens, boundary: boundary, laneLength: laneLength, lanes: lanes, steps: T),
        dropout: configuration.dropout > 0, on: device.makeContext())
    }
    windows = (laneLength + T - 1) / T
    tokensPerEpoch = laneLength * B
  }

  /// The gradient buffers, in the order of the shards.
  var gradients: [D.Storage] { shards.map(\.gradients) }

  /// Forward and backward over one window of every lane: the mean of -ln p(token), in nats, and how many there were.
  ///
  /// - Parameters:
  ///   - w: the window's number in its epoch.
  ///   - step: the number of the step that masks and fresh starts depend on.
  func trainingStep(
    window w: Int, step: Int, weights: NetworkWeights<D>, by workers: Workers
  ) -> (loss: Double, tokens: Int) {
    let freshLanes = freshLanes(step: step)
    workers.run(shards.count) { shards[$0].read(window: w, freshLanes: freshLanes) }
    let tokens = shards.reduce(0) { $0 + $1.targetCount }
    workers.run(shards.count) { s in
      shards[s].trainingStep(
        scale: 1 / Float(tokens), weights: weights,
        dropout: configuration.dropout > 0
          ? Dropout(rate: Float(configuration.dropout), seed: configuration.seed, step: step, shard: s) : nil)
    }
    return (-shards.reduce(0) { $0 + $1.logProbability } / Double(tokens), tokens)
  }

  /// The lanes that start anew at a step, each with the configured probability.
  private func freshLanes(step: Int) -> [Int] {
    if configuration.freshStart == 0 { return [] }
    // The second bit from the top keeps these streams apart from those of masks and initial values.
    var generator = Philox4x32(seed: configuration.seed, stream: 1 << 62 | UInt64(truncatingIfNeeded: step))
    return (0..<configuration.batch).filter { _ in
      Double(generator.next() >> 11) * 0x1p-53 < configuration.freshStart
    }
  }

  /// Forgets the state of every lane.
  func clearStates() {
    for shard in shards { shard.state.clear(on: shard.window.device) }
  }
}

/// One shard; during a step exactly one thread works on it.
final class Shard<D: Device>: @unchecked Sendable {
  let reader: LaneReader
  let window: Window<D>
  let state: LSTMState<D>
  let gradients: D.Storage
  /// Σ ln p(target) of the last step, in nats.
  private(set) var logProbability = 0.0
  private let parameterCount: Int
  private var batch = Batch()
  private var logProbabilities: [Double] = []

  init(_ network: LSTMNetwork, reader: LaneReader, dropout: Bool, on device: D) {
    self.reader = reader
    window = Window(
      network, steps: reader.steps, lanes: reader.lanes.count, trained: true, dropout: dropout, on: device)
    state = LSTMState(network.configuration, lanes: reader.lanes.count, on: device)
    gradients = device.allocate(network.parameterCount)
    parameterCount = network.parameterCount
  }

  /// The targets of the window that was read last.
  var targetCount: Int { batch.targets.count }

  /// Reads a window of the shard's lanes; the fresh ones among them forget what was before, as at a text's start.
  func read(window w: Int, freshLanes: [Int] = []) {
    reader.read(window: w, into: &batch)
    for lane in freshLanes where reader.lanes.contains(lane) {
      batch.inputs[lane - reader.lanes.lowerBound] = reader.boundary
      state.clear(lane: lane - reader.lanes.lowerBound, on: window.device)
    }
  }

  func trainingStep(scale: Float, weights: NetworkWeights<D>, dropout: Dropout?) {
    if logProbabilities.count != batch.targets.count {
      logProbabilities = [Double](repeating: 0, count: batch.targets.count)
    }
    window.device.clear(Matrix(gradients, rows: 1, columns: parameterCount))
    window.trainingStep(
      batch.inputs, targets: batch.targets, scale: scale, weights: weights, state: state, dropout: dropout,
      gradients: gradients, logProbabilities: &logProbabilities)
    logProbability = logProbabilities.reduce(0, +)
  }
}
