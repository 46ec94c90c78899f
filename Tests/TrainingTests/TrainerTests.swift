import Compute
import DataFiles
import Foundation
import Goldens
import LanguageModeling
import NeuralNetwork
import ScratchFiles
import Testing

@testable import Training

struct TrainerTests {
  @Test(arguments: [0, 0.4], Precision.allCases.filter(CPUDevice.supports))
  func threadsGiveTheSameBytes(dropout: Double, precision: Precision) throws {
    var digests: [[String: String]] = []
    var metrics: [[String]] = []
    for threads in [1, 2, 4] {
      var run = try TrainingRun()
      run.configuration.dropout = dropout
      run.configuration.precision = precision
      run.configuration.limits.steps = 20
      try run.train(threads: threads)
      digests.append(try run.digests())
      metrics.append(try run.metrics())
    }
    #expect(digests[0].count == 4)  // two checkpoints, the best model and the last
    #expect(digests[1] == digests[0])
    #expect(digests[2] == digests[0])
    #expect(metrics[1] == metrics[0] && metrics[2] == metrics[0])
  }

  @Test(arguments: Precision.allCases.filter(CPUDevice.supports))
  func threadsGiveTheSameBytesOfARegularizedRun(precision: Precision) throws {
    var digests: [[String: String]] = []
    for threads in [1, 2, 4] {
      var run = try TrainingRun()
      run.configuration.precision = precision
      try run.regularize()
      try run.train(threads: threads)
      digests.append(try run.digests())
    }
    #expect(digests[1] == digests[0] && digests[2] == digests[0])
  }

  /// What is dropped for a step is there again when the model is measured.
  @Test func aRegularizedModelIsMeasuredWhole() throws {
    var run = try TrainingRun()
    try run.regularize()
    let trainer = try run.trainer(on: CPUDevice())
    let best = try #require(try trainer.train(until: StopAfter(nil)).best)
    #expect(best.step == 12)
    let whole = try #require(trainer.validationLoss(lanes: 1))
    #expect(abs(whole - (try loss(of: run, modelAt: RunDirectory.bestModel(of: run.path)))) < 1e-6)
  }

  @Test func aPlanSaysWhatIsToBeDone() throws {
    var run = try TrainingRun()
    run.configuration.limits = TrainingLimits(epochs: 3, steps: 500)
    let plan = try run.trainer(on: CPUDevice()).plan
    #expect(plan.parameters == LSTMNetwork(run.model).parameterCount)
    #expect(plan.tokensPerEpoch == 330)
    #expect(plan.stepsPerEpoch == 11)
    #expect(plan.validationTokens == 83)
    #expect(plan.step == 0)
  }

  /// With an average, what is saved at the end and what is measured is the mean of the values that the run went through.
  @Test func theAverageIsSavedAndMeasured() throws {
    var run = try TrainingRun()
    run.configuration.averaging = AveragingConfiguration(.ema, decay: 0.999)
    run.configuration.limits = TrainingLimits(steps: 6)
    var reports: [EvaluationReport] = []
    var sum: [Double] = []
    let device = CPUDevice()
    var trainer: Trainer<CPUDevice>?
    let made = try run.trainer(on: device) { event in
      if case .evaluated(let report) = event { reports.append(report) }
      if case .step = event, let trainer {
        let values = device.doubles(trainer.network.layout.all(of: trainer.weights.values))
        sum = sum.isEmpty ? values : zip(sum, values).map(+)
      }
    }
    trainer = made
    _ = try made.train(until: StopAfter(nil))
    #expect(reports.map(\.isAverage) == [true, true])
    let saved = device.allocate(made.network.parameterCount)
    try ModelFile(path: RunDirectory.lastModel(of: run.path)).load(into: saved, of: made.network, on: device)
    let found = device.doubles(made.network.layout.all(of: saved))
    #expect(greatestDifference(found, sum.map { $0 / 6 }) < 1e-6)
    let now = device.doubles(made.network.layout.all(of: made.weights.values))
    #expect(greatestDifference(found, now) > 1e-4)  // the run itself goes on from its own values
    trainer = nil
  }

  @Test func aRunEndsAtItsLastEpoch() throws {
    var run = try TrainingRun()
    run.configuration.limits = TrainingLimits(epochs: 2)
    let outcome = try run.train()
    #expect(outcome.reason == .finished)
    #expect((outcome.step, outcome.tokens) == (22, 660))
  }

  @Test(arguments: [(0, [11, 22, 25]), (nil, [11, 22, 25]), (10, [10, 20, 25])] as [(Int?, [Int])])
  func evaluationsComeWhenTheyAreDue(every: Int?, steps: [Int]) throws {
    var run = try TrainingRun()
    run.configuration.evaluateEvery = every
    run.configuration.limits = TrainingLimits(steps: 25)
    var found: [Int] = []
    let trainer = try run.trainer(on: CPUDevice()) { if case .evaluated(let report) = $0 { found.append(report.step) } }
    _ = try trainer.train(until: StopAfter(nil))
    #expect(found == steps)
  }

  /// With a rate that moves nothing, every epoch is the first one again.
  @Test func everyEpochStartsWithoutAState() throws {
    var run = try TrainingRun()
    run.configuration.optimizer = OptimizerConfiguration(.sgd, learningRate: 1e-12)
    run.configuration.dropout = 0
    run.configuration.freshStart = 0
    run.configuration.limits = TrainingLimits(epochs: 3)
    var losses: [Double] = []
    let trainer = try run.trainer(on: CPUDevice()) { if case .step(let report) = $0 { losses.append(report.loss) } }
    _ = try trainer.train(until: StopAfter(nil))
    #expect(losses.count == 33)
    #expect(losses[11..<22] == losses[0..<11])
    #expect(losses[22..<33] == losses[0..<11])
    #expect(Set(losses).count == 11)
  }

  @Test func aTextThatIsTooShortIsRefused() throws {
    var run = try TrainingRun()
    run.data = TrainingData(training: TokenArray(count: 11, below: 7, seed: 1), validation: nil, boundary: 0)
    let error = #expect(throws: DataError.self) { try run.trainer(on: CPUDevice()) }
    #expect(error?.code == .data)
    #expect(error?.message.contains("has 11 tokens, too few for 6 lanes of at least 2") == true)
  }

  @Test func theLossFalls() throws {
    var run = try TrainingRun()
    run.configuration.limits.steps = 300
    run.configuration.optimizer.learningRate = 0.02
    var losses: [Double] = []
    let trainer = try run.trainer(on: CPUDevice()) { if case .step(let report) = $0 { losses.append(report.loss) } }
    let outcome = try trainer.train(until: StopAfter(nil))
    #expect(losses.count == 300)
    #expect(abs(losses[0] - 1.95) < 0.3)  // ln 7
    #expect(losses[250...].reduce(0, +) / 50 < 1.1)
    #expect(try #require(outcome.best).loss < 1.3)
  }

  @Test(arguments: [AveragingKind.none, .ema, .twoTailed])
  func patienceEndsARun(averaging kind: AveragingKind) throws {
    var run = try TrainingRun()
    run.configuration.patience = 2
    run.configuration.averaging = AveragingConfiguration(kind)
    run.configuration.limits.steps = 2000
    run.configuration.optimizer.learningRate = 0.05
    run.trainOnOneToken()
    var evaluated: [EvaluationReport] = []
    let trainer = try run.trainer(on: CPUDevice()) { if case .evaluated(let report) = $0 { evaluated.append(report) } }
    let outcome = try trainer.train(until: StopAfter(nil))
    let best = try #require(outcome.best)
    #expect(outcome.reason == .stoppedEarly)
    #expect(outcome.step == best.step + 6)  // two evaluations, three steps apart
    #expect(outcome.step < 100)
    #expect(evaluated.allSatisfy { $0.isAverage == (kind != .none) })
    #expect(try ModelFile(path: RunDirectory.lastModel(of: run.path)).configuration == run.model)
  }

  /// The evaluation that starts the mean of NT-ASGD begins the patience anew, lest the mean never be measured.
  @Test func patienceWaitsForTheMeanThatItStarts() throws {
    var run = try TrainingRun()
    run.configuration.patience = 3
    run.configuration.averaging = AveragingConfiguration(.ntASGD, trigger: 2)
    run.configuration.limits.steps = 2000
    run.configuration.optimizer.learningRate = 0.05
    run.trainOnOneToken()
    var evaluated: [EvaluationReport] = []
    let trainer = try run.trainer(on: CPUDevice()) { if case .evaluated(let report) = $0 { evaluated.append(report) } }
    let outcome = try trainer.train(until: StopAfter(nil))
    #expect(outcome.reason == .stoppedEarly)
    let means = evaluated.filter(\.isAverage)
    #expect(!means.isEmpty && evaluated.last?.isAverage == true)
    let start = try #require(evaluated.last { !$0.isAverage })
    #expect(outcome.averagedSteps == outcome.step - start.step)
  }

  @Test func limitsBehindARunAreRefused() throws {
    let run = try TrainingRun()
    do {
      let trainer = try run.trainer(on: CPUDevice())
      #expect(try trainer.train(until: StopAfter(8)).step == 8)
    }
    let (metrics, trainer) = (try run.metrics(), try run.trainer(on: CPUDevice()))
    try trainer.resume(from: run.newestCheckpoint())
    for limits in [TrainingLimits(steps: 8), TrainingLimits(seconds: 1e-9), TrainingLimits(steps: 9, seconds: 1e-9)] {
      #expect(throws: DataError.self) { try trainer.refuseReached(limits) }
    }
    try trainer.refuseReached(TrainingLimits(epochs: 2, steps: 9, seconds: 1e6))
    #expect(try run.metrics() == metrics)
  }

  @Test func aRunThatIsCutShortMeasuresItsLastValues() throws {
    var run = try TrainingRun()
    run.configuration.limits.steps = 100
    run.configuration.evaluateEvery = 3
    do {
      let trainer = try run.trainer(on: CPUDevice())
      #expect(try trainer.train(until: StopAfter(5)).step == 5)
    }
    run.configuration.limits.steps = 4
    var evaluated: [EvaluationReport] = []
    let trainer = try run.trainer(on: CPUDevice()) { if case .evaluated(let report) = $0 { evaluated.append(report) } }
    try trainer.resume(from: run.newestCheckpoint())
    let outcome = try trainer.train(until: StopAfter(nil))
    #expect(outcome.reason == .finished && outcome.step == 5 && evaluated.map(\.step) == [5])
    #expect(outcome.best?.step == (evaluated[0].isBest ? 5 : 3))
  }

  @Test func plateausLowerTheRate() throws {
    var run = try TrainingRun()
    run.configuration.schedule = ScheduleConfiguration(.plateau, warmup: 0, decay: 0.5)
    run.configuration.optimizer.learningRate = 0.05
    run.configuration.limits.steps = 60
    run.trainOnOneToken()
    var (rates, plateaus): ([Double], Int) = ([], 0)
    let trainer = try run.trainer(on: CPUDevice()) { event in
      if case .step(let report) = event {
        rates.append(report.learningRate)
        #expect(report.learningRate == 0.05 * pow(0.5, Double(plateaus)))
      }
      if case .evaluated(let report) = event, !report.isBest { plateaus += 1 }
    }
    _ = try trainer.train(until: StopAfter(nil))
    #expect(plateaus > 3)
    #expect(rates.last ?? 1 < 0.05)
  }

  /// The loss of the whole validation text by a model from a file.
  private func loss(of run: TrainingRun, modelAt path: String) throws -> Double {
    let model = try ModelFile(path: path).model(on: CPUDevice())
    var state = model.initialState(lanes: 1)
    var (tokens, found) = ([UInt32](repeating: 0, count: 83), [Double]())
    run.data.validation?.read(0..<83, into: &tokens, at: 0)
    model.logProbabilities(of: tokens, given: [0] + tokens.dropLast(), state: &state, into: &found)
    return -found.reduce(0, +) / 83
  }

  @Test func theModelThatIsMeasuredIsTheOneThatIsSaved() throws {
    let run = try TrainingRun()
    let checkpoint: String
    do {
      let trainer = try run.trainer(on: CPUDevice())
      let best = try #require(try trainer.train(until: StopAfter(nil)).best)
      #expect(best.step == 12)
      #expect(trainer.validationLoss(lanes: 6) == best.loss)
      let whole = try #require(trainer.validationLoss(lanes: 1))
      #expect(abs(whole - (try loss(of: run, modelAt: RunDirectory.bestModel(of: run.path)))) < 1e-12)
      checkpoint = try run.newestCheckpoint()
    }
    let trainer = try run.trainer(on: CPUDevice())
    try trainer.saveModel(to: run.scratch.path("fresh"))
    let fresh = try #require(trainer.validationLoss(lanes: 1))
    #expect(abs(fresh - (try loss(of: run, modelAt: run.scratch.path("fresh")))) < 1e-12)
    try trainer.resume(from: checkpoint)
    let resumed = try #require(trainer.validationLoss(lanes: 1))
    #expect(abs(resumed - (try loss(of: run, modelAt: checkpoint))) < 1e-12)
    #expect(abs(resumed - fresh) > 1e-3)
  }

  @Test func filesCarryTheMetadata() throws {
    let run = try TrainingRun()
    try run.train()
    let models = [RunDirectory.bestModel(of: run.path), RunDirectory.lastModel(of: run.path)]
    for path in try models + [run.newestCheckpoint()] {
      #expect(try ModelFile(path: path).metadata["longhand.note"] == "a test")
    }
  }

  /// The clock may pass the end of a run between two looks at it.
  @Test func theEndOfARunIsMeasuredAndAResumedOneHasNothingLeftToDo() throws {
    var run = try TrainingRun()
    run.configuration.evaluateEvery = 1000
    run.configuration.limits = TrainingLimits(seconds: 0.2)
    var last = 0
    let slow = try run.trainer(on: CPUDevice()) { event in
      guard case .step(let report) = event else { return }
      last = report.step
      if report.step == 2 { Thread.sleep(forTimeInterval: 0.25) }
    }
    let outcome = try slow.train(until: StopAfter(nil))
    #expect(outcome.reason == .finished && last == 2)
    #expect(outcome.best?.step == 2)
    #expect(try run.metrics().last?.contains("\"reason\":\"finished\"") == true)
    #expect(Set(try run.digests().keys).isSuperset(of: ["best.safetensors", "model.safetensors"]))
  }
}
