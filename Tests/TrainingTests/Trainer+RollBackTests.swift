import Compute
import DataFiles
import LanguageModeling
import NeuralNetwork
import Testing

@testable import Training

/// A run that looks after itself: back to the last checkpoint at half the rate, and no step of a spike.
struct TrainerRollBackTests {
  /// Trains; behind a step a weight is broken, as often as told.
  private func train(
    _ run: TrainingRun, breaking times: Int, behind step: Int = 7, resuming: Bool = false,
    until stop: StopAfter = StopAfter(nil)
  ) throws -> (
    outcome: TrainingOutcome, rolledBack: [RollBackReport], rates: [Double], evaluated: [EvaluationReport]
  ) {
    var (left, reports, rates, evaluated) = (times, [RollBackReport](), [Double](), [EvaluationReport]())
    var trainer: Trainer<CPUDevice>?
    let made = try run.trainer(on: CPUDevice()) { event in
      switch event {
      case .step(let report):
        rates.append(report.learningRate)
        #expect(report.tokensPerSecond > 0)
        guard report.step == step, left > 0, let trainer,
          let parameter = trainer.network.layout.parameters.first(where: { $0.name == "lstm.weight_hh_l1" })
        else { return }
        left -= 1
        trainer.device.upload([.nan], to: parameter.view(in: trainer.weights.values).rows(2..<3).columns(1..<2))
        trainer.packWeights()
      case .rolledBack(let report): reports.append(report)
      case .evaluated(let report): evaluated.append(report)
      default: break
      }
    }
    trainer = made
    defer { trainer = nil }
    if resuming { try made.resume(from: run.newestCheckpoint()) }
    return (try made.train(until: stop), reports, rates, evaluated)
  }

  @Test func aRunGoesBackToItsCheckpointAtHalfTheRate() throws {
    let run = try TrainingRun()
    let (outcome, reports, rates, _) = try train(run, breaking: 2)
    #expect(outcome.reason == .finished && outcome.step == 12)
    #expect(reports.map(\.step) == [6, 6])
    #expect(reports.map(\.rate) == [0.5, 0.25])
    #expect(reports[0].diagnosis.contains("step 8 ") && reports[0].diagnosis.contains("lstm.weight_hh_l1"))
    let whole = run.configuration.optimizer.learningRate
    #expect(rates == [Double](repeating: whole, count: 7) + [whole / 2] + [Double](repeating: whole / 4, count: 6))
    let metrics = try run.metrics()
    let lines = metrics.filter { $0.contains("rolled_back_to\":6") }
    #expect(lines.count == 2)
    #expect(zip(lines, [0.5, 0.25]).allSatisfy { $0.contains("\"rate_factor\":\($1)") })
    #expect(outcome.rollBacks == 2 && outcome.skippedSteps == 0)
    // Steps are logged by twos, each once.
    #expect(metrics.filter { $0.contains("\"learning_rate\"") }.count == 6)
  }

  /// What is taken back was trained on all the same, and a speed is never below zero.
  @Test func aRunThatGoesBackBehindItsStartHasASpeed() throws {
    let run = try TrainingRun()
    #expect(try train(run, breaking: 0, until: StopAfter(7)).outcome.step == 7)
    let (outcome, reports, _, _) = try train(run, breaking: 1, behind: 8, resuming: true)
    #expect(reports.map(\.step) == [6] && outcome.step == 12)
  }

  /// The best model on the disk may be of a step behind the checkpoint that the run goes back to.
  @Test func aRunThatGoesBackKeepsItsBestModel() throws {
    var run = try TrainingRun()
    run.configuration.evaluateEvery = 1
    run.configuration.checkpointEvery = 4
    let (outcome, reports, _, evaluated) = try train(run, breaking: 1)
    #expect(reports.map(\.step) == [4])
    let best = evaluated.filter(\.isBest).map(\.loss)
    #expect(evaluated.map(\.step) == Array(1...6) + Array(5...12))
    #expect(evaluated[4].isBest || evaluated[5].isBest, "the run was best behind its checkpoint")
    #expect(best == best.sorted(by: >))
    #expect(outcome.best?.loss == evaluated.map(\.loss).min())
  }

  @Test func whatIsStoppedAfterARollBackGoesOnInTheSameBytes() throws {
    let (whole, stopped) = (try TrainingRun(), try TrainingRun())
    _ = try train(whole, breaking: 1)
    // 7 steps, the one that failed, and two of the second way.
    let (outcome, _, _, _) = try train(stopped, breaking: 1, until: StopAfter(10))
    #expect(outcome.reason == .interrupted && outcome.step == 8)
    try stopped.train(resuming: true)
    #expect(try stopped.digests() == whole.digests())
    #expect(try stopped.metrics() == whole.metrics())
  }

  @Test func whatIsStoppedBeforeItDivergesGoesBackToTheSameCheckpoint() throws {
    let (whole, stopped) = (try TrainingRun(), try TrainingRun())
    let expected = try train(whole, breaking: 2, behind: 8)
    #expect(expected.rolledBack.map(\.step) == [6, 6])
    _ = try train(stopped, breaking: 0, until: StopAfter(7))
    #expect(try stopped.newestCheckpoint().hasSuffix("step-000000007.safetensors"))
    // Steps 8 and 9, back to 6, step 7; then once more.
    let (_, first, _, _) = try train(stopped, breaking: 1, behind: 8, resuming: true, until: StopAfter(3))
    #expect(first.map(\.step) == [6])
    #expect(try stopped.newestCheckpoint().hasSuffix("step-000000007.safetensors"))
    let (_, second, _, _) = try train(stopped, breaking: 1, behind: 8, resuming: true)
    #expect(second.map(\.step) == [6] && second.map(\.rate) == [0.25])
    #expect(try stopped.digests() == whole.digests())
    #expect(try stopped.metrics() == whole.metrics())
  }

  /// What was best behind the checkpoint was better than the evaluations that the checkpoint counts.
  @Test func patienceStartsAnewWhereTheBestIsBehindTheCheckpoint() throws {
    var run = try TrainingRun()
    run.configuration.evaluateEvery = 1
    run.configuration.checkpointEvery = 4
    run.configuration.patience = 5
    var trainer: Trainer<CPUDevice>?
    let made = try run.trainer(on: CPUDevice()) { event in
      guard let trainer else { return }
      switch event {
      case .step(let report) where report.step == 4 && trainer.progress.rollBacks == 0:
        (trainer.progress.bestLoss, trainer.progress.evaluationsSinceBest) = (0, 3)
      case .step(let report) where report.step == 5 && trainer.progress.rollBacks == 0: trainer.progress.bestLoss = nil
      case .step(let report) where report.step == 6 && trainer.progress.rollBacks == 0:
        trainer.device.upload(
          [.nan], to: trainer.network.layout.parameters[1].view(in: trainer.weights.values).rows(0..<1).columns(0..<1))
      case .rolledBack: trainer.progress.bestLoss = 0
      default: break
      }
    }
    trainer = made
    let outcome = try made.train(until: StopAfter(nil))
    trainer = nil
    #expect(outcome.rollBacks == 1 && outcome.reason == .stoppedEarly && outcome.step == 9)
  }

  @Test func aRunThatGoesBackTooOftenEndsWithTheDiagnosis() throws {
    var run = try TrainingRun()
    run.configuration.rollBacks = 2
    let error = #expect(throws: DataError.self) { try train(run, breaking: 3) }
    #expect(error?.code == .data)
    #expect(error?.message.contains("the values of lstm.weight_hh_l1 are not finite") == true)
    #expect(try RunDirectory.checkpoints(of: run.path).count == 2)
  }

  @Test func beforeAnyOtherCheckpointARunGoesBackToItsStart() throws {
    var run = try TrainingRun()
    run.configuration.evaluateEvery = 100
    let (outcome, reports, rates, _) = try train(run, breaking: 1)
    #expect(outcome.reason == .finished && outcome.step == 12 && reports.map(\.step) == [0])
    let whole = run.configuration.optimizer.learningRate
    #expect(rates == [Double](repeating: whole, count: 7) + [Double](repeating: whole / 2, count: 12))
  }

  @Test func withoutRollBacksTheFirstErrorEndsTheRun() throws {
    var run = try TrainingRun()
    run.configuration.evaluateEvery = 100
    run.configuration.rollBacks = 0
    #expect(throws: DataError.self) { try train(run, breaking: 1) }
    #expect(try run.digests().isEmpty)
  }

  /// With a guard that lets nothing through, every tenth step is taken after the first hundred.
  @Test func aSpikeLeavesTheValuesAsTheyAre() throws {
    var run = try TrainingRun()
    run.configuration.spikeGuard = 1e-9
    run.configuration.limits.steps = 109
    run.configuration.evaluateEvery = 1000
    var (skipped, sums) = ([Int](), [Int: Double]())
    var trainer: Trainer<CPUDevice>?
    let made = try run.trainer(on: CPUDevice()) { event in
      guard case .step(let report) = event, let trainer else { return }
      if report.isSkipped { skipped.append(report.step) }
      sums[report.step] = trainer.device.sumOfSquares(trainer.network.layout.all(of: trainer.weights.values))
    }
    trainer = made
    let outcome = try made.train(until: StopAfter(nil))
    trainer = nil
    #expect(skipped == Array(101...109))
    #expect(outcome.skippedSteps == 9 && outcome.rollBacks == 0)
    #expect(Set((100...109).map { sums[$0] }).count == 1)
    #expect(sums[99] != sums[100])
  }
}
