import Testing

@testable import Training

struct WindowPlanTests {
  private func plan(window: Int, laneLength: Int, varied: Bool = false, accumulation: Int = 1) -> WindowPlan {
    var configuration = TrainingConfiguration()
    configuration.window = window
    configuration.variesWindow = varied
    configuration.accumulation = accumulation
    configuration.seed = 7
    return WindowPlan(configuration, laneLength: laneLength)
  }

  @Test(arguments: [(5, 50, 1, 10), (5, 51, 1, 11), (5, 51, 3, 4), (64, 1, 2, 1)])
  func anEpochIsCutWithoutAGap(window: Int, laneLength: Int, accumulation: Int, steps: Int) {
    let plan = plan(window: window, laneLength: laneLength, accumulation: accumulation)
    #expect(plan.stepsPerEpoch == steps)
    #expect(plan.mostSteps == min(window, laneLength))
    var position = 0
    for step in 0..<steps {
      let extent = plan.extent(from: position, step: step)
      #expect(extent.places == position..<min(position + window * accumulation, laneLength))
      #expect(extent.rate == 1)
      position = extent.places.upperBound
    }
    #expect(position == laneLength)
  }

  @Test func lengthsVaryAboutTheWindow() {
    let plan = plan(window: 70, laneLength: 1 << 40, varied: true)
    let lengths = (0..<20_000).map(plan.length(ofPass:))
    #expect(lengths == (0..<20_000).map(plan.length(ofPass:)))
    #expect(lengths.allSatisfy { 5...plan.mostSteps ~= $0 } && plan.mostSteps == 90)
    let halves = lengths.filter { $0 < 53 }  // a seventh of the way from one mean to the other
    #expect(abs(Double(halves.count) / 20_000 - 0.05) < 0.005)
    let long = lengths.filter { $0 >= 53 }.map(Double.init)
    let mean = long.reduce(0, +) / Double(long.count)
    let variance = long.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(long.count)
    #expect(abs(mean - 69.5) < 0.2)  // rounded down
    #expect(abs(variance.squareRoot() - 5) < 0.1)
  }

  @Test func theRateFollowsTheLength() {
    let plan = plan(window: 20, laneLength: 1000, varied: true, accumulation: 2)
    for step in 0..<50 {
      let drawn = plan.length(ofPass: 2 * step) + plan.length(ofPass: 2 * step + 1)
      let extent = plan.extent(from: 10, step: step)
      #expect(extent.places == 10..<10 + drawn)
      #expect(extent.rate == Double(drawn) / 40)
    }
    #expect(plan.extent(from: 999, step: 3).places == 999..<1000)
  }

  @Test func shortWindowsKeepAtLeastOneStep() {
    let plan = plan(window: 1, laneLength: 1000, varied: true)
    #expect((0..<1000).map(plan.length(ofPass:)).allSatisfy { 1...21 ~= $0 })
  }

  @Test func shiftsAreBelowTheWindow() {
    let plan = plan(window: 10, laneLength: 100)
    let shifts = (0..<1000).map(plan.shift(ofEpoch:))
    #expect(Set(shifts) == Set(0..<10))
  }
}
