import DataFiles
import TokenFiles

extension Vocabulary {
  /// The vocabulary that byte-pair encoding learns from pieces of text.
  ///
  /// - Parameters:
  ///   - pieces: the pieces, which are gone through twice: to learn the merges, and to count the tokens that they make.
  ///   - configuration: how text becomes tokens, at level `bpe`.
  ///   - minimumCount: a pair that occurs less often is not merged.
  ///   - maximumSize: the most tokens, `<s>` and the bytes included.
  ///   - illFormedCounts: how often each byte stood where it is not UTF-8.
  /// - Throws: `DataError` when pieces are on the disk and it fails.
  init(
    learnedFrom pieces: SpillingCounts, _ configuration: TokenizerConfiguration, minimumCount: Int, maximumSize: Int,
    illFormedCounts: [Int]
  ) throws(DataError) {
    var trainer = BytePairTrainer()
    try pieces.forEach { piece, count in trainer.add(piece, occurrences: count) }
    let merges = trainer.train(limit: maximumSize - configuration.reservedCount, minimumCount: minimumCount)
    var table = TokenTable()
    for pair in merges.pairs { _ = table.insert(pair) }
    var counts = [0] + illFormedCounts + repeatElement(0, count: merges.pairs.count)
    var encoder = BytePairEncoder(merges)
    var ids: [TokenID] = []
    try pieces.forEach { piece, count in
      ids.removeAll(keepingCapacity: true)
      encoder.encode(piece, into: &ids)
      for id in ids { counts[Int(id)] += count }
    }
    self.init(configuration: configuration, table: table, counts: counts, merges: merges)
  }
}

/// The tokens of merges, by rank.
extension TokenTable {
  /// How many bytes the token of a pair has.
  func length(of pair: MergeTable.Pair) -> Int { part(pair.left).count + part(pair.right).count }

  /// The number of a pair's token, which is added when it is not here.
  mutating func insert(_ pair: MergeTable.Pair) -> Int {
    insert(Array(part(pair.left) + part(pair.right)).span)
  }

  private func part(_ id: TokenID) -> ArraySlice<UInt8> {
    id < MergeTable.firstMerge
      ? [UInt8(truncatingIfNeeded: id - MergeTable.firstByte)] : self[Int(id - MergeTable.firstMerge)]
  }
}
