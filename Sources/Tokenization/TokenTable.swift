/// Distinct byte strings, numbered in the order of their arrival, in one flat buffer.
///
/// An open-addressing hash table with linear probing (Knuth, The Art of Computer Programming, volume 3, section 6.4);
/// tokens are bytes, never `String`, whose equality is another and whose hashing is slow.
struct TokenTable: Sendable {
  private static let empty: UInt64 = .max

  private var bytes: [UInt8] = []
  private var starts: [Int] = [0]
  // High half: the hash's; low half: the token's number.
  private var slots: [UInt64]

  init() {
    slots = [UInt64](repeating: Self.empty, count: 1 << 8)
  }

  /// How many tokens there are.
  var count: Int { starts.count - 1 }

  /// Where a token stands in the buffer.
  @inline(__always)
  private func range(_ number: Int) -> Range<Int> { starts[number]..<starts[number + 1] }

  /// The bytes of a token.
  subscript(number: Int) -> ArraySlice<UInt8> { bytes[range(number)] }

  /// The number of a token, if it is here.
  @inline(__always)
  func number(of token: Span<UInt8>) -> Int? {
    let slot = slots[find(token, hash: Self.hash(token))]
    return slot == Self.empty ? nil : Int(slot & 0xFFFF_FFFF)
  }

  /// The number of a token, which is added when it is not here.
  @inline(__always)
  mutating func insert(_ token: Span<UInt8>) -> Int {
    let hash = Self.hash(token)
    let place = find(token, hash: hash)
    let slot = slots[place]
    return slot == Self.empty ? add(token, hash: hash, at: place) : Int(slot & 0xFFFF_FFFF)
  }

  @inline(never)
  private mutating func add(_ token: Span<UInt8>, hash: UInt32, at place: Int) -> Int {
    let number = count
    for index in token.indices { bytes.append(token[index]) }
    starts.append(bytes.count)
    slots[place] = UInt64(hash) << 32 | UInt64(number)
    if 2 * count > slots.count { grow() }
    return number
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

  /// The place of a token, or the empty one where it would stand.
  @inline(__always)
  private func find(_ token: Span<UInt8>, hash: UInt32) -> Int {
    let mask = slots.count - 1
    var place = Int(hash) & mask
    while true {
      let slot = slots[place]
      if slot == Self.empty || UInt32(slot >> 32) == hash && holds(Int(slot & 0xFFFF_FFFF), token) { return place }
      place = (place + 1) & mask
    }
  }

  @inline(__always)
  private func holds(_ number: Int, _ token: Span<UInt8>) -> Bool {
    let range = range(number)
    guard range.count == token.count else { return false }
    for index in token.indices where bytes[range.lowerBound + index] != token[index] { return false }
    return true
  }

  /// FNV-1a of 64 bits, folded to 32.
  @inline(__always)
  private static func hash(_ token: Span<UInt8>) -> UInt32 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in token.indices { hash = (hash ^ UInt64(token[index])) &* 0x100_0000_01B3 }
    return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
  }
}
