internal import Compute
internal import LanguageModeling
internal import TokenFiles

/// The shards of a batch: each runs forward and backward over its own lanes into its own flat buffer of gradients.
///
/// The gradients are summed in the order of the shards, so several processes may share them out. Within a process the
/// shards take turns, each with all threads: a device's threads share out the units of a layer rather than the lanes,
/// because then the weights are read once for all lanes and one buffer of gradients is enough.
final class Replicas<D: Device> {
  let shards: [Shard<D>]
  /// The gradient buffers, in the order of the shards.
  let gradients: [D.Storage]
  private let configuration: TrainingConfiguration
  private let device: D
  /// The windows of an epoch.
  let windows: Int
  /// The tokens that an epoch predicts.
  let tokensPerEpoch: Int

  /// Shards of the lanes that `tokens` is cut into, as even as can be.
  init(
    _ network: LSTMNetwork, weights: NetworkWeights<D>, _ configuration: TrainingConfiguration,
    tokens: any TokenSequence, boundary: TokenID, on device: D
  ) {
    self.configuration = configuration
    self.device = device
    let (B, T, count) = (configuration.batch, configuration.window, configuration.shardCount)
    let laneLength = tokens.count / B
    shards = (0..<count).map { s in
      let lanes = B * s / count..<B * (s + 1) / count
      return Shard(
        network, weights: weights,
        reader: LaneReader(tokens: tokens, boundary: boundary, laneLength: laneLength, lanes: lanes, steps: T),
        on: device)
    }
    gradients = shards.map(\.gradients)
    windows = (laneLength + T - 1) / T
    tokensPerEpoch = laneLength * B
  }

  /// Forward and backward over one window of every lane: the mean of -ln p(token), in nats, and how many there were.
  ///
  /// - Parameters:
  ///   - w: the window's number in its epoch.
  ///   - step: the number of the step that masks and fresh starts depend on.
  func trainingStep(window w: Int, step: Int, weights: NetworkWeights<D>) -> (loss: Double, tokens: Int) {
    for shard in shards { shard.read(window: w) }
    startLanesAnew(step: step)
    weights.drop(Dropout(seed: configuration.seed, step: step, shard: 0), on: device)
    let tokens = shards.reduce(0) { $0 + $1.targetCount }
    for (s, shard) in shards.enumerated() {
      shard.trainingStep(
        scale: 1 / Float(tokens), weights: weights,
        dropout: Dropout(seed: configuration.seed, step: step, shard: s))
    }
    return (-shards.reduce(0) { $0 + $1.logProbability } / Double(tokens), tokens)
  }

  /// Starts lanes anew, each with the configured probability.
  private func startLanesAnew(step: Int) {
    if configuration.freshStart == 0 { return }
    // The second bit from the top keeps these streams apart from those of masks and initial values.
    var generator = Philox4x32(seed: configuration.seed, stream: 1 << 62 | UInt64(truncatingIfNeeded: step))
    for shard in shards {
      for lane in 0..<shard.state.lanes where Double(generator.next() >> 11) * 0x1p-53 < configuration.freshStart {
        shard.startAnew(lane: lane)
      }
    }
  }

  /// Forgets the state of every lane.
  func clearStates() {
    for shard in shards { shard.state.clear(on: shard.window.device) }
  }
}

/// One shard of a batch.
final class Shard<D: Device> {
  private(set) var reader: LaneReader
  let window: Window<D>
  let state: LSTMState<D>
  let gradients: D.Storage
  /// Σ ln p(target) of the last step, in nats.
  private(set) var logProbability = 0.0
  private var batch = Batch()
  private var logProbabilities: [Double] = []

  init(_ network: LSTMNetwork, weights: NetworkWeights<D>, reader: LaneReader, on device: D) {
    self.reader = reader
    window = Window(
      network, weights: weights, steps: reader.steps, lanes: reader.lanes.count, trained: true, on: device)
    state = LSTMState(network.configuration, lanes: reader.lanes.count, on: device)
    gradients = device.allocate(network.parameterCount)
  }

  /// The targets of the window that was read last.
  var targetCount: Int { batch.targets.count }

  /// Reads a window of the shard's lanes.
  func read(window w: Int) { reader.read(window: w, into: &batch) }

  /// Has a lane forget what was before the window that was read, as at a text's start.
  func startAnew(lane: Int) {
    batch.inputs[lane] = reader.boundary
    state.clear(lane: lane, on: window.device)
  }

  func trainingStep(scale: Float, weights: NetworkWeights<D>, dropout: Dropout) {
    if logProbabilities.count != batch.targets.count {
      logProbabilities = [Double](repeating: 0, count: batch.targets.count)
    }
    window.trainingStep(
      batch.inputs, targets: batch.targets, scale: scale, weights: weights, state: state, dropout: dropout,
      gradients: gradients, logProbabilities: &logProbabilities)
    logProbability = logProbabilities.reduce(0, +)
  }
}
