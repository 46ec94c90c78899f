public import DataFiles

extension Vocabulary {
  /// Whether texts may have tokens that can be added: not bytes, which are all there, nor subwords, which spell
  /// everything.
  public var canGrow: Bool { configuration.level != .byte && configuration.level != .bpe }

  /// This vocabulary with the tokens of another one that it lacks behind its own, in the other's order.
  ///
  /// What was a token keeps its id, and the counts of both are added up.
  ///
  /// - Parameters:
  ///   - other: made with the same configuration.
  ///   - maximumSize: the most tokens of the result, of which those added last fall out; nil is any number.
  /// - Throws: `DataError` when the other makes tokens in another way, this one cannot grow, or is larger already.
  public func growing(by other: Vocabulary, maximumSize: Int? = nil) throws(DataError) -> Vocabulary {
    guard canGrow else { throw DataError(.usage, "a vocabulary of level \(configuration.level.rawValue) is whole") }
    guard other.configuration == configuration else {
      throw DataError(.usage, "a vocabulary grows only by one that makes tokens of text as it does")
    }
    if let maximumSize, maximumSize < count {
      throw DataError(.usage, "max-size is \(maximumSize), and there are \(count) tokens already, which stay")
    }
    var (grown, counts) = (table, counts)
    func add(_ occurrences: Int, to id: Int) {
      let (sum, isTooLarge) = counts[id].addingReportingOverflow(occurrences)
      counts[id] = isTooLarge ? .max : sum
    }
    for id in 0..<firstOfTable { add(other.counts[id], to: id) }
    for number in 0..<other.table.count {
      let token = other.table[number]
      let occurrences = other.counts[firstOfTable + number]
      if let own = table.number(of: token.span) {
        add(occurrences, to: firstOfTable + own)
      } else if counts.count < maximumSize ?? .max {
        _ = grown.insert(token.span)
        counts.append(occurrences)
      } else if let unknown {
        add(occurrences, to: Int(unknown))
      }
    }
    return Vocabulary(configuration: configuration, table: grown, counts: counts)
  }
}
