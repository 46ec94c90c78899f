import TokenFiles

/// The ids of pieces that occurred lately, by the pieces' bytes, in one flat buffer of four megabytes.
///
/// A piece has one place, by its hash, and takes it from whichever piece was there.
struct PieceCache {
  /// The longest piece that is kept, in bytes.
  static let longestPiece = 23
  private static let mostIDs = 8
  private static let bits: UInt64 = 16

  /// A piece's bytes and, in the last one, their count.
  struct Key: Equatable {
    fileprivate var low: UInt64 = 0
    fileprivate var middle: UInt64 = 0
    fileprivate var high: UInt64 = 0

    /// No piece's key.
    fileprivate init() {}

    /// The key of a range of some bytes, which must lie within them and not be longer than `longestPiece`.
    @inline(__always)
    init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
      precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a piece beyond its text")
      guard let base = bytes.baseAddress else { return }
      let start = unsafe base + range.lowerBound
      let (count, rest) = (range.count, bytes.count &- range.lowerBound)
      low = unsafe TokenKey.word(start, count, isFarFromEnd: rest >= 8)
      if count > 8 { middle = unsafe TokenKey.word(start + 8, count &- 8, isFarFromEnd: rest >= 16) }
      if count > 16 { high = unsafe TokenKey.word(start + 16, count &- 16, isFarFromEnd: rest >= 24) }
      high |= UInt64(truncatingIfNeeded: count) << 56
    }

    @inline(__always)
    fileprivate var place: Int {
      var hash = low &* 0x9E37_79B9_7F4A_7C15 ^ middle &* 0xC2B2_AE3D_27D4_EB4F ^ high &* 0x1656_67B1_9E37_79F9
      hash = (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
      return Int(truncatingIfNeeded: hash >> (64 - bits))
    }
  }

  private struct Entry {
    var key = Key()
    var count = 0
    var ids = SIMD8<TokenID>()
  }

  private var entries = [Entry](repeating: Entry(), count: 1 << Int(Self.bits))

  /// Appends the ids of a piece; false when it is not here.
  @inline(__always)
  func append(_ key: Key, to ids: inout OutputSpan<TokenID>) -> Bool {
    let entry = entries[key.place]
    guard entry.key == key else { return false }
    for number in 0..<entry.count { ids.append(entry.ids[number]) }
    return true
  }

  /// Keeps the ids of a piece, unless there are too many.
  mutating func keep(_ key: Key, _ ids: [TokenID]) {
    guard ids.count <= Self.mostIDs else { return }
    var entry = Entry()
    entry.key = key
    entry.count = ids.count
    for number in ids.indices { entry.ids[number] = ids[number] }
    entries[key.place] = entry
  }
}
