public import DataFiles
import Threading
public import UnicodeText

/// Counts the tokens of texts, with memory for the distinct ones only; those that are too many go to the disk.
public struct VocabularyBuilder {
  private let configuration: TokenizerConfiguration
  // Bytes and scalars are counted by their value, longer tokens by their bytes.
  private var valueCounts: [Int]
  private let stream: TokenStream?
  private var tokens = TokenCounts()
  private var spilled: SpilledCounts?
  private let memoryLimit: Int
  private var illFormedCounts = [Int](repeating: 0, count: 0x100)
  private var unknownCount = 0
  private var lineCount = 0
  private var lineIsOpen = false

  /// A builder that has counted nothing.
  ///
  /// - Parameters:
  ///   - configuration: how text becomes tokens.
  ///   - memoryLimit: how many bytes the counts may take before they go to the disk.
  public init(configuration: TokenizerConfiguration, memoryLimit: Int = 64 << 20) throws(DataError) {
    self.configuration = configuration
    self.memoryLimit = memoryLimit
    stream = try TokenStream(configuration: configuration)
    switch configuration.level {
    case .byte: valueCounts = [Int](repeating: 0, count: 0x100)
    case .character: valueCounts = [Int](repeating: 0, count: 0x11_0000)
    default: valueCounts = []
    }
  }

  /// Takes up the state in which a piece of a corpus begins.
  mutating func begin(_ piece: CorpusPiece) { lineIsOpen = piece.continuesLine }

  /// Puts the counts on the disk if they take too much memory.
  ///
  /// - Throws: `DataError` when the disk is full or fails.
  mutating func spillIfLarge() throws(DataError) {
    if tokens.memory > memoryLimit { try spill() }
  }

  private mutating func spill() throws(DataError) {
    var runs = spilled ?? SpilledCounts()
    spilled = nil
    try runs.add(tokens)
    spilled = runs
    tokens.removeAll()
  }

  /// Takes the counts of another builder of the same configuration over.
  ///
  /// - Throws: `DataError` when the disk is full or fails.
  mutating func merge(_ other: VocabularyBuilder) throws(DataError) {
    for (value, count) in other.valueCounts.enumerated() { valueCounts[value] += count }
    for (byte, count) in other.illFormedCounts.enumerated() { illFormedCounts[byte] += count }
    unknownCount += other.unknownCount
    lineCount += other.lineCount
    if spilled == nil && other.spilled == nil && tokens.memory + other.tokens.memory <= 2 * memoryLimit {
      tokens.add(other.tokens)
    } else {
      var other = other
      try spill()
      try other.spill()
      try spilled?.add(other.spilled)
    }
  }

  /// The vocabulary of what has been counted.
  ///
  /// - Parameters:
  ///   - minimumCount: tokens that occur less often fall out, 1 keeps all; pairs that occur less often are not merged.
  ///     Nil is the level's default.
  ///   - maximumSize: the most tokens, special ones included; the rarest fall out. Nil is the level's default.
  /// - Throws: `DataError` when the limits are nonsense or nothing is left; bytes are always all there, so that they
  ///   take no limits.
  public consuming func build(minimumCount: Int? = nil, maximumSize: Int? = nil) throws(DataError) -> Vocabulary {
    let minimumCount = minimumCount ?? configuration.level.defaultMinimumCount
    let maximumSize = maximumSize ?? configuration.level.defaultMaximumSize
    try configuration.check(minimumCount: minimumCount, maximumSize: maximumSize)
    if configuration.level == .bpe { return try buildSubwords(minimumCount: minimumCount, maximumSize: maximumSize) }
    if configuration.level == .byte || configuration.level == .character { tabulateValues() }
    var selection = TokenSelection(
      minimumCount: configuration.level == .byte ? 0 : minimumCount,
      room: maximumSize.map { $0 - configuration.reservedCount })
    if spilled != nil { try spill() }
    try forEachToken { token, count in selection.add(token, count) }
    let kept = selection.finish()
    guard kept.counts.count > 0 || configuration.hasByteTokens else {
      throw DataError(
        .data, "no token is left for the vocabulary: no one occurs \(minimumCount) times; lower the minimum count")
    }
    return Vocabulary(
      configuration: configuration, table: kept.table, counts: reservedCounts(selection) + kept.counts)
  }

  /// Calls the body with every distinct token and how often it occurred, when all are in memory or all on the disk.
  private func forEachToken(_ body: (Span<UInt8>, Int) -> Void) throws(DataError) {
    if let spilled {
      try spilled.forEach { token, count in body(token, count) }
    } else {
      for number in 0..<tokens.count { body(tokens.table[number].span, tokens.counts[number]) }
    }
  }

  /// The vocabulary of subwords; what has been counted is what they are learned from.
  private consuming func buildSubwords(minimumCount: Int, maximumSize: Int?) throws(DataError) -> Vocabulary {
    // The trainer needs the memory.
    if spilled != nil || tokens.memory > memoryLimit / 2 {
      try spill()
      tokens = TokenCounts()
    }
    let builder = self
    return try Vocabulary(
      configuration: configuration, minimumCount: minimumCount, maximumSize: maximumSize ?? .max,
      illFormedCounts: illFormedCounts
    ) { (body) throws(DataError) in try builder.forEachToken(body) }
  }

  /// The counts of the special tokens and of the bytes that spell what fell out.
  private func reservedCounts(_ lost: TokenSelection) -> [Int] {
    let special = configuration.specialTokens.map { name in
      switch name {
      case "<unk>": lost.lostCount + unknownCount
      case "<eos>": lineCount
      default: 0
      }
    }
    return special + (configuration.hasByteTokens ? zip(lost.lostBytes, illFormedCounts).map(+) : [])
  }

  /// Moves the counts of bytes and scalars to the tokens.
  private mutating func tabulateValues() {
    for (value, count) in valueCounts.enumerated() {
      if configuration.level == .byte {
        tokens.add([UInt8(truncatingIfNeeded: value)].span, count)
      } else if count > 0, let scalar = Unicode.Scalar(UInt32(value)) {
        tokens.add(Array(String(scalar).utf8).span, count)
      }
    }
  }
}

extension VocabularyBuilder: TextReceiver {
  /// A document begins, which counts for nothing.
  public mutating func beginDocument() {}

  /// Counts the tokens of the next stretch of text.
  public mutating func append(_ text: Span<UInt8>) {
    switch configuration.level {
    case .byte: for index in text.indices { valueCounts[Int(text[index])] += 1 }
    case .character:
      var index = 0
      while index < text.count { valueCounts[Int(text.nextScalar(&index))] += 1 }
    default: appendTokens(of: text)
    }
  }

  /// Counts a byte that is not UTF-8.
  public mutating func append(illFormed byte: UInt8) {
    if configuration.level == .byte { valueCounts[Int(byte)] += 1 } else { illFormedCounts[Int(byte)] += 1 }
  }

  /// Ends a document, whose last line is ended if it is still open.
  public mutating func endDocument() {
    if lineIsOpen { lineCount += 1 }
    lineIsOpen = false
  }

  private mutating func appendTokens(of text: Span<UInt8>) {
    let isLossless = configuration.isLossless
    unsafe text.withUnsafeBufferPointer { bytes in
      stream?.forEachToken(of: text) { range in
        lineIsOpen = !isLossless && !range.isEmpty
        if range.isEmpty {
          lineCount += 1
        } else if !isLossless && text.extracting(range).elementsEqual(SegmentTokenizer.unknownWord) {
          unknownCount += 1
        } else {
          unsafe tokens.add(TokenKey(bytes, range))
        }
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
  ///   - minimumCount: tokens that occur less often fall out, pairs that occur less often are not merged; nil is the
  ///     level's default.
  ///   - maximumSize: the most tokens, special ones included; nil is the level's default.
  ///   - invalidUTF8: what is done with bytes that are not UTF-8; nil keeps them where the vocabulary can spell bytes
  ///     and leaves text as it is, and refuses them elsewhere.
  ///   - threads: how many threads count; the vocabulary does not depend on it.
  ///   - observe: told after every piece how many bytes of the inputs have been read.
  /// - Throws: `DataError` when a text cannot be read or the limits leave nothing, and what `observe` throws.
  public static func build(
    from inputs: [CorpusInput], configuration: TokenizerConfiguration, minimumCount: Int? = nil, maximumSize: Int? = nil,
    invalidUTF8: InvalidUTF8Policy? = nil, threads: Int = 1,
    observe: (_ bytesRead: Int) throws(DataError) -> Void = { _ in }
  ) throws(DataError) -> Vocabulary {
    let minimumCount = minimumCount ?? configuration.level.defaultMinimumCount
    let maximumSize = maximumSize ?? configuration.level.defaultMaximumSize
    try configuration.check(minimumCount: minimumCount, maximumSize: maximumSize)
    let policy = try configuration.policy(invalidUTF8)
    let source = CorpusSource(configuration.reader(of: inputs))
    let counters = CounterPool()
    let pipeline = try OrderedPipeline(
      threads: threads,
      makeJob: { () throws(DataError) in CountingJob(TextPreparer(configuration, invalidUTF8: policy)) },
      fill: { (job) throws(DataError) in try source.next(into: &job.piece) },
      work: { (job) throws(DataError) in
        var counter = try counters.take { () throws(DataError) in
          try VocabularyBuilder(configuration: configuration, memoryLimit: (96 << 20) / threads)
        }
        counter.begin(job.piece)
        try job.preparer.prepare(job.piece, for: &counter)
        try counter.spillIfLarge()
        counters.give(back: counter)
      })
    var bytesRead = 0
    while let job = try pipeline.next() {
      bytesRead += job.piece.bytes.count
      try observe(bytesRead)
    }
    var builder = try VocabularyBuilder(configuration: configuration, memoryLimit: 96 << 20)
    while let counter = counters.takeAtRest() { try builder.merge(counter) }
    return try builder.build(minimumCount: minimumCount, maximumSize: maximumSize)
  }
}

/// The memory of a piece whose tokens are counted.
private final class CountingJob {
  var piece = CorpusPiece()
  var preparer: TextPreparer

  init(_ preparer: TextPreparer) {
    self.preparer = preparer
  }
}
