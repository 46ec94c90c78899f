extension Span<UInt8> {
  /// Whether the bytes are those of an array.
  func elementsEqual(_ other: [UInt8]) -> Bool {
    guard count == other.count else { return false }
    for index in indices where self[index] != other[index] { return false }
    return true
  }

  /// The scalar that starts at an index of valid UTF-8; the index moves to the next one.
  @inline(__always)
  func nextScalar(_ index: inout Int) -> UInt32 {
    let lead = UInt32(self[index])
    index += 1
    guard lead >= 0x80 else { return lead }
    let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    var scalar = lead & (0x7F >> UInt32(length))
    for _ in 1..<length {
      scalar = scalar << 6 | UInt32(self[index]) & 0x3F
      index += 1
    }
    return scalar
  }
}
