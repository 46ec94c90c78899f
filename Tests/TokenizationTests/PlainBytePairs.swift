import TokenFiles

@testable import Tokenization

/// Byte-pair encoding as it is defined, without any structure to be fast.
enum PlainBytePairs {
  static func symbols(_ piece: [UInt8]) -> [TokenID] { piece.map { TokenID($0) + 1 } }

  /// Replaces a pair everywhere, from left to right.
  static func replace(_ pair: MergeTable.Pair, by merged: TokenID, in symbols: [TokenID]) -> [TokenID] {
    var result: [TokenID] = []
    var index = 0
    while index < symbols.count {
      if index + 1 < symbols.count, symbols[index] == pair.left, symbols[index + 1] == pair.right {
        result.append(merged)
        index += 2
      } else {
        result.append(symbols[index])
        index += 1
      }
    }
    return result
  }

  /// Counts all pairs of neighbours anew before each merge.
  static func train(_ pieces: [(piece: [UInt8], count: Int)], limit: Int, minimumCount: Int) -> [MergeTable.Pair] {
    var pieces = pieces.map { (symbols: symbols($0.piece), count: $0.count) }
    var merges: [MergeTable.Pair] = []
    var lengths = [Int](repeating: 1, count: 257)
    while merges.count < limit {
      var counts: [[TokenID]: Int] = [:]
      for (symbols, count) in pieces {
        for (left, right) in zip(symbols, symbols.dropFirst()) { counts[[left, right], default: 0] += count }
      }
      let candidates = counts.filter { pair, count in
        count >= minimumCount && lengths[Int(pair[0])] + lengths[Int(pair[1])] <= MergeTable.longestToken
      }
      let best = candidates.min { left, right in
        left.value != right.value ? left.value > right.value : left.key.lexicographicallyPrecedes(right.key)
      }
      guard let (ids, _) = best else { break }
      let pair = MergeTable.Pair(left: ids[0], right: ids[1])
      let merged = TokenID(257 + merges.count)
      merges.append(pair)
      lengths.append(lengths[Int(pair.left)] + lengths[Int(pair.right)])
      pieces = pieces.map { (replace(pair, by: merged, in: $0.symbols), $0.count) }
    }
    return merges
  }

  /// Replaces each pair in the order of the merges.
  static func encode(_ piece: [UInt8], _ merges: [MergeTable.Pair]) -> [TokenID] {
    var symbols = symbols(piece)
    for (rank, pair) in merges.enumerated() { symbols = replace(pair, by: TokenID(257 + rank), in: symbols) }
    return symbols
  }
}
