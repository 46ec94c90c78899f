/// Tokens, how often each occurred, and when it occurred first.
struct TokenCounts {
  private(set) var table = TokenTable()
  private(set) var counts: [Int] = []
  /// When each token occurred first, in a unit of the caller's that fits a byte.
  private(set) var stamps: [UInt8] = []

  /// How many distinct tokens there are.
  var count: Int { counts.count }

  /// The memory that the counts take, in bytes.
  var memory: Int { table.memory + 8 * counts.capacity + stamps.capacity }

  /// Counts a token once.
  @inline(__always)
  mutating func add(_ key: TokenKey, stamp: UInt8 = 0) {
    let number = unsafe table.insert(key)
    if number == counts.count { append(1, stamp) } else { counts[number] += 1 }
  }

  /// Counts a token several times.
  mutating func add(_ token: Span<UInt8>, _ count: Int, stamp: UInt8 = 0) {
    let number = table.insert(token)
    if number == counts.count {
      append(count, stamp)
    } else {
      counts[number] += count
      stamps[number] = min(stamps[number], stamp)
    }
  }

  /// Adds other counts.
  mutating func add(_ other: TokenCounts) {
    for number in 0..<other.count { add(other.table[number].span, other.counts[number], stamp: other.stamps[number]) }
  }

  private mutating func append(_ count: Int, _ stamp: UInt8) {
    counts.append(count)
    stamps.append(stamp)
  }

  /// The numbers of the tokens, which are sorted by their bytes.
  func sortedByBytes() -> [Int] {
    (0..<count).sorted { [table] in table[$0].lexicographicallyPrecedes(table[$1]) }
  }

  /// The numbers of the tokens by descending count, those of equal count in the order of their bytes.
  func sortedByCount() -> [Int] {
    (0..<count).sorted { [table, counts] in
      counts[$0] != counts[$1] ? counts[$0] > counts[$1] : table[$0].lexicographicallyPrecedes(table[$1])
    }
  }
}
