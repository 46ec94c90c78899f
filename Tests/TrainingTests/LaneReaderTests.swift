import Testing

@testable import Training

struct LaneReaderTests {
  @Test(arguments: [(1, 1, 1), (7, 1, 3), (12, 3, 4), (13, 3, 4), (100, 7, 5), (101, 4, 64), (64, 8, 8), (31, 5, 6)])
  func everyTokenIsATargetOnce(count: Int, lanes B: Int, steps: Int) {
    let boundary: UInt32 = 1_000_000
    let tokens = TokenArray((0..<UInt32(count)).map { $0 })
    var reader = LaneReader(tokens: tokens, boundary: boundary, laneLength: count / B, lanes: 0..<B, steps: steps)
    #expect(reader.windows == (count / B + steps - 1) / steps)
    var targets: [UInt32] = []
    var batch = Batch()
    for w in 0..<reader.windows {
      reader.read(window: w, into: &batch)
      let T = min(steps, count / B - w * steps)
      #expect(batch.inputs.count == T * B && batch.targets.count == T * B)
      for (place, target) in batch.targets.enumerated() {
        #expect(batch.inputs[place] == (w == 0 && place < B ? boundary : target - 1))
      }
      for t in 0..<T {
        for b in 0..<B { #expect(batch.targets[t * B + b] == UInt32(b * (count / B) + w * steps + t)) }
      }
      targets += batch.targets
    }
    #expect(targets.sorted() == (0..<UInt32(count / B * B)).map { $0 })
  }

  @Test func someOfTheLanesAreThoseOfAll() {
    let tokens = TokenArray((0..<100).map { $0 })
    var all = LaneReader(tokens: tokens, boundary: 7, laneLength: 20, lanes: 0..<5, steps: 6)
    var some = LaneReader(tokens: tokens, boundary: 7, laneLength: 20, lanes: 2..<4, steps: 6)
    var (whole, part) = (Batch(), Batch())
    for w in 0..<all.windows {
      all.read(window: w, into: &whole)
      some.read(window: w, into: &part)
      for t in 0..<part.inputs.count / 2 {
        #expect(part.inputs[t * 2..<t * 2 + 2] == whole.inputs[t * 5 + 2..<t * 5 + 4])
        #expect(part.targets[t * 2..<t * 2 + 2] == whole.targets[t * 5 + 2..<t * 5 + 4])
      }
    }
  }
}
