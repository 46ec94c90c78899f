import Testing

@testable import Training

struct LaneReaderTests {
  @Test(arguments: [(1, 1, 1), (7, 1, 3), (12, 3, 4), (13, 3, 4), (100, 7, 5), (101, 4, 64), (64, 8, 8), (31, 5, 6)])
  func everyTokenIsATargetOnce(count: Int, lanes B: Int, steps: Int) {
    let boundary: UInt32 = 1_000_000
    let tokens = TokenArray((0..<UInt32(count)).map { $0 })
    var reader = LaneReader(tokens: tokens, boundary: boundary, laneLength: count / B, lanes: 0..<B)
    var targets: [UInt32] = []
    var batch = Batch()
    for start in stride(from: 0, to: count / B, by: steps) {
      let T = min(steps, count / B - start)
      reader.read(start..<start + T, into: &batch)
      #expect(batch.inputs.count == T * B && batch.targets.count == T * B)
      for (place, target) in batch.targets.enumerated() {
        #expect(batch.inputs[place] == (start == 0 && place < B ? boundary : target - 1))
      }
      for t in 0..<T {
        for b in 0..<B { #expect(batch.targets[t * B + b] == UInt32(b * (count / B) + start + t)) }
      }
      targets += batch.targets
    }
    #expect(targets.sorted() == (0..<UInt32(count / B * B)).map { $0 })
  }

  @Test func someOfTheLanesAreThoseOfAll() {
    let tokens = TokenArray((0..<100).map { $0 })
    var all = LaneReader(tokens: tokens, boundary: 7, laneLength: 20, lanes: 0..<5)
    var some = LaneReader(tokens: tokens, boundary: 7, laneLength: 20, lanes: 2..<4)
    var (whole, part) = (Batch(), Batch())
    for window in [0..<6, 6..<11, 11..<12, 12..<20] {
      all.read(window, into: &whole)
      some.read(window, into: &part)
      for t in 0..<part.inputs.count / 2 {
        #expect(part.inputs[t * 2..<t * 2 + 2] == whole.inputs[t * 5 + 2..<t * 5 + 4])
        #expect(part.targets[t * 2..<t * 2 + 2] == whole.targets[t * 5 + 2..<t * 5 + 4])
      }
    }
  }

  @Test func shiftedLanesStartAsATextDoes() {
    let tokens = TokenArray((0..<100).map { $0 })
    var reader = LaneReader(tokens: tokens, boundary: 7, laneLength: 19, lanes: 0..<5)
    reader.shift = 4
    var batch = Batch()
    reader.read(0..<2, into: &batch)
    #expect(batch.inputs == [7, 7, 7, 7, 7, 4, 23, 42, 61, 80])
    #expect(batch.targets == [4, 23, 42, 61, 80, 5, 24, 43, 62, 81])
    reader.read(18..<19, into: &batch)
    #expect(batch.targets == [22, 41, 60, 79, 98])
  }
}
