internal import Compute
internal import LanguageModeling
internal import NeuralNetwork
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
  /// How an epoch is cut.
  let plan: WindowPlan
  /// The tokens that an epoch predicts.
  let tokensPerEpoch: Int
  /// Where the gradients of a step's further windows go before they are added.
  private let further: D.Storage?

  /// Shards of the lanes that `tokens` is cut into, as even as can be.
  init(
    _ network: LSTMNetwork, weights: NetworkWeights<D>, _ configuration: TrainingConfiguration,
    tokens: any TokenSequence, boundary: TokenID, on device: D
  ) {
    self.configuration = configuration
    self.device = device
    let (B, count) = (configuration.batch, configuration.shardCount)
    let plan = WindowPlan(configuration, laneLength: configuration.laneLength(of: tokens.count))
    shards = (0..<count).map { s in
      let lanes = B * s / count..<B * (s + 1) / count
      return Shard(
        network, weights: weights,
        reader: LaneReader(tokens: tokens, boundary: boundary, laneLength: plan.laneLength, lanes: lanes),
        steps: plan.mostSteps, on: device)
    }
    gradients = shards.map(\.gradients)
    further = plan.windowsPerStep > 1 ? device.allocate(network.parameterCount) : nil
    self.plan = plan
    tokensPerEpoch = plan.laneLength * B
  }

  /// Forward and backward over the windows of a step: the mean of -ln p(token), in nats, and how many there were.
  ///
  /// - Parameters:
  ///   - places: the part of every lane that the step takes.
  ///   - step: the number of the step that masks and fresh starts depend on.
  ///   - epoch: its number.
  func trainingStep(
    _ places: Range<Int>, step: Int, epoch: Int, weights: NetworkWeights<D>
  ) -> (loss: Double, tokens: Int) {
    let tokens = places.count * configuration.batch
    let shift = configuration.shiftsLanes ? plan.shift(ofEpoch: epoch) : 0
    var start = places.lowerBound
    var sum = 0.0
    for pass in step * plan.windowsPerStep..<(step + 1) * plan.windowsPerStep where start < places.upperBound {
      let window = start..<min(start + plan.length(ofPass: pass), places.upperBound)
      let isFurther = start > places.lowerBound
      for shard in shards { shard.read(window, shift: shift) }
      startLanesAnew(pass: pass)
      if isFurther && configuration.regularization.dropsWeights { weights.pack(on: device) }
      weights.drop(Dropout(seed: configuration.seed, step: pass, shard: 0), on: device)
      for (s, shard) in shards.enumerated() {
        shard.trainingStep(
          scale: 1 / Float(tokens), weights: weights,
          dropout: Dropout(seed: configuration.seed, step: pass, shard: s),
          addingThrough: isFurther ? further : nil)
        sum -= shard.logProbability
      }
      start = window.upperBound
    }
    return (sum / Double(tokens), tokens)
  }

  /// Starts lanes anew, each with the configured probability.
  private func startLanesAnew(pass: Int) {
    if configuration.freshStart == 0 { return }
    // The second bit from the top keeps these streams apart from those of masks and initial values.
    var generator = Philox4x32(seed: configuration.seed, stream: 1 << 62 | UInt64(truncatingIfNeeded: pass))
    for shard in shards {
      for lane in 0..<shard.state.lanes where generator.uniform() < configuration.freshStart {
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
  /// Σ ln p(target) of the last window, in nats.
  private(set) var logProbability = 0.0
  private var batch = Batch()
  private var logProbabilities: [Double] = []

  init(
    _ network: LSTMNetwork, weights: NetworkWeights<D>, reader: LaneReader, steps T: Int, on device: D
  ) {
    self.reader = reader
    window = Window(network, weights: weights, steps: T, lanes: reader.lanes.count, trained: true, on: device)
    state = LSTMState(network.configuration, lanes: reader.lanes.count, on: device)
    gradients = device.allocate(network.parameterCount)
  }

  /// Reads a window of the shard's lanes, which start `shift` tokens later.
  func read(_ window: Range<Int>, shift: Int) {
    reader.shift = shift
    reader.read(window, into: &batch)
  }

  /// Has a lane forget what was before the window that was read, as at a text's start.
  func startAnew(lane: Int) {
    batch.inputs[lane] = reader.boundary
    state.clear(lane: lane, on: window.device)
  }

  /// Forward and backward over the window that was read.
  ///
  /// - Parameter further: where the gradients go first when they are added to those of an earlier window.
  func trainingStep(scale: Float, weights: NetworkWeights<D>, dropout: Dropout, addingThrough further: D.Storage?) {
    logProbabilities.resize(to: batch.targets.count)
    window.trainingStep(
      batch.inputs, targets: batch.targets, scale: scale, weights: weights, state: state, dropout: dropout,
      gradients: further ?? gradients, logProbabilities: &logProbabilities)
    if let further {
      let layout = window.network.layout
      window.device.add(layout.all(of: further), to: layout.all(of: gradients))
    }
    logProbability = logProbabilities.reduce(0, +)
  }
}
