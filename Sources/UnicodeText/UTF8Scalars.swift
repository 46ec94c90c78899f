extension UnsafeBufferPointer<UInt8> {
  /// The well-formed scalar that starts at an index below the count, and its length; nil where there is none (Unicode
  /// 15.0, table 3-7).
  @inline(__always)
  func scalar(at index: Int) -> (value: UInt32, length: Int)? {
    let bytes = fourBytes(at: index)
    let lead = bytes & 0xFF
    if lead < 0x80 { return (lead, 1) }
    if lead < 0xE0 {
      guard lead >= 0xC2 && bytes & 0xC000 == 0x8000 else { return nil }
      return ((lead & 0x1F) << 6 | bytes >> 8 & 0x3F, 2)
    }
    if lead < 0xF0 {
      guard bytes & 0xC0_C000 == 0x80_8000 else { return nil }
      let value = (lead & 0x0F) << 12 | (bytes >> 8 & 0x3F) << 6 | bytes >> 16 & 0x3F
      guard value >= 0x800 && value & 0xF800 != 0xD800 else { return nil }
      return (value, 3)
    }
    guard lead < 0xF5 && bytes & 0xC0C0_C000 == 0x8080_8000 else { return nil }
    let value = (lead & 0x07) << 18 | (bytes >> 8 & 0x3F) << 12 | (bytes >> 16 & 0x3F) << 6 | bytes >> 24 & 0x3F
    guard value &- 0x1_0000 < 0x10_0000 else { return nil }
    return (value, 4)
  }

  /// The scalar that starts at an index, which moves to the next one; an ill-formed byte gives U+FFFD.
  @inline(__always)
  func nextScalar(_ index: inout Int) -> UInt32 {
    guard let scalar = scalar(at: index) else {
      index += 1
      return 0xFFFD
    }
    index += scalar.length
    return scalar.value
  }

  /// The index where the scalar that ends before `end` starts; `end` is above 0.
  @inline(__always)
  func startOfScalar(before end: Int) -> Int {
    var start = end - 1
    while start > 0 && self[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  /// The index of the first byte from `start` on that is not ASCII, or is U+000D if that is asked for; else the count.
  @inline(__always)
  func endOfASCII(from start: Int, stopsAtReturns: Bool) -> Int {
    var index = start
    while index + 32 <= count {
      let stops = (
        eightBytes(at: index).stops(atReturns: stopsAtReturns),
        eightBytes(at: index + 8).stops(atReturns: stopsAtReturns),
        eightBytes(at: index + 16).stops(atReturns: stopsAtReturns),
        eightBytes(at: index + 24).stops(atReturns: stopsAtReturns)
      )
      guard stops.0 | stops.1 | stops.2 | stops.3 == 0 else { break }
      index += 32
    }
    while index < count {
      let stops = eightBytes(at: index).stops(atReturns: stopsAtReturns)
      guard stops == 0 else { return index + stops.trailingZeroBitCount / 8 }
      index += 8
    }
    return count
  }

  /// Four bytes from an index on, the first one lowest; zeros after the end.
  @inline(__always)
  private func fourBytes(at index: Int) -> UInt32 {
    if index + 4 <= count, let base = baseAddress {
      return UnsafeRawPointer(base + index).loadUnaligned(as: UInt32.self).littleEndian
    }
    var word: UInt32 = 0
    for place in index..<count { word |= UInt32(self[place]) << UInt32(8 * (place - index)) }
    return word
  }

  /// Eight bytes from an index on, the first one lowest; zeros after the end.
  @inline(__always)
  func eightBytes(at index: Int) -> UInt64 {
    if index + 8 <= count, let base = baseAddress {
      return UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self).littleEndian
    }
    var word: UInt64 = 0
    for place in index..<count { word |= UInt64(self[place]) << UInt64(8 * (place - index)) }
    return word
  }
}

extension UInt64 {
  /// Of eight bytes, the first one lowest: the lowest set bit stands in the first that is not ASCII, or that is U+000D
  /// if that is asked for; 0 where there is none.
  @inline(__always)
  func stops(atReturns: Bool) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // Zero only in a byte that is U+000D; then the subtraction borrows from the high bit, and after it perhaps again.
    let returns = atReturns ? (self ^ (ones &* 0x0D)) &- ones : 0
    return (returns | self) & (ones &* 0x80)
  }
}
