import Testing

@testable import Training

/// Which gradients are spikes.
struct GradientNormsTests {
  /// A hundred norms of 2, and then others: which of them are spikes beyond four times their mean.
  @Test(
    arguments: [
      ([2, 7.9, 2], [false, false, false]), ([8.1, 2, 100, 2], [true, false, true, false]),
      // After a few of 7 the mean has risen.
      ([7, 7, 7, 7, 7, 7, 9], [false, false, false, false, false, false, false]),
      // The tenth in a row is none, and then there is a new level to be found.
      ([Double](repeating: 50, count: 12), [Bool](repeating: true, count: 9) + [false, false, false]),
      ([0, 0, 2], [false, false, false]),
    ] as [([Double], [Bool])])
  func spikes(norms: [Double], expected: [Bool]) {
    var tracker = GradientNorms()
    let found = ([Double](repeating: 2, count: 100) + norms).map { tracker.isSpike($0, beyond: 4) }
    #expect(found == [Bool](repeating: false, count: 100) + expected)
  }

  @Test func thereIsNoneAtTheStartAndNoneWithoutAFactor() {
    var early = GradientNorms()
    #expect((0..<100).allSatisfy { i in !early.isSpike(i % 2 == 0 ? 1 : 1000, beyond: 4) })
    var none = GradientNorms()
    #expect((0..<300).allSatisfy { i in !none.isSpike(i == 200 ? 1e9 : 1, beyond: 0) })
    #expect(none == GradientNorms())
  }
}
