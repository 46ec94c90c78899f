import Compute
import Goldens
import LanguageModeling
import Testing

@testable import Training

struct ReplicasTests {
  /// Losses and gradients of two epochs of windows, the last window of an epoch shorter.
  private func run<D: ComparedDevice>(
    _ device: D, shards: Int, dropout: Double = 0, freshStart: Double = 0, windowSize: Int = 0,
    softmax: AdaptiveSoftmaxShape? = nil, samples: Int? = nil,
    _ change: (inout TrainingConfiguration) -> Void = { _ in }
  ) throws -> (losses: [Double], gradients: [Double]) {
    let run = try TrainingRun()
    var configuration = run.configuration
    configuration.shards = shards
    configuration.dropout = dropout
    configuration.freshStart = freshStart
    configuration.seed = 9
    change(&configuration)
    let network = LSTMNetwork(
      try ModelConfiguration(
        vocabularySize: 7, embeddingSize: 5, hiddenSize: 6, layers: 2, peepholes: true, adaptiveSoftmax: softmax))
    let weights = NetworkWeights(
      network, windowSize: windowSize, regularization: configuration.regularization, softmaxSamples: samples, on: device
    )
    Initialization().fill(weights.values, of: network, seed: 1, on: device)
    weights.pack(on: device)
    let replicas = Replicas(
      network, weights: weights, configuration, tokens: run.data.training, boundary: 0, on: device)
    let reducer = GradientReducer(device: device, count: network.parameterCount)
    var (losses, gradients): ([Double], [Double]) = ([], [])
    #expect(replicas.plan.stepsPerEpoch == 11)
    #expect(replicas.tokensPerEpoch == 330)
    for step in 0..<22 {
      let start = step % 11 * 5
      if start == 0 { replicas.clearStates() }
      weights.pack(on: device)
      let (loss, tokens) = replicas.trainingStep(start..<start + 5, step: step, epoch: step / 11, weights: weights)
      #expect(tokens == 30)
      losses.append(loss)
      _ = reducer.reduce(replicas.gradients)
      gradients += device.doubles(Matrix(replicas.gradients[0], rows: 1, columns: network.parameterCount))
    }
    return (losses, gradients)
  }

  @Test(arguments: [2, 3, 4, 6])
  func shardsAddUpToTheBatch(shards: Int) throws {
    let whole = try run(ReferenceDevice(), shards: 1)
    let parts = try run(ReferenceDevice(), shards: shards)
    #expect(greatestDifference(parts.losses, whole.losses) < 1e-12)
    #expect(greatestDifference(parts.gradients, whole.gradients) < 1e-12)
    #expect(whole.losses[0] == whole.losses[11])  // the same windows from the same state
    #expect(whole.losses[0] != whole.losses[1])
  }

  @Test(arguments: [2, 3])
  func shardsOfAnAdaptiveSoftmaxAddUpToTheBatch(shards: Int) throws {
    let shape = AdaptiveSoftmaxShape(cutoffs: [2, 4], divisor: 2)
    let whole = try run(ReferenceDevice(), shards: 1, softmax: shape)
    let parts = try run(ReferenceDevice(), shards: shards, softmax: shape)
    #expect(greatestDifference(parts.losses, whole.losses) < 1e-12)
    #expect(greatestDifference(parts.gradients, whole.gradients) < 1e-12)
    let fast = try run(CPUDevice(), shards: shards, dropout: 0.5, softmax: shape)
    let several = try run(CPUDevice(team: ThreadTeam(threads: 4)), shards: shards, dropout: 0.5, softmax: shape)
    #expect(several.losses == fast.losses)
    #expect(greatestDifference(several.gradients, fast.gradients) == 0)
  }

  /// Shards share a step's sample, and each step has another.
  @Test(arguments: [2, 3])
  func shardsOfASampledSoftmaxAddUpToTheBatch(shards: Int) throws {
    let whole = try run(ReferenceDevice(), shards: 1, samples: 3)
    let parts = try run(ReferenceDevice(), shards: shards, samples: 3)
    #expect(greatestDifference(parts.losses, whole.losses) < 1e-12)
    #expect(greatestDifference(parts.gradients, whole.gradients) < 1e-12)
    #expect(whole.losses[0] != whole.losses[11])
    let fast = try run(CPUDevice(), shards: shards, dropout: 0.5, samples: 3)
    let several = try run(CPUDevice(team: ThreadTeam(threads: 4)), shards: shards, dropout: 0.5, samples: 3)
    #expect(several.losses == fast.losses)
    #expect(greatestDifference(several.gradients, fast.gradients) == 0)
  }

  /// Shards share the masks of weights, and penalties are means over all of them.
  @Test(arguments: [2, 3], [0, 1000])
  func shardsAddUpToTheBatchWithDroppedWeightsAndPenalties(shards: Int, windowSize: Int) throws {
    func regularized(_ shards: Int) throws -> (losses: [Double], gradients: [Double]) {
      try run(ReferenceDevice(), shards: shards, windowSize: windowSize) {
        $0.embeddingDropout = 0.3
        $0.weightDropout = 0.5
        $0.activationPenalty = 2
        $0.temporalPenalty = 1
      }
    }
    let (whole, parts) = try (regularized(1), regularized(shards))
    #expect(greatestDifference(parts.losses, whole.losses) < 1e-12)
    #expect(greatestDifference(parts.gradients, whole.gradients) < 1e-12)
    #expect(whole.losses[0] != whole.losses[11])  // each step has masks of its own
  }

  @Test func lanesThatStartAnewAreTheSameInAnyShards() throws {
    let carried = try run(ReferenceDevice(), shards: 1)
    let whole = try run(ReferenceDevice(), shards: 1, freshStart: 0.3)
    let parts = try run(ReferenceDevice(), shards: 3, freshStart: 0.3)
    #expect(greatestDifference(parts.losses, whole.losses) < 1e-12)
    #expect(whole.losses[0] == carried.losses[0])  // at the start every lane is fresh
    #expect(greatestDifference(whole.losses, carried.losses) > 1e-4)
  }

  @Test func aFreshLaneStartsAsATextDoes() throws {
    let run = try TrainingRun()
    var configuration = run.configuration
    configuration.freshStart = 1
    configuration.shards = 1
    let network = LSTMNetwork(run.model)
    let device = ReferenceDevice()
    let weights = NetworkWeights(network, windowSize: 0, on: device)
    Initialization().fill(weights.values, of: network, seed: 1, on: device)
    weights.pack(on: device)
    let replicas = Replicas(
      network, weights: weights, configuration, tokens: run.data.training, boundary: 0, on: device)
    let late = replicas.trainingStep(15..<20, step: 3, epoch: 0, weights: weights).loss
    _ = replicas.trainingStep(20..<25, step: 4, epoch: 0, weights: weights)
    let again = replicas.trainingStep(15..<20, step: 3, epoch: 0, weights: weights).loss
    #expect(late == again)  // whatever came before is forgotten
  }

  @Test(arguments: [0, 0.5])
  func threadsChangeNothing(dropout: Double) throws {
    let one = try run(CPUDevice(), shards: 3, dropout: dropout, freshStart: 0.3)
    for threads in [2, 4] {
      let device = CPUDevice(team: ThreadTeam(threads: threads))
      let several = try run(device, shards: 3, dropout: dropout, freshStart: 0.3)
      #expect(several.losses == one.losses)
      #expect(greatestDifference(several.gradients, one.gradients) == 0)
    }
  }

  @Test func theLastWindowIsWeighedByItsTokens() throws {
    let run = try TrainingRun()
    var configuration = run.configuration
    configuration.window = 40  // 55 tokens a lane: windows of 40 and of 15
    let network = LSTMNetwork(run.model)
    let device = ReferenceDevice()
    let weights = NetworkWeights(network, windowSize: 0, on: device)
    weights.pack(on: device)
    let replicas = Replicas(
      network, weights: weights, configuration, tokens: run.data.training, boundary: 0, on: device)
    for (step, places) in [0..<40, 40..<55].enumerated() {
      let (loss, tokens) = replicas.trainingStep(places, step: step, epoch: 0, weights: weights)
      #expect(tokens == places.count * 6)
      #expect(abs(loss - 1.945910149055313) < 1e-12)  // ln 7: all values are zero
    }
  }

  /// A step of several windows has the mean of what each gives by its own masks, its state carried from one to the next.
  @Test(arguments: [1, 3], [0, 1000])
  func accumulatedWindowsAddUp(shards: Int, windowSize: Int) throws {
    let run = try TrainingRun()
    var configuration = run.configuration
    configuration.shards = shards
    configuration.freshStart = 0.3
    configuration.embeddingDropout = 0.3
    configuration.weightDropout = 0.5
    configuration.activationPenalty = 2
    configuration.temporalPenalty = 1
    let network = LSTMNetwork(run.model)
    let device = ReferenceDevice()
    let weights = NetworkWeights(
      network, windowSize: windowSize, regularization: configuration.regularization, on: device)
    Initialization().fill(weights.values, of: network, seed: 1, on: device)
    func replicas(_ accumulation: Int) -> Replicas<ReferenceDevice> {
      configuration.accumulation = accumulation
      return Replicas(network, weights: weights, configuration, tokens: run.data.training, boundary: 0, on: device)
    }
    let reducer = GradientReducer(device: device, count: network.parameterCount)
    func gradients(of replicas: Replicas<ReferenceDevice>) -> [Double] {
      _ = reducer.reduce(replicas.gradients)
      return device.doubles(Matrix(replicas.gradients[0], rows: 1, columns: network.parameterCount))
    }
    let (single, joined) = (replicas(1), replicas(3))
    var loss = 0.0
    var sum = [Double](repeating: 0, count: network.parameterCount)
    for w in 0..<3 {  // windows of 5, 5 and 2 places
      weights.pack(on: device)
      let places = 5 * w..<min(5 * w + 5, 12)
      loss += single.trainingStep(places, step: w, epoch: 0, weights: weights).loss * Double(places.count) / 12
      sum = zip(sum, gradients(of: single)).map { $0 + $1 * Double(places.count) / 12 }
    }
    weights.pack(on: device)
    let (found, tokens) = joined.trainingStep(0..<12, step: 0, epoch: 0, weights: weights)
    #expect(tokens == 72)
    #expect(abs(found - loss) < 1e-12)
    #expect(greatestDifference(gradients(of: joined), sum) < 1e-7)  // scales are rounded to Float
  }
}
