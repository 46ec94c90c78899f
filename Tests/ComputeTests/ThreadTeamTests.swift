import Testing

@testable import Compute

struct ThreadTeamTests {
  @Test func aTeamOfOneIsNone() {
    #expect(ThreadTeam(threads: 1) == nil)
    #expect(ThreadTeam(threads: 3)?.threads == 3)
  }

  /// Teams of more threads than there are processors, some of which sleep between pieces of work.
  @Test(arguments: [2, 3, 8])
  func everyPieceIsDone(threads: Int) {
    let devices = Devices(threads: threads)
    let count = 100_003
    let x = Twin([Float](repeating: 1, count: count), rows: 1, columns: count)
    let y = Twin([Float](repeating: 0, count: count), rows: 1, columns: count)
    for _ in 0..<100 { devices.fast.add(x.fast, to: y.fast) }
    #expect(y.floats == [Float](repeating: 100, count: count))
  }
}
