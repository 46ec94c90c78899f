import DataFiles
import Foundation
import Generation
import Testing

struct TopPTests {
  @Test(
    arguments: [
      (1e-300, [3]), (0.49, [3]), (0.6, [0, 3]), (0.8, [0, 1, 3]), (0.9, [0, 1, 2, 3]), (1, [0, 1, 2, 3]),
    ] as [(Double, [Int])])
  func nucleusByHand(p: Double, ids: [Int]) throws {
    #expect(kept(logits([0.25, 0.125, 0.125, 0.5, 0]), by: try TopP(p)) == ids)
  }

  @Test(arguments: [(0.25, 1), (0.26, 2), (0.5, 2), (0.51, 3), (0.75, 3), (0.76, 4)])
  func lowerIdsWinTies(p: Double, count: Int) throws {
    #expect(kept([1, 1, 1, 1], by: try TopP(p)) == Array(0..<count))
  }

  @Test(arguments: 0..<40)
  func sameAsSorting(seed: UInt64) throws {
    let row = roughLogits(97, seed: seed)
    let total = row.reduce(0) { $0 + exp(Double($1)) }
    for p in [0.03, 0.2, 0.5, 0.777, 0.95, 0.9999] {
      var sum = 0.0
      let expected = ranked(row).prefix { id in
        defer { sum += exp(Double(row[id])) / total }
        return sum < p
      }
      #expect(kept(row, by: try TopP(p)) == expected.sorted())
    }
  }

  @Test func oneKeepsWhatIsHardlyPossible() throws {
    #expect(kept([0, -1000, -.infinity], by: try TopP(1)) == [0, 1])
  }

  @Test(arguments: [0, -0.5, 1.0000001, .nan, .infinity])
  func refused(p: Double) {
    let error = #expect(throws: DataError.self) { try TopP(p) }
    #expect(error?.code == .usage)
  }
}
