import Compute
import LanguageModeling
import Testing

@testable import Training

/// What plans and averages say, and what a run does with it.
struct AppliedChoicesTests {
  /// The validation loss of a mean is that of the file that holds it, and not that of the values themselves.
  @Test(arguments: [AveragingKind.ema, .ntASGD, .twoTailed])
  func theAverageThatIsMeasuredIsTheOneThatIsSaved(kind: AveragingKind) throws {
    var run = try TrainingRun()
    run.configuration.averaging = AveragingConfiguration(kind, decay: 0.9, trigger: 2)
    run.configuration.optimizer.learningRate = 0.05
    run.configuration.limits.steps = 60
    run.trainOnOneToken()
    var evaluated: [EvaluationReport] = []
    let device = CPUDevice()
    let trainer = try run.trainer(on: device) { if case .evaluated(let report) = $0 { evaluated.append(report) } }
    _ = try trainer.train(until: StopAfter(nil))
    let last = try #require(evaluated.last)
    #expect(last.step == 60 && last.isAverage)
    #expect(trainer.validationLoss(lanes: 6) != last.loss)
    try ModelFile(path: RunDirectory.lastModel(of: run.path))
      .load(into: trainer.weights.values, of: trainer.network, on: device)
    trainer.packWeights()
    #expect(trainer.validationLoss(lanes: 6) == last.loss)
  }

  @Test func windowsThatVaryHaveRatesOfTheirLengths() throws {
    var run = try TrainingRun()
    run.configuration.variesWindow = true
    run.configuration.window = 12
    run.configuration.limits.steps = 30
    run.configuration.optimizer.learningRate = 0.01
    var steps: [StepReport] = []
    let trainer = try run.trainer(on: CPUDevice()) { if case .step(let report) = $0 { steps.append(report) } }
    _ = try trainer.train(until: StopAfter(nil))
    let plan = trainer.replicas.plan
    var (position, tokens) = (0, 0)
    for report in steps {
      let extent = plan.extent(from: position, step: report.step - 1)
      tokens += 6 * extent.places.count
      position = extent.places.upperBound == plan.laneLength ? 0 : extent.places.upperBound
      #expect(report.learningRate == 0.01 * extent.rate && report.tokens == tokens)
    }
    #expect(Set(steps.map(\.learningRate)).count > 5)
  }

  /// An epoch with moved lanes reads what an epoch of a text without the tokens before them reads.
  @Test func lanesThatShiftReadFromThereOn() throws {
    let whole = try losses(of: TokenArray(count: 331, below: 7, seed: 1), epochs: 4, shifts: true)
    let (steps, lane) = (whole.plan.stepsPerEpoch, whole.plan.laneLength)
    let shifts = (0..<4).map(whole.plan.shift)
    #expect(Set(shifts).count > 1 && whole.losses.count == 4 * steps)
    for (epoch, shift) in shifts.enumerated() {
      let part = Array(TokenArray(count: 331, below: 7, seed: 1).tokens[shift..<shift + 6 * lane])
      let plain = try losses(of: TokenArray(part), epochs: 1, shifts: false)
      for (found, expected) in zip(whole.losses[epoch * steps..<(epoch + 1) * steps], plain.losses) {
        #expect(abs(found - expected) < 1e-6, "epoch \(epoch + 1), moved by \(shift)")
      }
    }
  }

  /// The losses of the steps of a run that learns next to nothing.
  private func losses(
    of text: TokenArray, epochs: Int, shifts: Bool
  ) throws -> (losses: [Double], plan: WindowPlan) {
    var run = try TrainingRun()
    run.data = TrainingData(training: text, validation: run.data.validation, boundary: 0)
    run.configuration.shiftsLanes = shifts
    run.configuration.freshStart = 0
    run.configuration.dropout = 0
    run.configuration.initialization.unigramBias = false
    run.configuration.optimizer.learningRate = 1e-12
    run.configuration.limits = TrainingLimits(epochs: epochs)
    var losses: [Double] = []
    let trainer = try run.trainer(on: CPUDevice()) { if case .step(let report) = $0 { losses.append(report.loss) } }
    _ = try trainer.train(until: StopAfter(nil))
    return (losses, trainer.replicas.plan)
  }
}
