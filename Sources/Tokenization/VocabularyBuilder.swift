public import DataFiles
public import UnicodeText

/// Counts the tokens of a text, with memory for the distinct ones only.
public struct VocabularyBuilder {
  private let configuration: TokenizerConfiguration
  // Bytes and scalars are counted by their value, longer tokens by their number in the table.
  private var valueCounts: [Int]
  private var stream: TokenStream?
  private var table = TokenTable()
  private var tokenCounts: [Int] = []
  private var unknownCount = 0
  private var lineCount = 0
  private var lineIsOpen = false

  /// A builder that has counted nothing.
  public init(configuration: TokenizerConfiguration) throws(DataError) {
    self.configuration = configuration
    stream = try TokenStream(configuration: configuration)
    switch configuration.level {
    case .byte: valueCounts = [Int](repeating: 0, count: 0x100)
    case .character: valueCounts = [Int](repeating: 0, count: 0x11_0000)
    default: valueCounts = []
    }
  }

  /// Counts the tokens of the next block of normalized text.
  public mutating func append(_ block: Span<UInt8>) {
    switch configuration.level {
    case .byte: for index in block.indices { valueCounts[Int(block[index])] += 1 }
    case .character:
      var index = 0
      while index < block.count { valueCounts[Int(block.nextScalar(&index))] += 1 }
    default: appendTokens(of: block)
    }
  }

  /// Ends a text, whose last line is ended if it is still open.
  public mutating func endText() {
    if lineIsOpen { lineCount += 1 }
    lineIsOpen = false
  }

  private mutating func appendTokens(of block: Span<UInt8>) {
    stream?.divide(block)
    guard let ranges = stream?.ranges else { return }
    for range in ranges {
      if range.isEmpty {
        lineCount += 1
        lineIsOpen = false
        continue
      }
      lineIsOpen = !configuration.isLossless
      let token = block.extracting(range)
      if !configuration.isLossless && token.elementsEqual(TokenStream.unknown) {
        unknownCount += 1
        continue
      }
      let number = table.insert(token)
      if number == tokenCounts.count { tokenCounts.append(1) } else { tokenCounts[number] += 1 }
    }
  }

  /// The vocabulary of what has been counted.
  ///
  /// - Parameters:
  ///   - minimumCount: tokens that occur less often fall out, 1 keeps all.
  ///   - maximumSize: the most tokens, special ones included; the rarest fall out. Nil keeps all.
  /// - Throws: `DataError` when the limits are nonsense or nothing is left; bytes are always all there, so that they
  ///   take no limits.
  public consuming func build(minimumCount: Int = 1, maximumSize: Int? = nil) throws(DataError) -> Vocabulary {
    let specialCount = configuration.specialTokens.count
    guard minimumCount >= 1 else {
      throw DataError(.usage, "a minimum count of \(minimumCount) makes no sense: give 1 or more")
    }
    if let maximumSize, maximumSize <= specialCount || maximumSize > Int(UInt32.max) {
      throw DataError(
        .usage, "a vocabulary of at most \(maximumSize) tokens has no room: give \(specialCount + 1) or more")
    }
    if configuration.level == .byte && (minimumCount != 1 || maximumSize != nil) {
      throw DataError(.usage, "level byte always has all 256 bytes: leave the minimum count and maximum size out")
    }
    if configuration.level == .byte || configuration.level == .character { tabulateValues() }
    let order = (0..<table.count).sorted { [tokenCounts, table] left, right in
      tokenCounts[left] != tokenCounts[right]
        ? tokenCounts[left] > tokenCounts[right] : table[left].lexicographicallyPrecedes(table[right])
    }
    var kept = order.prefix { configuration.level == .byte || tokenCounts[$0] >= minimumCount }
    if let maximumSize { kept = kept.prefix(maximumSize - specialCount) }
    guard !kept.isEmpty else {
      throw DataError(
        .data, "no token is left for the vocabulary: no one occurs \(minimumCount) times; lower the minimum count")
    }
    var sorted = TokenTable()
    for number in kept { _ = sorted.insert(Array(table[number]).span) }
    let keptCounts = kept.map { [tokenCounts] in tokenCounts[$0] }
    let lost = order.dropFirst(kept.count).reduce(unknownCount) { [tokenCounts] in $0 + tokenCounts[$1] }
    let boundaryCount = configuration.isLossless ? 0 : lineCount
    let specialCounts = configuration.level == .byte ? [0] : [lost, boundaryCount]
    return Vocabulary(configuration: configuration, table: sorted, counts: specialCounts + keptCounts)
  }

  /// Moves the counts of bytes and scalars into the table.
  private mutating func tabulateValues() {
    for (value, count) in valueCounts.enumerated() {
      if configuration.level == .byte {
        _ = table.insert([UInt8(truncatingIfNeeded: value)].span)
        tokenCounts.append(count)
      } else if count > 0, let scalar = Unicode.Scalar(UInt32(value)) {
        _ = table.insert(Array(String(scalar).utf8).span)
        tokenCounts.append(count)
      }
    }
  }
}

extension Vocabulary {
  /// The vocabulary of texts, which are read once, as streams.
  ///
  /// - Parameters:
  ///   - inputs: the texts.
  ///   - configuration: how they become tokens.
  ///   - minimumCount: tokens that occur less often fall out.
  ///   - maximumSize: the most tokens, special ones included; nil keeps all.
  ///   - invalidUTF8: what is done with bytes that are not UTF-8; bytes that stay as they are need not be.
  /// - Throws: `DataError` when a text cannot be read or the limits leave nothing.
  public static func build(
    from inputs: [CorpusInput], configuration: TokenizerConfiguration, minimumCount: Int = 1, maximumSize: Int? = nil,
    invalidUTF8: InvalidUTF8Policy = .error
  ) throws(DataError) -> Vocabulary {
    var builder = try VocabularyBuilder(configuration: configuration)
    var reader = configuration.reader(of: inputs, invalidUTF8: invalidUTF8)
    var block: [UInt8] = []
    while let event = try reader.next(into: &block) {
      switch event {
      case .block: builder.append(block.span)
      case .endOfInput: builder.endText()
      }
    }
    return try builder.build(minimumCount: minimumCount, maximumSize: maximumSize)
  }
}
