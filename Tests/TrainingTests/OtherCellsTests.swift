import Compute
import DataFiles
import LanguageModeling
import NeuralNetwork
import Testing

@testable import Training

/// Runs of every cell but the plain LSTM go on in the same bytes, for any number of threads.
struct OtherCellsTests {
  static let cells: [CellConfiguration] = [
    CellConfiguration(.gru, zoneoutHidden: 0.25), CellConfiguration(.rnn), CellConfiguration(),
    CellConfiguration(
      projectionSize: 5, layerNorm: true, inputGate: .capped, mogrifierRounds: 3, mogrifierRank: 2, zoneoutCell: 0.25,
      zoneoutHidden: 0.5), CellConfiguration(inputGate: .coupled, mogrifierRounds: 2),
  ]

  /// Everything dropped and penalized, in shards, with documents.
  private func run(_ cell: CellConfiguration, _ precision: Precision = .float32) throws -> TrainingRun {
    var run = try TrainingRun()
    try run.regularize()
    run.configuration.stateDropout = 0.2
    run.configuration.precision = precision
    run.model = try ModelConfiguration(
      vocabularySize: 7, embeddingSize: 5, hiddenSize: 6, layers: 2, cell: cell, peepholes: cell.kind == .lstm,
      tied: true, documentBoundary: 0)
    return run
  }

  @Test(arguments: cells, Precision.allCases.filter(CPUDevice.supports))
  func threadsGiveTheSameBytes(cell: CellConfiguration, precision: Precision) throws {
    var digests: [[String: String]] = []
    for threads in [1, 2, 4] {
      let run = try run(cell, precision)
      try run.train(threads: threads)
      digests.append(try run.digests())
    }
    #expect(digests[1] == digests[0] && digests[2] == digests[0])
  }

  /// Layers so large that their work is shared out.
  @Test(arguments: cells)
  func threadsGiveTheSameBytesOfALargeModel(cell: CellConfiguration) throws {
    var digests: [[String: String]] = []
    for threads in [1, 2, 4] {
      var run = try run(cell)
      run.model = try ModelConfiguration(vocabularySize: 7, embeddingSize: 50, hiddenSize: 140, layers: 2, cell: cell)
      run.configuration.shards = 1
      run.configuration.batch = 33
      run.configuration.limits.steps = 4
      try run.train(threads: threads)
      digests.append(try run.digests())
    }
    #expect(digests[1] == digests[0] && digests[2] == digests[0])
  }

  @Test(arguments: cells, [1, 4, 11])
  func aRunThatWasStoppedEndsInTheSameBytes(cell: CellConfiguration, k: Int) throws {
    let (whole, stopped) = try (run(cell), run(cell))
    try whole.train()
    try stopped.train(steps: k)
    try stopped.train(threads: 2, resuming: true)
    #expect(try stopped.digests()["model.safetensors"] == whole.digests()["model.safetensors"])
    #expect(try stopped.metrics() == whole.metrics())
  }

  @Test(arguments: cells)
  func theLossFallsAndTheMemoryIsCounted(cell: CellConfiguration) throws {
    var run = try TrainingRun()
    run.model = try ModelConfiguration(vocabularySize: 7, embeddingSize: 5, hiddenSize: 12, layers: 1, cell: cell)
    if cell.isFused { run.configuration.stateDropout = 0.1 }
    run.configuration.limits.steps = 300
    run.configuration.optimizer.learningRate = 0.02
    var losses: [Double] = []
    let trainer = try run.trainer(on: CPUDevice()) { if case .step(let report) = $0 { losses.append(report.loss) } }
    let window = trainer.replicas.shards[0].window
    #expect(trainer.plan.bytes > 4 * 3 * window.stepwiseCount && window.stepwiseCount > 5 * 2 * 8 * 2)
    _ = try trainer.train(until: StopAfter(nil))
    #expect(losses[250...].reduce(0, +) / 50 < (cell.zoneoutCell > 0 ? 1.7 : 1.2))
  }
}
