/// How often each Unicode scalar occurred, with memory for the blocks of 256 that did.
struct ScalarCounts {
  private static let absent = UInt32.max

  // Where the counts of each block start.
  private var starts = [UInt32](repeating: Self.absent, count: 0x1100)
  private var counts: [Int] = []

  /// Counts a scalar.
  @inline(__always)
  mutating func add(_ scalar: UInt32, _ count: Int = 1) {
    let block = Int(scalar >> 8)
    if starts[block] == Self.absent { makeRoom(block) }
    counts[Int(starts[block]) &+ Int(scalar & 0xFF)] += count
  }

  /// Adds other counts.
  mutating func add(_ other: ScalarCounts) {
    other.forEach { scalar, count in add(scalar, count) }
  }

  /// Calls the body with each scalar that occurred, in the order of their values.
  func forEach(_ body: (_ scalar: UInt32, _ count: Int) -> Void) {
    for (block, start) in starts.enumerated() where start != Self.absent {
      for offset in 0..<256 where counts[Int(start) + offset] > 0 {
        body(UInt32(block) << 8 | UInt32(offset), counts[Int(start) + offset])
      }
    }
  }

  /// Forgets all counts and keeps the memory.
  mutating func removeAll() {
    for index in counts.indices { counts[index] = 0 }
  }

  private mutating func makeRoom(_ block: Int) {
    starts[block] = UInt32(counts.count)
    counts += repeatElement(0, count: 256)
  }
}
