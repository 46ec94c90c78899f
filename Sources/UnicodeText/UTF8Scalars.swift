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
      index &+= 1
      return 0xFFFD
    }
    index &+= scalar.length
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
  func endOfASCII(from start: Int, or returns: CarriageReturns) -> Int {
    var index = start
    while count &- index >= 32 {
      let stops =
        returns.stops(in: eightBytes(at: index)) | returns.stops(in: eightBytes(at: index &+ 8))
        | returns.stops(in: eightBytes(at: index &+ 16)) | returns.stops(in: eightBytes(at: index &+ 24))
      if stops != 0 { break }
      index &+= 32
    }
    while index < count {
      let stops = returns.stops(in: eightBytes(at: index))
      index &+= stops.trailingZeroBitCount / 8
      if stops != 0 { return index }
    }
    return count
  }

  /// Four bytes from an index on, the first one lowest; zeros after the end.
  @inline(__always)
  func fourBytes(at index: Int) -> UInt32 {
    guard count &- index >= 4 else { return UInt32(truncatingIfNeeded: lastBytes(from: index)) }
    return UnsafeRawBufferPointer(self).loadUnaligned(fromByteOffset: index, as: UInt32.self).littleEndian
  }

  /// Eight bytes from an index on, the first one lowest; zeros after the end.
  @inline(__always)
  func eightBytes(at index: Int) -> UInt64 {
    guard count &- index >= 8 else { return lastBytes(from: index) }
    return UnsafeRawBufferPointer(self).loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
  }

  @inline(never)
  private func lastBytes(from start: Int) -> UInt64 {
    self[start...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// Where U+000D is looked for among ASCII, eight bytes at a time.
struct CarriageReturns {
  private static let ones: UInt64 = 0x0101_0101_0101_0101

  /// The high bit of each byte where U+000D is to be found, else none.
  private let mask: UInt64

  init(areStops: Bool) {
    mask = areStops ? Self.ones &* 0x80 : 0
  }

  /// The lowest set bit is the high one of the first of eight bytes that is not ASCII, or that is U+000D if that is
  /// looked for; 0 where there is none.
  @inline(__always)
  func stops(in bytes: UInt64) -> UInt64 {
    // Of ASCII only U+000D is 0 here, and borrows to its high bit; what is borrowed from above does not matter.
    let differences = (bytes ^ (Self.ones &* 0x0D)) &- Self.ones
    return differences & mask | bytes & (Self.ones &* 0x80)
  }
}
