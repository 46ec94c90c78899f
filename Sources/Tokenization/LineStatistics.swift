import DataFiles
import UnicodeText

/// What the lines of a corpus count, which come in pieces.
struct LineStatistics {
  private(set) var lines = 0
  private(set) var blankLines = 0
  private(set) var longestLine = 0
  private(set) var lineFeeds = 0
  private(set) var returnsWithLineFeed = 0
  private(set) var returns = 0

  // Lines by a hash of 128 bits, since they may be long and many.
  private var hashes: SpillingCounts
  private var hash = LineHash()
  private var length = 0
  private var isBlank = true
  private var endedInReturn = false

  /// Statistics of no lines; hashes of those to come may take so many bytes of memory.
  init(memoryLimit: Int) {
    hashes = SpillingCounts(memoryLimit: memoryLimit)
  }

  /// Counts the lines of the next piece.
  ///
  /// - Throws: `DataError` when the disk is full or fails.
  mutating func append(_ bytes: Span<UInt8>) throws(DataError) {
    for index in bytes.indices {
      let byte = bytes[index]
      if byte == 0x0A {
        lineFeeds += 1
        if endedInReturn { returnsWithLineFeed += 1 }
        endLine()
      } else {
        hash.append(byte)
        length += 1
        isBlank = isBlank && (byte == 0x20 || byte &- 0x09 < 5)
      }
      returns += byte == 0x0D ? 1 : 0
      endedInReturn = byte == 0x0D
    }
    try hashes.spillIfLarge()
  }

  /// Ends an input, and its last line with it.
  mutating func endInput() {
    if length > 0 { endLine() }
    endedInReturn = false
  }

  private mutating func endLine() {
    lines += 1
    blankLines += isBlank ? 1 : 0
    longestLine = max(longestLine, length)
    hashes.inMemory.add(hash.value.span, 1)
    hash = LineHash()
    length = 0
    isBlank = true
  }

  /// How many lines there are that stand in the corpus already.
  ///
  /// - Throws: `DataError` when the disk fails.
  func duplicates() throws(DataError) -> Int {
    var distinct = 0
    let stream = try hashes.stream()
    while try stream.next() != nil { distinct += 1 }
    return lines - distinct
  }
}

/// A hash of 128 bits: two of FNV-1a's kind with other multipliers, each mixed at the end (MurmurHash3's finalizer).
private struct LineHash {
  private var a: UInt64 = 0xCBF2_9CE4_8422_2325
  private var b: UInt64 = 0x8422_2325_CBF2_9CE4

  mutating func append(_ byte: UInt8) {
    a = (a ^ UInt64(byte)) &* 0x100_0000_01B3
    b = (b ^ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15
    b ^= b >> 32
  }

  var value: [UInt8] {
    [a, b].flatMap { half in
      var x = half
      x = (x ^ x >> 33) &* 0xFF51_AFD7_ED55_8CCD
      x = (x ^ x >> 33) &* 0xC4CE_B9FE_1A85_EC53
      x ^= x >> 33
      return (0..<8).map { UInt8(truncatingIfNeeded: x >> UInt64(8 * $0)) }
    }
  }
}
