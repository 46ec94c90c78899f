import Testing
import Training

struct LearningRateScheduleTests {
  @Test(
    arguments: [
      (ScheduleConfiguration(.constant, warmup: 0), 0, 0, 0.0, 0, 1.0),
      (ScheduleConfiguration(.constant, warmup: 4), 0, 0, 0, 0, 0.25),
      (ScheduleConfiguration(.constant, warmup: 4), 2, 0, 0, 0, 0.75),
      (ScheduleConfiguration(.constant, warmup: 4), 3, 0, 0, 0, 1),
      (ScheduleConfiguration(.constant, warmup: 4), 4, 9, 0.9, 9, 1),
      (ScheduleConfiguration(.step, warmup: 0, decay: 0.5, decayAfter: 3), 9, 2, 0, 0, 1),
      (ScheduleConfiguration(.step, warmup: 0, decay: 0.5, decayAfter: 3), 9, 3, 0, 0, 0.5),
      (ScheduleConfiguration(.step, warmup: 0, decay: 0.5, decayAfter: 3), 9, 5, 0, 0, 0.125),
      (ScheduleConfiguration(.step, warmup: 0, decay: 0.5, decayAfter: 4, decayEvery: 5), 9, 3, 0, 0, 1),
      (ScheduleConfiguration(.step, warmup: 0, decay: 0.5, decayAfter: 4, decayEvery: 5), 9, 4, 0, 0, 0.5),
      (ScheduleConfiguration(.step, warmup: 0, decay: 0.5, decayAfter: 4, decayEvery: 5), 9, 8, 0, 0, 0.5),
      (ScheduleConfiguration(.step, warmup: 0, decay: 0.5, decayAfter: 4, decayEvery: 5), 9, 9, 0, 0, 0.25),
      (ScheduleConfiguration(.step, warmup: 20, decay: 0.5, decayAfter: 3), 9, 3, 0, 0, 0.25),
      (ScheduleConfiguration(.cosine, warmup: 0, floor: 0.2), 0, 0, 0, 0, 1),
      (ScheduleConfiguration(.cosine, warmup: 0, floor: 0.2), 0, 0, 0.5, 0, 0.6),
      (ScheduleConfiguration(.cosine, warmup: 0, floor: 0.2), 0, 0, 1.0 / 3, 0, 0.8),
      (ScheduleConfiguration(.cosine, warmup: 0, floor: 0.2), 0, 0, 1, 0, 0.2),
      (ScheduleConfiguration(.cosine, warmup: 0, floor: 0.2), 0, 0, 7, 0, 0.2),
      (ScheduleConfiguration(.cosine, warmup: 2, floor: 0.2), 0, 0, 0.5, 0, 0.3),
      (ScheduleConfiguration(.linear, warmup: 0, floor: 0.2), 0, 0, 0, 0, 1),
      (ScheduleConfiguration(.linear, warmup: 0, floor: 0.2), 0, 0, 0.25, 0, 0.8),
      (ScheduleConfiguration(.linear, warmup: 0, floor: 0.2), 0, 0, 1.5, 0, 0.2),
      (ScheduleConfiguration(.oneCycle, warmup: 0, floor: 0.2), 0, 0, 0, 0, 0.04),
      (ScheduleConfiguration(.oneCycle, warmup: 0, floor: 0.2), 0, 0, 0.15, 0, 0.52),
      (ScheduleConfiguration(.oneCycle, warmup: 0, floor: 0.2), 0, 0, 0.3, 0, 1),
      (ScheduleConfiguration(.oneCycle, warmup: 0, floor: 0.2), 0, 0, 0.65, 0, 0.6),
      (ScheduleConfiguration(.oneCycle, warmup: 0, floor: 0.2), 0, 0, 1, 0, 0.2),
      (ScheduleConfiguration(.plateau, warmup: 0, decay: 0.1), 5, 5, 0.5, 0, 1),
      (ScheduleConfiguration(.plateau, warmup: 0, decay: 0.1), 5, 5, 0.5, 3, 0.001),
      (ScheduleConfiguration(.rangeTest, warmup: 0, floor: 0.0001), 0, 0, 0, 0, 0.0001),
      (ScheduleConfiguration(.rangeTest, warmup: 0, floor: 0.0001), 9, 5, 0.5, 3, 0.01),
      (ScheduleConfiguration(.rangeTest, warmup: 0, floor: 0.0001), 9, 5, 1, 3, 1),
    ] as [(ScheduleConfiguration, Int, Int, Double, Int, Double)])
  func factors(
    schedule: ScheduleConfiguration, step: Int, epoch: Int, progress: Double, plateaus: Int, factor: Double
  ) {
    let found = schedule.factor(step: step, epoch: epoch, progress: progress, plateaus: plateaus)
    #expect(abs(found - factor) < 1e-15)
  }

  @Test func namesAreThoseOfTheCommandLine() {
    #expect(
      LearningRateSchedule.allCases.map(\.rawValue) == [
        "constant", "step", "cosine", "linear", "one-cycle", "plateau", "range-test",
      ])
    #expect(OptimizerKind.allCases.map(\.rawValue) == ["sgd", "adam", "rmsprop", "adamw"])
    #expect(AveragingKind.allCases.map(\.rawValue) == ["none", "ema", "nt-asgd", "two-tailed"])
  }
}
