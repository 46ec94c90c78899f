/// Tokens and how often each occurred.
struct TokenCounts {
  private(set) var table = TokenTable()
  private(set) var counts: [Int] = []

  /// How many distinct tokens there are.
  var count: Int { counts.count }

  /// The memory that the counts take, in bytes.
  var memory: Int { table.memory + 8 * counts.capacity }

  /// Counts a token once.
  @inline(__always)
  mutating func add(_ key: TokenKey) {
    let number = unsafe table.insert(key)
    if number == counts.count { counts.append(1) } else { counts[number] += 1 }
  }

  /// Counts a token several times.
  mutating func add(_ token: Span<UInt8>, _ count: Int) {
    let number = table.insert(token)
    if number == counts.count { counts.append(count) } else { counts[number] += count }
  }

  /// Adds other counts.
  mutating func add(_ other: TokenCounts) {
    for number in 0..<other.count { add(other.table[number].span, other.counts[number]) }
  }

  /// Removes everything and keeps the memory.
  mutating func removeAll() {
    table.removeAll()
    counts.removeAll(keepingCapacity: true)
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
