/// The most frequent of tokens that come one after another, with memory for those alone.
struct TokenSelection {
  /// How often the tokens occurred, all together, that fell out.
  private(set) var lostCount = 0
  /// How often each byte occurs in them.
  private(set) var lostBytes = [Int](repeating: 0, count: 0x100)

  private let minimumCount: Int
  private let room: Int
  private var kept = TokenCounts()

  /// A selection of the tokens that occur a minimum of times, as many as there is room for; nil for any number.
  init(minimumCount: Int, room: Int?) {
    self.minimumCount = minimumCount
    self.room = room ?? .max
  }

  /// Takes one more token, which has not come before.
  mutating func add(_ token: Span<UInt8>, _ count: Int) {
    if count >= minimumCount && room > 0 {
      kept.add(token, count)
      // So rarely that choosing takes linear time on the whole.
      if room < 1 << 40 && kept.count >= 2 * room + 4096 { choose() }
    } else {
      lose(token, count)
    }
  }

  /// The tokens that were chosen, the most frequent first, those of equal count in code-point order.
  mutating func finish() -> TokenCounts {
    choose()
    return kept
  }

  private mutating func choose() {
    let order = kept.sortedByCount()
    var chosen = TokenCounts()
    for number in order.prefix(room) { chosen.add(kept.table[number].span, kept.counts[number]) }
    for number in order.dropFirst(room) { lose(kept.table[number].span, kept.counts[number]) }
    kept = chosen
  }

  private mutating func lose(_ token: Span<UInt8>, _ count: Int) {
    lostCount += count
    for index in token.indices { lostBytes[Int(token[index])] += count }
  }
}
