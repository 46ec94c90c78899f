/// A value for each Unicode scalar in two levels: blocks of 64 scalars, of which equal ones are kept once.
///
/// A map is made once for a process and is never freed; all threads read it.
struct ScalarMap<Value: BitwiseCopyable & Hashable & Sendable>: @unchecked Sendable {
  private static var blockCount: Int { 0x11_0000 >> 6 }

  private let blocks: UnsafeMutablePointer<UInt16>
  private let values: UnsafeMutablePointer<Value>

  /// A map of the values that differ from the usual one.
  ///
  /// - Parameters:
  ///   - usual: the value of the scalars that are not listed.
  ///   - entries: the others, in the order of the scalars.
  init(usual: Value, entries: [(scalar: UInt32, value: Value)]) {
    blocks = .allocate(capacity: Self.blockCount)
    blocks.initialize(repeating: 0, count: Self.blockCount)
    let usualBlock = [Value](repeating: usual, count: 64)
    var known = [usualBlock: 0]
    var distinct = usualBlock
    var place = 0
    while place < entries.count {
      let number = Int(entries[place].scalar >> 6)
      var block = usualBlock
      while place < entries.count && Int(entries[place].scalar >> 6) == number {
        block[Int(entries[place].scalar & 63)] = entries[place].value
        place += 1
      }
      if known[block] == nil {
        known[block] = known.count
        distinct += block
      }
      blocks[number] = UInt16(known[block] ?? 0)
    }
    values = .allocate(capacity: distinct.count)
    values.initialize(from: distinct, count: distinct.count)
  }

  /// The value of a scalar, which is at most U+10FFFF.
  @inline(__always)
  subscript(scalar: UInt32) -> Value {
    values[Int(blocks[Int(scalar >> 6)]) << 6 | Int(scalar & 63)]
  }

  /// Whether the value of a scalar and of its 63 neighbours is the usual one; where it is not, nothing is said.
  @inline(__always)
  func isUsual(around scalar: UInt32) -> Bool {
    blocks[Int(scalar >> 6)] == 0
  }
}
