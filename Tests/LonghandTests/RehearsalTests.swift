import Longhand
import ScratchFiles
import Testing

/// What the first steps of a run tell of it: what it will cost, and which learning rates it bears.
@Suite struct RehearsalTests {
  private func options() -> TrainingOptions {
    var options = TrainingOptions()
    options.hiddenSize = 16
    options.training.batch = 4
    options.training.window = 16
    return options
  }

  private func forecast(_ options: TrainingOptions) throws -> TrainingForecast {
    let scratch = try ScratchDirectory()
    let corpus = try scratch.write(Texts.story.utf8, to: "story.txt")
    let forecast = try TrainingForecast(corpus: [.file(corpus)], options: options, seconds: 0.01)
    #expect(try scratch.names() == ["story.txt"])
    return forecast
  }

  @Test("A forecast is of the run that would be, and adds up its steps and evaluations")
  func costs() throws {
    var options = options()
    options.training.limits.epochs = 3
    let forecast = try forecast(options)
    let (plan, characters) = (forecast.plan, Texts.story.unicodeScalars.count)
    #expect(plan.tokensPerEpoch == characters * 9 / 10 / 4 * 4)
    #expect(plan.stepsPerEpoch == (plan.tokensPerEpoch / 4 + 15) / 16)
    #expect(plan.validationTokens == characters - characters * 9 / 10)
    let (V, E, H) = (forecast.model.vocabularySize, 64, 16)
    #expect(plan.parameters == V * E + 4 * H * (E + H) + 8 * H + V * (H + 1))
    #expect(forecast.steps == 3 * plan.stepsPerEpoch)
    #expect(abs(forecast.epochs - 3) < 1e-12)
    #expect(forecast.secondsPerStep > 0 && forecast.secondsPerEvaluation > 0)
    let seconds = 3 * (Double(plan.stepsPerEpoch) * forecast.secondsPerStep + forecast.secondsPerEvaluation)
    #expect(abs(forecast.seconds / seconds - 1) < 1e-9)
    #expect(abs(forecast.seconds / (3 * forecast.secondsPerEpoch) - 1) < 1e-9)
  }

  @Test("The limit that comes first ends the run of a forecast")
  func limits() throws {
    var options = options()
    options.training.limits = TrainingLimits(epochs: 3, steps: 7)
    options.training.evaluateEvery = 2
    let bySteps = try forecast(options)
    #expect(bySteps.steps == 7)
    #expect(abs(bySteps.seconds / (7 * bySteps.secondsPerStep + 3.5 * bySteps.secondsPerEvaluation) - 1) < 1e-9)
    options.training.limits = TrainingLimits(steps: 1 << 40, seconds: 5)
    let bySeconds = try forecast(options)
    #expect(bySeconds.seconds <= 5 && bySeconds.seconds > 4)
  }

  @Test("In a range test the rate rises by the same factor at every step, and the suggestion is below what it bears")
  func range() throws {
    let scratch = try ScratchDirectory()
    let corpus = try scratch.write(Texts.story.utf8, to: "story.txt")
    let test = try LearningRateRange(corpus: [.file(corpus)], options: options(), range: 0.0001...100, steps: 120)
    #expect(try scratch.names() == ["story.txt"])
    for (i, point) in test.points.enumerated() {
      #expect(abs(point.rate / (0.0001 * (0..<i).reduce(1) { rate, _ in rate * 1.122_018_454_301_963_4 }) - 1) < 1e-9)
    }
    // The loss falls, and then grows until the test ends.
    let lowest = try #require(test.lowest)
    #expect(test.points.count > 40 && test.points.count < 120)
    #expect(lowest.meanLoss < 0.8 * test.points[0].meanLoss)
    #expect((test.points.last?.meanLoss ?? 0) > 1.5 * lowest.meanLoss)
    #expect(test.suggestion == lowest.rate / 10)
    let again = try LearningRateRange(
      corpus: [.file(corpus)], options: options(), range: 0.0001...100, steps: 120, threads: 1)
    #expect(again.points == test.points)
  }

  @Test("A mean of losses weighs the present one a tenth, and a test that only gets worse suggests nothing")
  func suggestion() {
    typealias Point = LearningRateRange.Point
    let falling = LearningRateRange(points: [
      Point(rate: 0.001, loss: 4, meanLoss: 4), Point(rate: 0.01, loss: 2, meanLoss: 3),
      Point(rate: 0.1, loss: 5, meanLoss: 3.5),
    ])
    #expect(falling.suggestion == 0.001)
    let rising = LearningRateRange(points: [
      Point(rate: 0.001, loss: 4, meanLoss: 4), Point(rate: 0.01, loss: 9, meanLoss: 6),
    ])
    #expect(rising.suggestion == nil)
    #expect(LearningRateRange(points: []).suggestion == nil)
  }
}
