/// Distinct byte strings, numbered in the order of their arrival, in one flat buffer.
///
/// An open-addressing hash table with linear probing (Knuth, The Art of Computer Programming, volume 3, section 6.4);
/// tokens are bytes, never `String`, whose equality is another and whose hashing is slow. A slot holds the first eight
/// bytes of its token, so that most look-ups touch one line of the cache.
struct TokenTable: Sendable {
  /// The place of one token.
  struct Slot {
    var prefix: UInt64
    var count: UInt32
    var number: UInt32
    static let empty = Slot(prefix: 0, count: 0, number: .max)
    var isEmpty: Bool { number == .max }
  }

  private var bytes: [UInt8] = []
  private var starts: [Int] = [0]
  private var slots = [Slot](repeating: .empty, count: 1 << 8)

  /// How many tokens there are.
  var count: Int { starts.count - 1 }

  /// The memory that the table takes, in bytes.
  var memory: Int { bytes.capacity + starts.capacity * 8 + slots.capacity * 16 }

  /// The bytes of a token.
  subscript(number: Int) -> ArraySlice<UInt8> { bytes[starts[number]..<starts[number + 1]] }

  /// The number of a token, if it is here.
  func number(of token: Span<UInt8>) -> Int? {
    token.isEmpty ? nil : unsafe token.withUnsafeBufferPointer { unsafe number(of: TokenKey($0, 0..<$0.count)) }
  }

  /// The number of a token, which is not empty and is added when it is not here.
  mutating func insert(_ token: Span<UInt8>) -> Int {
    unsafe token.withUnsafeBufferPointer { unsafe insert(TokenKey($0, 0..<$0.count)) }
  }

  /// The number of a token, if it is here.
  func number(of key: TokenKey) -> Int? {
    unsafe withUnsafeSlots { unsafe $0.number(of: key) }
  }

  /// Calls the body with the table as memory, where many tokens are to be looked up.
  @inline(__always)
  func withUnsafeSlots<Result>(_ body: (TokenSlots) -> Result) -> Result {
    unsafe slots.withUnsafeBufferPointer { slots in
      unsafe starts.withUnsafeBufferPointer { starts in
        unsafe bytes.withUnsafeBufferPointer { bytes in
          unsafe body(TokenSlots(slots: slots, starts: starts, bytes: bytes))
        }
      }
    }
  }

  /// The number of a token, which is added when it is not here.
  @inline(__always)
  mutating func insert(_ key: TokenKey) -> Int {
    let place = unsafe withUnsafeSlots { unsafe $0.find(key) }
    let slot = slots[place]
    return slot.isEmpty ? unsafe add(key, at: place) : Int(slot.number)
  }

  @inline(never)
  private mutating func add(_ key: TokenKey, at place: Int) -> Int {
    let number = count
    unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: key.start, count: key.count))
    starts.append(bytes.count)
    slots[place] = unsafe Slot(
      prefix: key.prefix, count: UInt32(truncatingIfNeeded: key.count), number: UInt32(truncatingIfNeeded: number))
    if 2 * count > slots.count { grow() }
    return number
  }

  private mutating func grow() {
    slots = [Slot](repeating: .empty, count: 2 * slots.count)
    let mask = slots.count - 1
    for number in 0..<count {
      let range = starts[number]..<starts[number + 1]
      unsafe bytes.withUnsafeBufferPointer { bytes in
        let key = unsafe TokenKey(bytes, range)
        var place = unsafe Int(truncatingIfNeeded: key.hash) & mask
        while !slots[place].isEmpty { place = (place + 1) & mask }
        slots[place] = unsafe Slot(
          prefix: key.prefix, count: UInt32(truncatingIfNeeded: key.count), number: UInt32(truncatingIfNeeded: number))
      }
    }
  }
}

/// A table of tokens as memory, which must not outlive it.
@unsafe struct TokenSlots {
  let slots: UnsafeBufferPointer<TokenTable.Slot>
  let starts: UnsafeBufferPointer<Int>
  let bytes: UnsafeBufferPointer<UInt8>

  /// The number of a token, if it is here.
  @inline(__always)
  func number(of key: TokenKey) -> Int? {
    let slot = unsafe slots[find(key)]
    return slot.isEmpty ? nil : Int(slot.number)
  }

  /// The place of a token, or the empty one where it would stand.
  @inline(__always)
  func find(_ key: TokenKey) -> Int {
    let mask = unsafe slots.count &- 1
    var place = unsafe Int(truncatingIfNeeded: key.hash) & mask
    while true {
      let slot = unsafe slots[place]
      if slot.isEmpty { return place }
      if unsafe slot.prefix == key.prefix && slot.count == UInt32(truncatingIfNeeded: key.count)
        && (key.count <= 8 || holds(Int(slot.number), key))
      {
        return place
      }
      place = (place &+ 1) & mask
    }
  }

  /// Whether a token as long as the key, and longer than its prefix, is the same.
  @inline(never)
  private func holds(_ number: Int, _ key: TokenKey) -> Bool {
    let range = unsafe starts[number]..<starts[number + 1]
    guard unsafe range.count == key.count else { return false }
    for offset in unsafe 8..<key.count where unsafe bytes[range.lowerBound + offset] != key.start[offset] {
      return false
    }
    return true
  }
}

/// A token that is looked up: where its bytes are, the first eight of them as a number, and a hash of all.
///
/// It must not outlive the memory that it points into.
@unsafe struct TokenKey {
  let start: UnsafePointer<UInt8>
  let count: Int
  let prefix: UInt64
  let hash: UInt64

  private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// The token in a range of some bytes; the range must not be empty and must lie within them.
  @inline(__always)
  init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a token beyond its text")
    guard let base = bytes.baseAddress else { preconditionFailure("a token of no text") }
    let start = unsafe base + range.lowerBound
    let count = range.count
    let isFarFromEnd = bytes.count &- range.lowerBound >= 8
    let prefix = unsafe Self.word(start, count, isFarFromEnd: isFarFromEnd)
    var hash = unsafe (prefix ^ UInt64(truncatingIfNeeded: count)) &* Self.multiplier
    if count > 8 {
      var offset = 8
      while offset < count {
        let rest = count &- offset
        let word = unsafe Self.word(start + offset, rest, isFarFromEnd: rest >= 8)
        hash = unsafe ((hash ^ (hash >> 29)) ^ word) &* Self.multiplier
        offset &+= 8
      }
    }
    unsafe self.start = start
    unsafe self.count = count
    unsafe self.prefix = prefix
    unsafe self.hash = hash ^ (hash >> 32)
  }

  /// Up to eight bytes as a little-endian number, the missing ones 0.
  @inline(__always)
  static func word(_ start: UnsafePointer<UInt8>, _ count: Int, isFarFromEnd: Bool) -> UInt64 {
    if isFarFromEnd {
      let word = unsafe UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
      return count >= 8 ? word : word & ((1 << UInt64(truncatingIfNeeded: 8 &* count)) &- 1)
    }
    var word: UInt64 = 0
    for index in 0..<min(count, 8) {
      unsafe word |= UInt64(start[index]) << UInt64(truncatingIfNeeded: 8 &* index)
    }
    return word
  }
}
