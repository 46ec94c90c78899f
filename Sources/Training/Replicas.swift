internal import Compute
internal import LanguageModeling
internal import Synchronization
internal import TokenFiles

/// The shards of a batch: each runs forward and backward over its own lanes, in its own context, into its own flat
/// buffer of gradients.
///
/// The number of shards is part of a run's configuration and the number of threads is not, so any number of threads
/// gives the same bytes.
final class Replicas<D: Device>: Sendable {
  let shards: [Shard<D>]
  private let lanes: Int

  /// `shardCount` shards of B lanes, as even as can be.
  init(_ network: LSTMNetwork, batch B: Int, steps T: Int, shardCount: Int, dropout: Bool, on device: D) {
    lanes = B
    shards = (0..<shardCount).map { s in
      Shard(
        network, lanes: B * s / shardCount..<B * (s + 1) / shardCount, steps: T, dropout: dropout,
        on: device.makeContext())
    }
  }

  /// The gradient buffers, in the order of the shards.
  var gradients: [D.Storage] { shards.map(\.gradients) }

  /// Forward and backward over one window; the mean of -ln p(target), in nats, comes back.
  ///
  /// - Parameters:
  ///   - batch: inputs and targets [T, B].
  ///   - dropout: the rate and the seed, and the number of the step that the masks depend on.
  func trainingStep(
    _ batch: Batch, weights: NetworkWeights<D>, dropout: (rate: Float, seed: UInt64, step: Int), by workers: Workers
  ) -> Double {
    let scale = 1 / Float(batch.inputs.count)
    workers.run(shards.count) { s in
      shards[s].trainingStep(
        batch, of: lanes, scale: scale, weights: weights,
        dropout: dropout.rate > 0
          ? Dropout(rate: dropout.rate, seed: dropout.seed, step: dropout.step, shard: s) : nil)
    }
    return -shards.reduce(0) { $0 + $1.logProbability } / Double(batch.inputs.count)
  }

  /// Forgets the state of every lane.
  func clearStates() {
    for shard in shards { shard.state.clear(on: shard.window.device) }
  }
}

/// One shard. During a step exactly one thread works on it.
final class Shard<D: Device>: @unchecked Sendable {
  let lanes: Range<Int>
  let window: Window<D>
  let state: LSTMState<D>
  let gradients: D.Storage
  /// Σ ln p(target) of the last step, in nats.
  private(set) var logProbability = 0.0
  private let parameterCount: Int
  private var inputs: [TokenID] = []
  private var targets: [TokenID] = []
  private var logProbabilities: [Double] = []

  init(_ network: LSTMNetwork, lanes: Range<Int>, steps T: Int, dropout: Bool, on device: D) {
    self.lanes = lanes
    window = Window(network, steps: T, lanes: lanes.count, trained: true, dropout: dropout, on: device)
    state = LSTMState(network.configuration, lanes: lanes.count, on: device)
    gradients = device.allocate(network.parameterCount)
    parameterCount = network.parameterCount
  }

  func trainingStep(_ batch: Batch, of B: Int, scale: Float, weights: NetworkWeights<D>, dropout: Dropout?) {
    inputs.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    for start in stride(from: 0, to: batch.inputs.count, by: B) {
      inputs.append(contentsOf: batch.inputs[start + lanes.lowerBound..<start + lanes.upperBound])
      targets.append(contentsOf: batch.targets[start + lanes.lowerBound..<start + lanes.upperBound])
    }
    if logProbabilities.count != inputs.count {
      logProbabilities = [Double](repeating: 0, count: inputs.count)
    }
    window.device.clear(Matrix(gradients, rows: 1, columns: parameterCount))
    window.trainingStep(
      inputs, targets: targets, scale: scale, weights: weights, state: state, dropout: dropout,
      gradients: gradients, logProbabilities: &logProbabilities)
    logProbability = logProbabilities.reduce(0, +)
  }
}
