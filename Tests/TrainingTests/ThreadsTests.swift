import Compute
import LanguageModeling
import Testing

@testable import Training

/// Runs of fused layers so large that threads share out their work, which they do from 2^15 operations on.
struct ThreadsTests {
  enum Softmax: CaseIterable { case tied, adaptive, sampled }

  /// Everything dropped and penalized, with peepholes and documents.
  private func run(_ softmax: Softmax, _ precision: Precision) throws -> TrainingRun {
    var run = try TrainingRun()
    try run.regularize()
    run.data = TrainingData(
      training: TokenArray(count: 3001, below: 300, seed: 1), validation: TokenArray(count: 331, below: 300, seed: 2),
      boundary: 0)
    run.model = try ModelConfiguration(
      vocabularySize: 300, embeddingSize: 20, hiddenSize: 140, layers: 2, peepholes: true, tied: softmax == .tied,
      adaptiveSoftmax: softmax == .adaptive ? AdaptiveSoftmaxShape(cutoffs: [20, 75]) : nil, documentBoundary: 0)
    run.configuration.precision = precision
    run.configuration.batch = 33
    run.configuration.shards = 1
    run.configuration.limits.steps = 4
    switch softmax {
    case .tied: break
    case .adaptive:
      // Windows of twice as many places as there are tokens: the first layer reads products of every token.
      run.configuration.window = 20
      run.configuration.inputDropout = 0
      run.configuration.optimizer = OptimizerConfiguration(.sgd, learningRate: 0.1, momentum: 0.9)
    case .sampled:
      run.configuration.softmaxSamples = 100
      run.configuration.shards = 3
    }
    return run
  }

  @Test(arguments: Softmax.allCases, Precision.allCases.filter(CPUDevice.supports))
  func threadsGiveTheSameBytes(softmax: Softmax, precision: Precision) throws {
    var digests: [[String: String]] = []
    var metrics: [[String]] = []
    for threads in [1, 2, 4] {
      let run = try run(softmax, precision)
      try run.train(threads: threads)
      digests.append(try run.digests())
      metrics.append(try run.metrics())
    }
    #expect(digests[0].count == 4)  // two checkpoints, the best model and the last
    #expect(digests[1] == digests[0] && digests[2] == digests[0])
    #expect(metrics[1] == metrics[0] && metrics[2] == metrics[0])
  }
}
