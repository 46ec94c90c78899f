import Compute
import DataFiles
import Foundation
import LanguageModeling
import MessagePassing
import NeuralNetwork
import ProcessesInThreads
import Synchronization
import Testing

@testable import Training

/// Processes that are threads here; Tests/ManyProcesses has real ones.
struct TrainerProcessesTests {
  /// Starts a run with a number of processes, or goes on, and says how it ended in each.
  private func train(
    _ run: TrainingRun, in folder: RunDirectory, processes count: Int, resuming: Bool = false,
    stop: @escaping @Sendable (Int) -> Int? = { _ in nil },
    breaking change: @escaping @Sendable (Trainer<CPUDevice>) -> Void = { _ in }
  ) -> [Result<TrainingOutcome.Reason, any Error>] {
    ThreadedProcesses.run(count) { processes in
      let trainer = try Trainer(
        run.configuration, model: run.model, data: run.data,
        run: processes.leads ? folder : RunDirectory(openedByLeader: run.path),
        metadata: [("longhand.note", "a test")], processes: processes,
        on: CPUDevice(run.configuration.precision, team: nil)
      )
      if resuming { try trainer.resume(from: run.newestCheckpoint()) }
      change(trainer)
      return try trainer.train(until: StopAfter(stop(processes.rank))).reason
    }
  }

  private func expectSameBytes(_ change: (inout TrainingRun) throws -> Void) throws {
    var alone = try TrainingRun()
    try change(&alone)
    try alone.train()
    let (digests, metrics) = (try alone.digests(), try alone.metrics())
    #expect(digests.count == 4)
    for count in 2...4 {
      var run = try TrainingRun()
      try change(&run)
      for result in train(run, in: try RunDirectory(run.path), processes: count) {
        #expect(try result.get() == .finished)
      }
      #expect(try run.digests() == digests, "\(count) processes")
      #expect(try run.metrics() == metrics, "\(count) processes")
    }
  }

  @Test(arguments: Precision.allCases.filter(CPUDevice.supports))
  func anyNumberOfProcessesGivesTheSameBytes(precision: Precision) throws {
    try expectSameBytes {
      $0.configuration.shards = 5
      $0.configuration.precision = precision
      $0.configuration.dropout = 0.3
      $0.configuration.freshStart = 0.3
    }
  }

  @Test func severalWindowsOfVariedLengthsToAStepGiveTheSameBytes() throws {
    try expectSameBytes {
      $0.configuration.shards = 4
      $0.configuration.accumulation = 3
      $0.configuration.variesWindow = true
      $0.configuration.shiftsLanes = true
      $0.configuration.freshStart = 0.3
    }
  }

  @Test(arguments: [AveragingKind.ema, .ntASGD, .twoTailed])
  func aRegularizedRunWithAnAverageGivesTheSameBytes(average: AveragingKind) throws {
    try expectSameBytes {
      try $0.regularize()
      $0.configuration.shards = 6
      $0.configuration.averaging = AveragingConfiguration(average, decay: 0.8, trigger: 1)
      $0.configuration.schedule.kind = .plateau
    }
  }

  @Test func otherCellsAndSoftmaxesGiveTheSameBytes() throws {
    try expectSameBytes {
      $0.model = try ModelConfiguration(
        vocabularySize: 7, embeddingSize: 5, hiddenSize: 6, layers: 2, cell: CellConfiguration(.gru),
        adaptiveSoftmax: AdaptiveSoftmaxShape(cutoffs: [3, 5], divisor: 2))
      $0.configuration.shards = 4
    }
  }

  /// One process stops it, whichever it is, and another number of them goes on.
  @Test(arguments: [(3, 2), (2, 4), (4, 1), (1, 3)])
  func aRunGoesOnWithAnotherNumberOfProcesses(before: Int, after: Int) throws {
    func change(_ run: inout TrainingRun) {
      run.configuration.shards = 4
      run.configuration.dropout = 0.3
    }
    var whole = try TrainingRun()
    change(&whole)
    try whole.train()
    var parts = try TrainingRun()
    change(&parts)
    let folder = try RunDirectory(parts.path)
    let stopped = train(parts, in: folder, processes: before, stop: { $0 == before - 1 ? 7 : nil })
    for result in stopped { #expect(try result.get() == .interrupted) }
    #expect(try parts.newestCheckpoint().hasSuffix("step-000000007.safetensors"))
    for result in train(parts, in: folder, processes: after, resuming: true) { #expect(try result.get() == .finished) }
    let (expected, found) = (try whole.digests(), try parts.digests())
    for name in ["best.safetensors", "model.safetensors", "checkpoints/step-000000012.safetensors"] {
      #expect(found[name] == expected[name] && found[name] != nil)
    }
    #expect(try parts.metrics() == whole.metrics())
  }

  @Test func theLeadersClockEndsTheRunInAll() throws {
    var run = try TrainingRun()
    run.configuration.limits = TrainingLimits(seconds: 0.3)
    for result in train(run, in: try RunDirectory(run.path), processes: 3) { #expect(try result.get() == .finished) }
  }

  @Test func aFaultOfTheLeaderEndsAll() throws {
    let run = try TrainingRun()
    // Where the best model should go there is a folder that is not empty.
    try FileManager.default.createDirectory(atPath: run.path + "/best.safetensors/x", withIntermediateDirectories: true)
    let results = train(run, in: try RunDirectory(run.path), processes: 3)
    let messages = results.map { result in #expect(throws: DataError.self) { try result.get() }?.message ?? "" }
    #expect(messages.count == 3 && Set(messages).count == 1)
    #expect(messages[0].contains("best.safetensors"), "\(messages[0])")
  }

  @Test func numbersThatAreNotFiniteEndAll() throws {
    let run = try TrainingRun()
    let results = train(
      run, in: try RunDirectory(run.path), processes: 2,
      breaking: { trainer in
        let weights = trainer.network.embedding.weight.view(in: trainer.weights.values)
        trainer.device.upload([.nan], to: weights.rows(0..<1).columns(0..<1))
      })
    let messages = results.map { result in #expect(throws: DataError.self) { try result.get() }?.message ?? "" }
    #expect(Set(messages).count == 1 && messages[0].hasPrefix("step 0 left numbers that are not finite"), "\(messages)")
  }

  /// A weight that breaks in one process sends all of them back to the checkpoint, and they go on as one would.
  @Test func allGoBackTogether() throws {
    func digests(processes count: Int) throws -> [String: String] {
      var run = try TrainingRun()
      run.configuration.shards = 3
      let (folder, fixed) = (try RunDirectory(run.path), run)
      let results = ThreadedProcesses.run(count) { processes in
        var (trainer, hasBroken): (Trainer<CPUDevice>?, Bool) = (nil, false)
        let made = try Trainer(
          fixed.configuration, model: fixed.model, data: fixed.data,
          run: processes.leads ? folder : RunDirectory(openedByLeader: fixed.path), metadata: [], processes: processes,
          on: CPUDevice()
        ) { event in
          guard case .step(let report) = event, report.step == 7, processes.rank == count - 1, !hasBroken, let trainer
          else { return }
          hasBroken = true
          let weights = trainer.network.embedding.weight.view(in: trainer.weights.values)
          trainer.device.upload([Float](repeating: .nan, count: weights.count), to: weights)
          trainer.packWeights()
        }
        trainer = made
        defer { trainer = nil }
        return try made.train(until: StopAfter(nil)).reason
      }
      for result in results { #expect(try result.get() == .finished) }
      #expect(try run.metrics().filter { $0.contains("rolled_back_to\":6") }.count == 1)
      return try run.digests()
    }
    let alone = try digests(processes: 1)
    for count in 2...3 { #expect(try digests(processes: count) == alone, "\(count) processes") }
  }

  @Test func stepsOfSpikesAreLeftOutInAll() throws {
    try expectSameBytes {
      $0.configuration.shards = 4
      $0.configuration.spikeGuard = 1.05
      $0.configuration.limits.steps = 130
      $0.configuration.evaluateEvery = 60
    }
  }

  @Test func processesThatHaveComeApartAreRefused() throws {
    let run = try TrainingRun()
    let folder = try RunDirectory(run.path)
    let results = ThreadedProcesses.run(3) { processes in
      var configuration = run.configuration
      if processes.rank == 2 { configuration.seed = 2 }
      let trainer = try Trainer(
        configuration, model: run.model, data: run.data,
        run: processes.leads ? folder : RunDirectory(openedByLeader: run.path), metadata: [], processes: processes,
        on: CPUDevice())
      _ = try trainer.train(until: StopAfter(nil))
    }
    for result in results {
      let error = #expect(throws: DataError.self) { try result.get() }
      #expect(error?.message.contains("processes 0 and 2 of 3 have come to different values") == true)
    }
    #expect(throws: DataError.self) { try run.newestCheckpoint() }
  }

  @Test func moreProcessesThanShardsAreRefused() throws {
    let run = try TrainingRun()
    for result in train(run, in: try RunDirectory(run.path), processes: 4) {
      let error = #expect(throws: DataError.self) { try result.get() }
      #expect(error?.message.contains("3 shards") == true && error?.code == .usage)
    }
  }
}
