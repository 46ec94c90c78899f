#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Makes U+000D U+000A and U+000D alone U+000A in text that comes in pieces, wherever the pieces are cut.
struct LineEndingConverter {
  /// Whether the last piece ended in U+000D, so that U+000A at the start of the next one has been written already.
  private var endedInReturn = false

  /// Converts, in place, what stands in the text from an index on.
  mutating func convert(_ text: inout [UInt8], from start: Int) {
    guard start < text.count else { return }
    var kept = start
    text.withUnsafeMutableBufferPointer { bytes in
      var index = start
      if endedInReturn && bytes[index] == 0x0A { index += 1 }
      endedInReturn = bytes[bytes.count - 1] == 0x0D
      while index < bytes.count {
        let end = Self.endOfLine(in: UnsafeBufferPointer(bytes), from: index)
        if kept != index, let base = bytes.baseAddress { memmove(base + kept, base + index, end - index) }
        kept += end - index
        index = end
        guard index < bytes.count else { break }
        bytes[kept] = 0x0A
        kept += 1
        index += index + 1 < bytes.count && bytes[index + 1] == 0x0A ? 2 : 1
      }
    }
    text.removeSubrange(kept...)
  }

  /// The index of the next U+000D, or the count.
  private static func endOfLine(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard let base = bytes.baseAddress else { return start }
    guard let found = memchr(base + start, 0x0D, bytes.count - start) else { return bytes.count }
    return UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - base
  }
}
