import Compute
import DataFiles
import Foundation
import LanguageModeling
import Testing

@testable import Training

struct TrainerCheckpointTests {
  /// Peepholes, documents, dropout, moments, patience, a part of the metrics and the middle of an epoch: all must come
  /// back.
  private func run() throws -> TrainingRun {
    var run = try TrainingRun()
    run.model = try ModelConfiguration(
      vocabularySize: 7, embeddingSize: 5, hiddenSize: 6, layers: 2, peepholes: true, documentBoundary: 0)
    run.configuration.dropout = 0.3
    run.configuration.optimizer = OptimizerConfiguration(.adamw, learningRate: 0.01, weightDecay: 0.01, clip: 0.5)
    run.configuration.patience = 3
    return run
  }

  @Test(arguments: Precision.allCases.filter(CPUDevice.supports))
  func aRunThatWasStoppedAnywhereEndsInTheSameBytes(precision: Precision) throws {
    var whole = try run()
    whole.configuration.precision = precision
    try whole.train()
    let (digests, metrics) = try (whole.digests(), whole.metrics())
    for k in 1...11 {
      var stopped = try run()
      stopped.configuration.precision = precision
      let outcome = try stopped.train(steps: k)
      #expect((outcome.reason, outcome.step) == (.interrupted, k))
      #expect(try stopped.digests()["model.safetensors"] == nil)
      #expect(try stopped.train(resuming: true).reason == .finished)
      #expect(try stopped.metrics() == metrics, "stopped after \(k)")
      for name in ["best.safetensors", "model.safetensors", "checkpoints/step-000000012.safetensors"] {
        #expect(try stopped.digests()[name] == digests[name], "stopped after \(k): \(name)")
      }
    }
  }

  /// Averages, windows of varied lengths, epochs that are shifted, and steps of several windows.
  @Test(arguments: [AveragingKind.ema, .ntASGD, .twoTailed])
  func everyWayOfTrainingGoesOnInTheSameBytes(kind: AveragingKind) throws {
    func run() throws -> TrainingRun {
      var run = try self.run()
      run.configuration.averaging = AveragingConfiguration(kind, decay: 0.8, trigger: 1)
      run.configuration.optimizer = OptimizerConfiguration(.rmsprop, learningRate: 1, beta2: 0.9)
      run.configuration.patience = 0
      run.configuration.window = 9
      run.configuration.variesWindow = true
      run.configuration.shiftsLanes = true
      run.configuration.accumulation = 2
      run.configuration.evaluateEvery = 2
      return run
    }
    let whole = try run()
    try whole.train()
    let (digests, metrics) = try (whole.digests(), whole.metrics())
    #expect(metrics.contains { $0.contains("\"average\":true") })
    for k in 1...11 {
      let stopped = try run()
      try stopped.train(steps: k)
      try stopped.train(threads: 2, resuming: true)
      #expect(try stopped.metrics() == metrics, "stopped after \(k)")
      for name in ["best.safetensors", "model.safetensors", "checkpoints/step-000000012.safetensors"] {
        #expect(try stopped.digests()[name] == digests[name], "stopped after \(k): \(name)")
      }
    }
  }

  /// Expects that a run that is stopped after k steps and goes on ends in the bytes of a whole one, whose outcome it returns.
  @discardableResult
  private func expectSameBytes(of whole: TrainingRun, stopped: TrainingRun, after k: Int) throws -> TrainingOutcome {
    let outcome = try whole.train()
    try stopped.train(threads: 4, steps: k)
    #expect(try stopped.train(threads: 2, resuming: true).skippedSteps == outcome.skippedSteps)
    #expect(try stopped.digests()["model.safetensors"] == whole.digests()["model.safetensors"])
    #expect(try stopped.metrics() == whole.metrics())
    return outcome
  }

  /// Schedules that depend on losses, on epochs (the second has one step), and on the share of the run that is done.
  @Test(arguments: [LearningRateSchedule.plateau, .step, .linear, .oneCycle], [1, 4, 11])
  func aRunWithMomentumAndAScheduleThatWasStoppedEndsInTheSameBytes(schedule: LearningRateSchedule, k: Int) throws {
    func run() throws -> TrainingRun {
      var run = try self.run()
      run.configuration.optimizer = OptimizerConfiguration(.sgd, learningRate: 0.5, momentum: 0.9)
      run.configuration.schedule = ScheduleConfiguration(schedule, warmup: 0, decayAfter: 1)
      run.configuration.evaluateEvery = 1
      run.configuration.patience = 0
      run.trainOnOneToken()
      return run
    }
    let whole = try run()
    try expectSameBytes(of: whole, stopped: run(), after: k)
    let rates = try whole.metrics().compactMap {
      try JSONValue(parsing: Array($0.utf8))["learning_rate"]?.doubleValue
    }
    #expect(rates.count == 6 && Set(rates).count > 1)
  }

  /// Stopped once there have been the hundred steps that a spike is measured by.
  @Test(arguments: [105, 130])
  func aRunThatLeftOutStepsAndWasStoppedEndsInTheSameBytes(k: Int) throws {
    func run() throws -> TrainingRun {
      var run = try self.run()
      run.configuration.spikeGuard = 1.1
      run.configuration.patience = 0
      run.configuration.evaluateEvery = 40
      run.configuration.limits.steps = 160
      return run
    }
    #expect(try expectSameBytes(of: run(), stopped: run(), after: k).skippedSteps > 0)
  }

  /// The embedding's table without a projection.
  @Test(arguments: [1, 4, 11])
  func aTiedRunThatWasStoppedEndsInTheSameBytes(k: Int) throws {
    func run() throws -> TrainingRun {
      var run = try self.run()
      run.model = try ModelConfiguration(
        vocabularySize: 7, embeddingSize: 6, hiddenSize: 6, layers: 2, peepholes: true, tied: true, documentBoundary: 0)
      return run
    }
    try expectSameBytes(of: run(), stopped: run(), after: k)
  }

  @Test(arguments: Precision.allCases.filter(CPUDevice.supports), [1, 4, 11])
  func aRunWithAnAdaptiveSoftmaxThatWasStoppedEndsInTheSameBytes(precision: Precision, k: Int) throws {
    func run() throws -> TrainingRun {
      var run = try self.run()
      run.configuration.precision = precision
      run.model = try ModelConfiguration(
        vocabularySize: 7, embeddingSize: 5, hiddenSize: 6, layers: 2, peepholes: true,
        adaptiveSoftmax: AdaptiveSoftmaxShape(cutoffs: [2, 4], divisor: 2))
      return run
    }
    try expectSameBytes(of: run(), stopped: run(), after: k)
  }

  @Test(arguments: Precision.allCases.filter(CPUDevice.supports), [1, 4, 11])
  func aRunWithASampledSoftmaxThatWasStoppedEndsInTheSameBytes(precision: Precision, k: Int) throws {
    func run() throws -> TrainingRun {
      var run = try self.run()
      run.configuration.precision = precision
      run.configuration.softmaxSamples = 3
      run.configuration.accumulation = 2
      return run
    }
    let whole = try run()
    try expectSameBytes(of: whole, stopped: run(), after: k)
    #expect(try whole.metrics().contains { $0.contains("\"sampled_loss\":") })
    #expect(try !whole.metrics().contains { $0.contains("\"loss\":") || $0.contains("bits_per_token") })
  }

  @Test(arguments: [1, 4, 11])
  func aRegularizedRunThatWasStoppedEndsInTheSameBytes(k: Int) throws {
    var (whole, stopped) = try (TrainingRun(), TrainingRun())
    try whole.regularize()
    try stopped.regularize()
    try whole.train()
    try stopped.train(steps: k)
    try stopped.train(threads: 2, resuming: true)
    #expect(try stopped.digests()["model.safetensors"] == whole.digests()["model.safetensors"])
    #expect(try stopped.metrics() == whole.metrics())
  }

  @Test(arguments: 1...11)
  func aRunThatWasShorterIsTheBeginningOfALongerOne(k: Int) throws {
    var (whole, parts) = try (run(), run())
    whole.configuration.evaluateEvery = 1  // the end of a run is always evaluated
    parts.configuration = whole.configuration
    try whole.train()
    parts.configuration.limits.steps = k
    try parts.train()
    parts.configuration.limits.steps = 12
    try parts.train(resuming: true)
    #expect(try parts.digests()["model.safetensors"] == whole.digests()["model.safetensors"])
    #expect(try parts.metrics() == whole.metrics())
  }

  @Test func aRunThatWasStoppedAtEveryStepEndsInTheSameBytes() throws {
    let (whole, stopped) = try (run(), run())
    try whole.train()
    try stopped.train(steps: 1)
    for _ in 2...11 { try stopped.train(threads: 2, resuming: true, steps: 1) }
    try stopped.train(resuming: true)
    #expect(try stopped.digests()["model.safetensors"] == whole.digests()["model.safetensors"])
    #expect(try stopped.metrics() == whole.metrics())
  }

  /// What was logged after the last checkpoint, as by a run that was killed, is cut off and written again.
  @Test func metricsAreCutWhereTheCheckpointWasTaken() throws {
    var (whole, killed) = try (run(), run())
    whole.configuration.checkpointEvery = 5
    killed.configuration = whole.configuration
    try whole.train()
    try killed.train(steps: 5)
    var log = try String(contentsOfFile: killed.path + "/metrics.jsonl", encoding: .utf8)
    log += "{\"step\":6,\"loss\":0}\n{\"step\":6,\"validation_lo"
    try log.write(toFile: killed.path + "/metrics.jsonl", atomically: true, encoding: .utf8)
    try killed.train(resuming: true)
    #expect(try killed.metrics() == whole.metrics())
  }

  @Test func twoGenerationsOfCheckpointsAreKept() throws {
    var run = try run()
    run.configuration.checkpointEvery = 2
    try run.train()
    let names = try RunDirectory.checkpoints(of: run.path).map { $0.split(separator: "/").last ?? "" }
    #expect(names == ["step-000000012.safetensors", "step-000000010.safetensors"])
  }

  @Test func aCheckpointOfAnotherRunIsRefused() throws {
    let first = try run()
    try first.train()
    func refusal(_ change: (inout TrainingRun) throws -> Void) throws -> DataError? {
      var other = try run()
      try change(&other)
      let trainer = try other.trainer(on: CPUDevice())
      let path = try first.newestCheckpoint()
      return #expect(throws: DataError.self) { try trainer.resume(from: path) }
    }
    let shape = try refusal {
      $0.model = try ModelConfiguration(vocabularySize: 7, embeddingSize: 5, hiddenSize: 7, layers: 2, peepholes: true)
    }
    #expect(shape?.message.contains("is no checkpoint of a model of this shape") == true)
    #expect(try refusal { $0.configuration.shards = 2 }?.code == .data)
    #expect(try refusal { $0.configuration.batch = 7 }?.code == .data)
    let text = try refusal {
      $0.data = TrainingData(training: TokenArray(count: 12, below: 7, seed: 1), validation: nil, boundary: 0)
    }
    #expect(text?.message.contains("the training text is another one than before") == true)

    let trainer = try run().trainer(on: CPUDevice())
    let model = #expect(throws: DataError.self) { try trainer.resume(from: RunDirectory.lastModel(of: first.path)) }
    #expect(model?.message.contains("is no checkpoint") == true)
  }
}
