extension UnsafeBufferPointer<UInt8> {
  /// The index of the first byte from `start` on that is not ASCII, or the count.
  @inline(__always)
  func endOfASCII(from start: Int) -> Int {
    guard let base = baseAddress else { return start }
    var index = start
    while index + 8 <= count {
      let word = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self).littleEndian & 0x8080_8080_8080_8080
      guard word == 0 else { return index + word.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < count && self[index] < 0x80 { index += 1 }
    return index
  }

  /// The scalar that starts at an index of valid UTF-8; the index moves to the next one.
  @inline(__always)
  func nextScalar(_ index: inout Int) -> UInt32 {
    let lead = UInt32(self[index])
    guard lead >= 0x80 else {
      index += 1
      return lead
    }
    let second = UInt32(self[index + 1]) & 0x3F
    guard lead >= 0xE0 else {
      index += 2
      return (lead & 0x1F) << 6 | second
    }
    let third = UInt32(self[index + 2]) & 0x3F
    guard lead >= 0xF0 else {
      index += 3
      return (lead & 0x0F) << 12 | second << 6 | third
    }
    index += 4
    return (lead & 0x07) << 18 | second << 12 | third << 6 | UInt32(self[index - 1]) & 0x3F
  }

  /// The index where the scalar that ends before `end` starts; `end` is above 0.
  @inline(__always)
  func startOfScalar(before end: Int) -> Int {
    var start = end - 1
    while start > 0 && self[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }
}

extension [UInt8] {
  /// Appends a scalar in UTF-8.
  @inline(__always)
  mutating func append(scalar: UInt32) {
    switch scalar {
    case 0..<0x80: append(UInt8(truncatingIfNeeded: scalar))
    case 0x80..<0x800:
      append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    case 0x800..<0x1_0000:
      append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    default:
      append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
      append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    }
  }
}
