import Compute
import Goldens
import Testing

@testable import Training

struct WeightAveragesTests {
  private let device = ReferenceDevice()

  /// The means of the values 1, 3, 8 and 4 after each of them.
  @Test(
    arguments: [
      (AveragingConfiguration(.ema, decay: 0.5), [[1, 2, 5, 4.5]]),
      (AveragingConfiguration(.ema, decay: 0.9), [[1, 2, 4, 4]]),
      (AveragingConfiguration(.twoTailed), [[1, 2, 4, 4], [1, 2, 4, 4]]),
      (AveragingConfiguration(.none), []),
    ])
  func means(configuration: AveragingConfiguration, expected: [[Double]]) {
    let averages = WeightAverages(configuration, count: 1, on: device)
    var progress = AveragingProgress()
    let values = device.allocate(1)
    for (i, value) in [1.0, 3, 8, 4].enumerated() {
      values.elements = [value]
      averages.add(values, &progress)
      for (mean, expected) in zip(averages.means, expected) { #expect(abs(mean.elements[0] - expected[i]) < 1e-12) }
    }
    #expect(averages.means.count == expected.count)
  }

  @Test func ntASGDStartsWhenItIsTriggered() {
    let averages = WeightAverages(AveragingConfiguration(.ntASGD), count: 1, on: device)
    var progress = AveragingProgress()
    let values = device.allocate(1)
    for (value, triggered, mean, count) in [(9.0, false, 0.0, 0), (2, true, 2, 1), (4, true, 3, 2)] {
      progress.isTriggered = triggered
      values.elements = [value]
      averages.add(values, &progress)
      #expect(averages.means[0].elements == [mean])
      #expect(progress.counts[0] == count)
    }
  }

  @Test func valuesComeBack() {
    let averages = WeightAverages(AveragingConfiguration(.ema), count: 2, on: device)
    var progress = AveragingProgress()
    let values = device.allocate(2)
    values.elements = [1, 2]
    averages.add(values, &progress)
    values.elements = [3, 6]
    averages.add(values, &progress)
    let inside = averages.withMean(0, inPlaceOf: values) { values.elements }
    #expect(inside == [2, 4])
    #expect(values.elements == [3, 6])
  }

  @Test func theShorterMeanTakesTheLongersPlace() {
    let averages = WeightAverages(AveragingConfiguration(.twoTailed), count: 1, on: device)
    var progress = AveragingProgress()
    let values = device.allocate(1)
    func add(_ value: Double) {
      values.elements = [value]
      averages.add(values, &progress)
    }
    add(1)
    averages.replaceLongMean(&progress)
    #expect(progress.counts == [1, 0])
    add(5)
    #expect(averages.means.map { $0.elements[0] } == [3, 5])
    #expect(progress.counts == [2, 1])
    averages.replaceLongMean(&progress)
    #expect(averages.means[0].elements == [5])
    add(7)
    #expect(averages.means.map { $0.elements[0] } == [6, 7])
  }
}
