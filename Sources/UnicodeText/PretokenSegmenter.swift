/// Segments that byte-pair encoding never merges across: words and numbers, each with the space before it, and the rest.
///
/// They are what this regular expression matches one behind the other, where `\s` is White_Space and the categories are
/// those of Unicode 15.0 (`ScalarRanges`):
///
///     \n
///     | ?[\p{L}\p{M}]+(?:['’\x{200C}\x{200D}][\p{L}\p{M}]+)*
///     | ?\p{N}+
///     | ?[^\s\p{L}\p{M}\p{N}]+
///     |[^\S\n]+(?= \S)
///     |[^\S\n]+
///
/// So a line feed stands alone; an apostrophe or a joiner between letters is part of the word; white space leaves a last
/// space to what follows. A text may be cut after a line feed, and before a space between what is no white space and a
/// letter or digit. Bytes that are not UTF-8 are divided somehow.
public struct PretokenSegmenter: Segmenter {
  /// A segmenter for what stands before byte-pair encoding.
  public init() {}

  /// Hands out the end of each segment.
  public func divide(_ text: Span<UInt8>, _ consume: (Span<Int>) -> Void) {
    text.withUnsafeBufferPointer { bytes in
      ScalarClasses.unicode15.withUnsafeTable { table in
        EndBatch.use(consume) { batch in
          let scanner = PretokenScanner(text: bytes, classes: table)
          var index = 0
          while index < bytes.count {
            index = scanner.end(from: index)
            batch.append(index, consume)
          }
        }
      }
    }
  }
}

/// Finds the end of one segment after the other.
private struct PretokenScanner {
  let text: UnsafeBufferPointer<UInt8>
  let classes: ScalarClasses.Table

  /// What stands at an index, and its length in bytes.
  @inline(__always)
  private func next(_ index: Int) -> (kind: ScalarClass, length: Int) {
    let lead = text[index]
    return lead < 0x80 ? (classes[ascii: lead], 1) : longer(index, lead)
  }

  /// The same beyond ASCII; what has not the shape of UTF-8 is a sign of one byte.
  @inline(__always)
  private func longer(_ index: Int, _ lead: UInt8) -> (kind: ScalarClass, length: Int) {
    let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    guard lead >= 0xC2, lead < 0xF5, index + length <= text.count else { return (.sign, 1) }
    var scalar = UInt32(lead) & (0x7F >> UInt32(length))
    for place in index + 1..<index + length {
      guard text[place] & 0xC0 == 0x80 else { return (.sign, 1) }
      scalar = scalar << 6 | UInt32(text[place]) & 0x3F
    }
    return (classes[scalar], length)
  }

  /// The end of the segment that starts at an index.
  @inline(__always)
  func end(from start: Int) -> Int {
    let lead = text[start]
    if lead == 0x0A { return start + 1 }
    var first = next(start)
    var index = start + first.length
    if lead == 0x20 {
      guard index < text.count else { return index }
      let second = next(index)
      if second.kind != .space {
        first = second
        index += second.length
      }
    }
    switch first.kind {
    case .letter: return endOfWord(index)
    case .space: return endOfSpace(index, last: start)
    case .number, .sign: return endOfRun(index, first.kind)
    }
  }

  @inline(__always)
  private func endOfRun(_ start: Int, _ kind: ScalarClass) -> Int {
    var index = start
    while index < text.count {
      let scalar = next(index)
      guard scalar.kind == kind else { break }
      index += scalar.length
    }
    return index
  }

  @inline(__always)
  private func endOfWord(_ start: Int) -> Int {
    var index = start
    while true {
      index = endOfRun(endOfASCIILetters(index), .letter)
      let behind = index + joinerLength(index)
      guard behind > index, behind < text.count else { return index }
      let scalar = next(behind)
      guard scalar.kind == .letter else { return index }
      index = behind + scalar.length
    }
  }

  /// The end of the letters of ASCII that start at an index, as far as there are eight bytes to look at.
  @inline(__always)
  private func endOfASCIILetters(_ start: Int) -> Int {
    guard let base = text.baseAddress else { return start }
    var index = start
    while index + 8 <= text.count {
      let bytes = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self).littleEndian
      let lowercase = (bytes | 0x2020_2020_2020_2020) & 0x7F7F_7F7F_7F7F_7F7F
      // The high bit of each byte: whether it is "a" or above, and not above "z", and of ASCII.
      let letters = (lowercase &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(lowercase &+ 0x0505_0505_0505_0505) & ~bytes
      let others = ~letters & 0x8080_8080_8080_8080
      guard others == 0 else { return index + others.trailingZeroBitCount / 8 }
      index += 8
    }
    return index
  }

  /// The length of an apostrophe (U+0027, U+2019) or a joiner (U+200C, U+200D) at an index; 0 where there is none.
  @inline(__always)
  private func joinerLength(_ index: Int) -> Int {
    guard index < text.count else { return 0 }
    if text[index] == 0x27 { return 1 }
    guard text[index] == 0xE2, index + 2 < text.count, text[index + 1] == 0x80 else { return 0 }
    return text[index + 2] == 0x99 || text[index + 2] == 0x8C || text[index + 2] == 0x8D ? 3 : 0
  }

  private func endOfSpace(_ start: Int, last first: Int) -> Int {
    var last = first
    var index = start
    while index < text.count && text[index] != 0x0A {
      let scalar = next(index)
      guard scalar.kind == .space else {
        // A space goes with what follows, where another one is left for this segment.
        return text[last] == 0x20 && last > first ? last : index
      }
      last = index
      index += scalar.length
    }
    return index
  }
}
