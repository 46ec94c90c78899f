internal import Compute
internal import LanguageModeling
internal import MessagePassing
internal import NeuralNetwork
internal import TokenFiles

/// The shards of a batch: each runs forward and backward over its own lanes into its own flat buffer of gradients.
///
/// The gradients are summed in the order of the shards, so several processes may share them out. Within a process the
/// shards take turns, each with all threads: a device's threads share out the units of a layer rather than the lanes,
/// because then the weights are read once for all lanes and one buffer of gradients is enough.
final class Replicas<D: Device> {
  /// The shards of this process.
  let shards: [Shard<D>]
  /// Their gradient buffers, in the order of the shards.
  let gradients: [D.Storage]
  private let configuration: TrainingConfiguration
  private let device: D
  /// How an epoch is cut.
  let plan: WindowPlan
  /// The tokens that an epoch predicts.
  let tokensPerEpoch: Int
  /// Where the gradients of a step's further windows go before they are added.
  private let further: D.Storage?
  private let processes: any ProcessGroup
  /// Which shards each process has.
  let split: ShardSplit
  /// Σ ln p of every window of a step, of this process's shards, and of all processes' as they are gathered.
  private var own: [Double]
  private var all: [Double] = []

  /// Shards of the lanes that `tokens` is cut into, as even as can be.
  init(
    _ network: LSTMNetwork, weights: NetworkWeights<D>, _ configuration: TrainingConfiguration,
    tokens: any TokenSequence, boundary: TokenID, processes: any ProcessGroup = SingleProcess(), on device: D
  ) {
    self.configuration = configuration
    self.device = device
    self.processes = processes
    let split = ShardSplit(configuration, processes: processes.count)
    self.split = split
    let plan = WindowPlan(configuration, laneLength: configuration.laneLength(of: tokens.count))
    shards = split.shards(ofProcess: processes.rank).map { s in
      let reader = LaneReader(
        tokens: tokens, boundary: boundary, laneLength: plan.laneLength, lanes: split.lanes(ofShard: s))
      return Shard(s, network, weights: weights, reader: reader, steps: plan.mostSteps, on: device)
    }
    own = [Double](repeating: 0, count: split.most * plan.windowsPerStep)
    gradients = shards.map(\.gradients)
    further = plan.windowsPerStep > 1 ? device.allocate(network.parameterCount) : nil
    self.plan = plan
    tokensPerEpoch = plan.laneLength * configuration.batch
  }

  /// Forward and backward over the windows of a step: the mean of -ln p(token), in nats, and how many there were.
  ///
  /// - Parameters:
  ///   - places: the part of every lane that the step takes.
  ///   - step: the number of the step that masks and fresh starts depend on.
  ///   - epoch: its number.
  ///   - reducer: sums the gradients that are final already while the rest is being computed; nil for later.
  func trainingStep(
    _ places: Range<Int>, step: Int, epoch: Int, weights: NetworkWeights<D>, reducer: GradientReducer<D>? = nil
  ) -> (loss: Double, tokens: Int) {
    let tokens = places.count * configuration.batch
    let shift = configuration.shiftsLanes ? plan.shift(ofEpoch: epoch) : 0
    var start = places.lowerBound
    var windows = 0
    for pass in step * plan.windowsPerStep..<(step + 1) * plan.windowsPerStep where start < places.upperBound {
      let window = start..<min(start + plan.length(ofPass: pass), places.upperBound)
      let isFurther = start > places.lowerBound
      for shard in shards { shard.read(window, shift: shift) }
      startLanesAnew(pass: pass)
      if isFurther && configuration.regularization.dropsWeights { weights.pack(on: device) }
      weights.drop(Dropout(seed: configuration.seed, step: pass, shard: 0), on: device)
      weights.drawSample(seed: configuration.seed, pass: pass, on: device)
      for i in shards.indices {
        let shard = shards[i]
        let isLast = i == shards.count - 1 && window.upperBound == places.upperBound
        shard.trainingStep(
          scale: 1 / Float(tokens), weights: weights,
          dropout: Dropout(seed: configuration.seed, step: pass, shard: shard.number),
          addingThrough: isFurther ? further : nil
        ) { place in
          if isLast { reducer?.advance(gradients, finalFrom: place) }
        }
        own[i * plan.windowsPerStep + windows] = shard.logProbability
      }
      start = window.upperBound
      windows += 1
    }
    return (loss(ofWindows: windows) / Double(tokens), tokens)
  }

  /// -Σ ln p of a step's windows over all shards of all processes, in their order.
  private func loss(ofWindows windows: Int) -> Double {
    processes.gather(own, into: &all)
    var sum = 0.0
    for w in 0..<windows {
      for r in 0..<processes.count {
        for i in 0..<split.shards(ofProcess: r).count { sum -= all[(r * split.most + i) * plan.windowsPerStep + w] }
      }
    }
    return sum
  }

  /// Starts lanes anew, each with the configured probability.
  private func startLanesAnew(pass: Int) {
    if configuration.freshStart == 0 { return }
    // The second bit from the top keeps these streams apart from those of masks and initial values.
    var generator = Philox4x32(seed: configuration.seed, stream: 1 << 62 | UInt64(truncatingIfNeeded: pass))
    var lane = 0
    for shard in shards {
      // A number of the stream belongs to each lane, those of other processes included.
      while lane < shard.reader.lanes.lowerBound {
        _ = generator.uniform()
        lane += 1
      }
      for own in 0..<shard.state.lanes where generator.uniform() < configuration.freshStart {
        shard.startAnew(lane: own)
      }
      lane += shard.state.lanes
    }
  }

  /// Forgets the state of every lane.
  func clearStates() {
    for shard in shards { shard.state.clear(on: shard.window.device) }
  }
}

/// One shard of a batch.
final class Shard<D: Device> {
  /// Its number among those of all processes.
  let number: Int
  private(set) var reader: LaneReader
  let window: Window<D>
  let state: LSTMState<D>
  let gradients: D.Storage
  /// Σ ln p(target) of the last window, in nats.
  private(set) var logProbability = 0.0
  private var batch = Batch()
  private var logProbabilities: [Double] = []

  init(
    _ number: Int, _ network: LSTMNetwork, weights: NetworkWeights<D>, reader: LaneReader, steps T: Int, on device: D
  ) {
    self.number = number
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
  /// - Parameters:
  ///   - further: where the gradients go first when they are added to those of an earlier window.
  ///   - isFinal: told from which place on the gradients are final.
  func trainingStep(
    scale: Float, weights: NetworkWeights<D>, dropout: Dropout, addingThrough further: D.Storage?,
    isFinal: (Int) -> Void
  ) {
    logProbabilities.resize(to: batch.targets.count)
    window.trainingStep(
      batch.inputs, targets: batch.targets, scale: scale, weights: weights, state: state, dropout: dropout,
      gradients: further ?? gradients, logProbabilities: &logProbabilities
    ) { place in
      if further == nil { isFinal(place) }
    }
    if let further {
      let layout = window.network.layout
      window.device.add(layout.all(of: further), to: layout.all(of: gradients))
    }
    logProbability = logProbabilities.reduce(0, +)
  }
}
