import CText

// Bytes that need not be UTF-8, looked at without reading beyond them.

extension UnsafeBufferPointer<UInt8> {
  /// What stands at an index; beyond the end, an incomplete sequence.
  @inline(__always)
  func sequence(at index: Int) -> UTF8Sequence {
    index < count ? UTF8Sequence(in: self, at: index) : .incomplete
  }

  /// Where the well-formed sequence that ends before `end` starts; nil where there is none.
  func startOfValidScalar(before end: Int) -> Int? {
    guard end > 0 else { return nil }
    var start = end - 1
    while start > 0 && end - start < 4 && self[start] & 0xC0 == 0x80 { start -= 1 }
    return sequence(at: start) == .scalar(end - start) ? start : nil
  }

  /// The last such byte of a range; nil where there is none.
  func lastIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
    guard let base = baseAddress, !range.isEmpty else { return nil }
    let found = text_last_byte(byte, base + range.lowerBound, Int64(range.count))
    return found < 0 ? nil : range.lowerBound + Int(found)
  }

  /// Where a byte string that is not empty begins at or after an index; nil where it does not occur.
  func firstIndex(of wanted: [UInt8], from start: Int) -> Int? {
    guard let base = baseAddress, start < count else { return nil }
    let found = text_find(base + start, Int64(count - start), wanted, Int64(wanted.count))
    return found < 0 ? nil : start + Int(found)
  }

  /// How often U+000A occurs.
  var lineFeedCount: Int { Int(text_count_line_feeds(baseAddress, Int64(count))) }
}
