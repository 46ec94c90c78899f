import TokenFiles

/// Learns the merges of byte-pair encoding (Gage 1994; Sennrich, Haddow & Birch 2016) from pieces of text.
///
/// Each step merges the pair of neighbours that occurs most often, everywhere, from left to right; of pairs that occur
/// equally often the one with the smallest left id, then the smallest right id. Neighbours that overlap, as in "aaa",
/// are counted each. No pair is merged into more than `MergeTable.longestToken` bytes.
///
/// Two merges never give the same token: where a text holds a token's bytes and no symbol crosses their ends, the merges
/// up to its own have made the token of them already.
struct BytePairTrainer: ~Copyable {
  /// The most bytes of distinct pieces that take part; their memory is up to 25 times as much.
  static let defaultCapacity = 7 << 20

  private var selection: PieceSelection

  /// A trainer that has no pieces.
  init(capacity: Int = Self.defaultCapacity) {
    selection = PieceSelection(capacity: capacity)
  }

  /// Adds a piece that has not been added before, with the number of its occurrences.
  mutating func add(_ piece: Span<UInt8>, occurrences: Int) {
    // One byte has no neighbour.
    if piece.count > 1 { selection.add(piece, occurrences: occurrences) }
  }

  /// Learns merges.
  ///
  /// - Parameters:
  ///   - limit: the most merges.
  ///   - minimumCount: a pair that occurs less often is not merged, 1 or more.
  consuming func train(limit: Int, minimumCount: Int) -> MergeTable {
    selection.prune()
    var merges = MergeTable()
    var symbols = SymbolSequence(selection, minimumCount: minimumCount)
    var candidates = BinaryHeap(symbols.newPairs.map { Candidate($0, in: symbols) })
    while merges.pairs.count < limit, let candidate = candidates.pop() {
      let current = Candidate(candidate.index, in: symbols)
      if current.count < candidate.count {
        // A merge since has taken some of its occurrences; counts never rise.
        if current.count >= minimumCount { candidates.push(current) } else { symbols.forget(current.index) }
        continue
      }
      _ = merges.append(current.pair)
      symbols.merge(current.index)
      for index in symbols.newPairs { candidates.push(Candidate(index, in: symbols)) }
    }
    return merges
  }
}

/// A pair that may be merged next; the one to prefer is the least.
private struct Candidate: Comparable {
  let count: Int
  let pair: MergeTable.Pair
  let index: UInt32

  init(_ index: UInt32, in symbols: SymbolSequence) {
    count = symbols.count(of: index)
    pair = symbols.pair(index)
    self.index = index
  }

  static func < (left: Candidate, right: Candidate) -> Bool {
    if left.count != right.count { return left.count > right.count }
    if left.pair.left != right.pair.left { return left.pair.left < right.pair.left }
    return left.pair.right < right.pair.right
  }
}
