import AllocationCounter
import Longhand
import ScratchFiles
import Testing

/// Writing allocates nothing from one token to the next: model, processors, sampler, decoder.
///
/// Nor does regularization from one step of training to the next.
@Suite struct AllocationTests {
  private func allocations(
    _ options: SamplingOptions, _ format: WeightFormat, threads: Int, texts: Int,
    cell: CellConfiguration = CellConfiguration(), softmax: TrainingSoftmax = .full
  ) throws -> [Int] {
    let scratch = try ScratchDirectory()
    _ = try trainedModel(Texts.story, cell: cell, steps: 3, softmax: softmax, in: scratch)
    let model = try TextModel(path: scratch.path("run"), weights: format, threads: threads)
    var counts: [Int] = []
    counts.reserveCapacity(1 << 16)
    _ = try model.sample(options, texts: texts) { _, _ in
      counts.append(allocation_count())
      return true
    }
    return counts
  }

  @Test(
    "From the tenth token to the last there is no allocation",
    .enabled(if: allocation_count() >= 0, "allocations can be counted here"),
    arguments: WeightFormat.allCases, [(TrainingSoftmax.full, 1), (.full, 3), (.adaptive(), 1)])
  func noAllocation(_ format: WeightFormat, _ kind: (softmax: TrainingSoftmax, texts: Int)) throws {
    let texts = kind.texts
    var options = SamplingOptions()
    options.length = 6000  // longer than the history that processors see
    options.temperature = 0.8
    options.topK = 20
    options.topP = 0.99
    options.minP = 0.001
    options.repetitionPenalty = 1.1
    let counts = try allocations(options, format, threads: 1, texts: texts, softmax: kind.softmax)
    #expect(counts.count > 5000 * texts)
    #expect(counts.last == counts[10 * texts])
  }

  @Test(
    "Nor in models of other cells",
    .enabled(if: allocation_count() >= 0, "allocations can be counted here"), arguments: otherCells, [1, 3])
  func noAllocation(_ cell: CellConfiguration, texts: Int) throws {
    var options = SamplingOptions()
    options.length = 600
    let counts = try allocations(options, .float32, threads: 1, texts: texts, cell: cell)
    #expect(counts.count > 500 * texts)
    #expect(counts.last == counts[10 * texts])
  }

  private static let otherCells = [
    CellConfiguration(.gru), CellConfiguration(.rnn),
    CellConfiguration(
      projectionSize: 5, layerNorm: true, inputGate: .capped, mogrifierRounds: 3, mogrifierRank: 2, zoneoutCell: 0.25,
      zoneoutHidden: 0.5),
  ]

  @Test(
    "Nor does training from step to step",
    .enabled(if: allocation_count() >= 0, "allocations can be counted here"), arguments: otherCells)
  func training(_ cell: CellConfiguration) throws {
    #expect(try allocationsOfTraining(cell: cell) { _ in } == 0)
  }

  @Test(
    "An LSTM's training allocates nothing from step to step: reader, window, sums, optimizer",
    .enabled(if: allocation_count() >= 0, "allocations can be counted here"),
    arguments: [TrainingPrecision.float32, .bfloat16], [false, true])
  func training(precision: TrainingPrecision, peepholes: Bool) throws {
    for shards in [1, 2] {
      let found = try allocationsOfTraining(peepholes: peepholes, precision) { $0.shards = shards }
      #expect(found == 0)
    }
  }

  /// How often memory is allocated in ten steps of training.
  private func allocationsOfTraining(
    cell: CellConfiguration = CellConfiguration(), peepholes: Bool = false,
    _ precision: TrainingPrecision = .float32, _ change: (inout TrainingConfiguration) -> Void = { _ in }
  ) throws -> Int {
    let scratch = try ScratchDirectory()
    let corpus = try scratch.write(Texts.story.utf8, to: "story.txt")
    var options = TrainingOptions()
    options.hiddenSize = 16
    options.layers = 2
    options.cell = cell
    options.peepholes = peepholes
    options.precision = precision
    options.training.batch = 4
    options.training.window = 16
    options.dropout = 0
    options.training.limits.steps = 40
    options.training.evaluateEvery = 1000
    options.training.logEvery = 1000
    change(&options.training)
    var counts: [Int] = []
    counts.reserveCapacity(64)
    let run = try TrainingRun(
      corpus: [.file(corpus)], directory: scratch.path("run"), options: options, threads: 1
    ) { event in
      if case .step = event { counts.append(allocation_count()) }
    }
    _ = try run.train()
    return counts[30] - counts[20]
  }

  @Test(
    "Regularization allocates nothing from step to step",
    .enabled(if: allocation_count() >= 0, "allocations can be counted here"), arguments: [0, 0.1])
  func regularization(inputDropout: Double) throws {
    let plain = try allocationsOfTraining { _ in }
    let regularized = try allocationsOfTraining {
      $0.layerDropout = 0.2
      $0.outputDropout = 0.2
      $0.lockedDropout = true
      $0.inputDropout = inputDropout
      $0.embeddingDropout = 0.1
      $0.weightDropout = 0.3
      $0.activationPenalty = 2
      $0.temporalPenalty = 1
    }
    #expect(regularized <= plain)
  }

  @Test("What is allocated is counted", .enabled(if: allocation_count() >= 0, "allocations can be counted here"))
  func counter() {
    let before = allocation_count()
    let array = [Int](repeating: 1, count: Int.random(in: 1000...2000))
    #expect(allocation_count() > before && array.count >= 1000)
  }
}
