import DataFiles
import Generation
import Testing
import TokenFiles

struct RepetitionPenaltyTests {
  @Test(
    arguments: [
      ([], [3, -3, 0, 8]), ([0], [1.5, -3, 0, 8]), ([1, 1, 1], [3, -6, 0, 8]), ([0, 2, 1], [3, -6, 0, 8]),
      ([3, 3, 2, 2], [3, -3, 0, 8]), ([3, 9], [3, -3, 0, 4]),
    ] as [([TokenID], [Float])])
  func latestTokensByHand(history: [TokenID], left: [Float]) throws {
    #expect(processed([3, -3, 0, 8], by: try RepetitionPenalty(2, window: 2), history: history) == left)
  }

  @Test func oneChangesNothing() throws {
    #expect(processed([3, -3, -.infinity], by: try RepetitionPenalty(1), history: [0, 1, 2]) == [3, -3, -.infinity])
  }

  @Test(arguments: [(0.9, 64), (.nan, 64), (.infinity, 64), (1e39, 64), (2, 0), (2, 4097)])
  func refused(penalty: Double, window: Int) {
    let error = #expect(throws: DataError.self) { try RepetitionPenalty(penalty, window: window) }
    #expect(error?.code == .usage)
  }
}
