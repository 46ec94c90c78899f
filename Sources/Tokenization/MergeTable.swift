import TokenFiles

/// The merges of byte-pair encoding in the order of their ranks, found by the pair that they merge.
///
/// Ids are those of the level: 0 is `<s>`, then the 256 bytes by their value, then one token for each merge.
struct MergeTable: Sendable {
  /// Two tokens that follow one another and become one.
  struct Pair: Sendable, Equatable {
    let left: TokenID
    let right: TokenID
  }

  /// The id of the byte 0, behind the special token.
  static let firstByte: TokenID = 1
  /// The id of the first merge's token.
  static let firstMerge: TokenID = 257
  /// The longest token, in bytes, so that a list of merges cannot double its tokens beyond all bounds.
  static let longestToken = 256

  private static let empty: UInt64 = .max

  /// The pairs by rank.
  private(set) var pairs: [Pair] = []
  // High half: the pair's hash; low half: its rank.
  private var slots: [UInt64]

  init() {
    slots = [UInt64](repeating: Self.empty, count: 1 << 8)
  }

  /// The id that a pair becomes, if it is ever merged: the lower, the earlier.
  @inline(__always)
  func merged(_ left: TokenID, _ right: TokenID) -> TokenID? {
    let slot = slots[find(Pair(left: left, right: right))]
    return slot == Self.empty ? nil : Self.firstMerge + TokenID(truncatingIfNeeded: slot)
  }

  /// Adds a pair as the last one; false when it is there already.
  mutating func append(_ pair: Pair) -> Bool {
    let place = find(pair)
    guard slots[place] == Self.empty else { return false }
    slots[place] = UInt64(Self.hash(pair)) << 32 | UInt64(pairs.count)
    pairs.append(pair)
    if 2 * pairs.count > slots.count { grow() }
    return true
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: Self.empty, count: 2 * old.count)
    for slot in old where slot != Self.empty {
      var place = Int(slot >> 32) & (slots.count - 1)
      while slots[place] != Self.empty { place = (place + 1) & (slots.count - 1) }
      slots[place] = slot
    }
  }

  /// The place of a pair, or the empty one where it would stand.
  @inline(__always)
  private func find(_ pair: Pair) -> Int {
    let hash = Self.hash(pair)
    let mask = slots.count - 1
    var place = Int(hash) & mask
    while true {
      let slot = slots[place]
      if slot == Self.empty || UInt32(slot >> 32) == hash && pairs[Int(slot & 0xFFFF_FFFF)] == pair { return place }
      place = (place + 1) & mask
    }
  }

  /// The upper half of a product with the golden ratio (Knuth, The Art of Computer Programming, volume 3, section 6.4).
  @inline(__always)
  private static func hash(_ pair: Pair) -> UInt32 {
    let product = (UInt64(pair.left) << 32 | UInt64(pair.right)) &* 0x9E37_79B9_7F4A_7C15
    return UInt32(truncatingIfNeeded: product >> 32)
  }
}
