import DataFiles
import Generation
import Testing

struct MinPTests {
  @Test(
    arguments: [(1, [1]), (0.6, [1]), (0.4, [1, 2]), (0.2, [0, 1, 2]), (1e-300, [0, 1, 2])] as [(Double, [Int])])
  func floorByHand(p: Double, ids: [Int]) throws {
    #expect(kept(logits([0.125, 0.5, 0.25, 0]), by: try MinP(p)) == ids)
  }

  @Test func equallyProbableTokensStayTogether() throws {
    #expect(kept([2, 2, 1, 2], by: try MinP(1)) == [0, 1, 3])
  }

  @Test(arguments: [0, -0.5, 1.5, .nan])
  func refused(p: Double) {
    let error = #expect(throws: DataError.self) { try MinP(p) }
    #expect(error?.code == .usage)
  }
}
