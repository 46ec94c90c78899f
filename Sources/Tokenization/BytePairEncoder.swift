import TokenFiles

/// Applies merges to one piece of text: of all pairs of neighbours the one of the lowest rank first, the leftmost of these.
///
/// Short pieces are searched for it again and again; long ones keep a queue, so that none takes more than n log n.
struct BytePairEncoder {
  /// The longest piece that is searched, in bytes.
  private static let longestSearch = 64
  private static let none: TokenID = .max

  private let merges: MergeTable
  private var symbols: [TokenID] = []
  // By symbol: what it and the next one become; `none` when nothing.
  private var merged: [TokenID] = []
  // By the byte where a symbol starts: where its neighbours start.
  private var previous: [Int32] = []
  private var next: [Int32] = []
  // High half: what a pair becomes; low half: where it starts.
  private var queue = BinaryHeap<UInt64>()

  init(_ merges: MergeTable) {
    self.merges = merges
  }

  /// Appends the ids of a piece.
  mutating func encode(_ piece: Span<UInt8>, into ids: inout [TokenID]) {
    symbols.removeAll(keepingCapacity: true)
    merged.removeAll(keepingCapacity: true)
    for index in piece.indices { symbols.append(MergeTable.firstByte + TokenID(piece[index])) }
    for index in piece.indices { merged.append(pair(index, index + 1)) }
    if piece.count <= Self.longestSearch {
      let count = Self.search(&symbols, &merged, merges)
      ids += symbols[..<count]
    } else {
      drainQueue()
      var index = 0
      while index < symbols.count {
        ids.append(symbols[index])
        index = Int(next[index])
      }
    }
  }

  /// What the symbols at two places become.
  @inline(__always)
  private func pair(_ left: Int, _ right: Int) -> TokenID {
    right < symbols.count ? merges.merged(symbols[left], symbols[right]) ?? Self.none : Self.none
  }

  /// Merges in place, and gives how many symbols are left.
  private static func search(
    _ symbolArray: inout [TokenID], _ mergedArray: inout [TokenID], _ merges: borrowing MergeTable
  ) -> Int {
    var symbols = symbolArray.mutableSpan
    var merged = mergedArray.mutableSpan
    var count = symbols.count
    while true {
      var least = none
      var place = 0
      for index in 0..<count { least = min(least, merged[index]) }
      guard least != none else { return count }
      while merged[place] != least { place += 1 }
      symbols[place] = least
      count -= 1
      for index in place + 1..<count {
        symbols[index] = symbols[index + 1]
        merged[index] = merged[index + 1]
      }
      merged[place] = place + 1 < count ? merges.merged(least, symbols[place + 1]) ?? none : none
      if place > 0 { merged[place - 1] = merges.merged(symbols[place - 1], least) ?? none }
    }
  }

  private mutating func drainQueue() {
    let count = symbols.count
    precondition(count < Int(Int32.max), "a piece of \(count) bytes; 31 bits tell its places")
    previous.removeAll(keepingCapacity: true)
    next.removeAll(keepingCapacity: true)
    queue.removeAll()
    for index in 0..<count {
      previous.append(Int32(index) - 1)
      next.append(Int32(index) + 1)
      enqueue(index)
    }
    while let candidate = queue.pop() {
      let place = Int(candidate & 0xFFFF_FFFF)
      // A pair whose symbols have changed since is passed over.
      guard merged[place] == TokenID(candidate >> 32) else { continue }
      let right = Int(next[place])
      let end = Int(next[right])
      symbols[place] = merged[place]
      merged[right] = Self.none
      next[place] = Int32(end)
      if end < count { previous[end] = Int32(place) }
      merged[place] = pair(place, end)
      enqueue(place)
      let left = Int(previous[place])
      if left >= 0 {
        merged[left] = pair(left, place)
        enqueue(left)
      }
    }
  }

  @inline(__always)
  private mutating func enqueue(_ place: Int) {
    if merged[place] != Self.none { queue.push(UInt64(merged[place]) << 32 | UInt64(place)) }
  }
}
