import DataFiles
import Generation
import Testing

struct TopKTests {
  @Test(
    arguments: [
      (1, [2]), (2, [2, 4]), (3, [1, 2, 4]), (4, [1, 2, 3, 4]), (5, [0, 1, 2, 3, 4]), (6, [0, 1, 2, 3, 4]),
      (.max, [0, 1, 2, 3, 4]),
    ] as [(Int, [Int])])
  func largestByHand(k: Int, ids: [Int]) throws {
    #expect(kept([-7, 1.5, 9, 1.5, 2], by: try TopK(k)) == ids)
  }

  @Test func lowerIdsWinTies() throws {
    #expect(kept([0, -0.0, 0, -0.0, 0], by: try TopK(2)) == [0, 1])
    #expect(kept([-0.0, -0.0, 0, 0], by: try TopK(3)) == [0, 1, 2])
  }

  @Test(arguments: 0..<40)
  func sameAsSorting(seed: UInt64) throws {
    let row = roughLogits(97, seed: seed)
    for k in [1, 2, 3, 10, 50, 96, 97] {
      let expected = ranked(row).prefix(k).filter { row[$0] > -.infinity }.sorted()
      #expect(kept(row, by: try TopK(k)) == expected)
    }
  }

  @Test(arguments: [0, -1])
  func refused(k: Int) {
    let error = #expect(throws: DataError.self) { try TopK(k) }
    #expect(error?.code == .usage)
  }
}
