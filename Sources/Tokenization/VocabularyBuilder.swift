public import DataFiles
import Threading
public import UnicodeText

/// Counts the tokens of texts, with memory for the distinct ones only; those that are too many go to the disk.
public struct VocabularyBuilder {
  private let configuration: TokenizerConfiguration
  // Bytes and scalars are counted by their value, longer tokens by their bytes.
  private var byteCounts = [Int](repeating: 0, count: 0x100)
  private var scalarCounts = ScalarCounts()
  private let stream: TokenStream?
  private var tokens: SpillingCounts
  private var unknownCount = 0
  private var lineCount = 0
  private var lineIsOpen = false

  /// A builder that has counted nothing.
  ///
  /// - Parameters:
  ///   - configuration: how text becomes tokens.
  ///   - memoryLimit: how many bytes the counts may take before they go to the disk.
  ///   - mostRuns: how many files they may have open there.
  public init(
    configuration: TokenizerConfiguration, memoryLimit: Int = 64 << 20, mostRuns: Int = 64
  ) throws(DataError) {
    self.configuration = configuration
    tokens = SpillingCounts(memoryLimit: memoryLimit, mostRuns: mostRuns)
    stream = try TokenStream(configuration: configuration)
  }

  /// Takes up the state in which a piece of a corpus begins.
  mutating func begin(_ piece: CorpusPiece) { lineIsOpen = piece.continuesLine }

  /// Puts the counts on the disk if they take too much memory.
  ///
  /// - Throws: `DataError` when the disk is full or fails.
  mutating func spillIfLarge() throws(DataError) { try tokens.spillIfLarge() }

  /// Takes the counts of another builder of the same configuration over.
  ///
  /// - Throws: `DataError` when the disk is full or fails.
  mutating func merge(_ other: VocabularyBuilder) throws(DataError) {
    for (byte, count) in other.byteCounts.enumerated() { byteCounts[byte] += count }
    scalarCounts.add(other.scalarCounts)
    unknownCount += other.unknownCount
    lineCount += other.lineCount
    try tokens.merge(other.tokens)
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
    if configuration.level == .bpe {
      try tokens.makeRoom()
      return try Vocabulary(
        learnedFrom: tokens, configuration, minimumCount: minimumCount, maximumSize: maximumSize ?? .max,
        illFormedCounts: byteCounts)
    }
    tabulateValues()
    var selection = TokenSelection(
      minimumCount: configuration.level == .byte ? 0 : minimumCount,
      room: maximumSize.map { $0 - configuration.reservedCount })
    try tokens.forEach { token, count in selection.add(token, count) }
    let kept = selection.finish()
    guard kept.counts.count > 0 || configuration.hasByteTokens else {
      throw DataError(
        .data,
        minimumCount <= 1
          ? "the text has no token of level \(configuration.level.rawValue); give another text, or another level"
          : "no token is left for the vocabulary: no one occurs \(minimumCount) times; lower the minimum count")
    }
    return Vocabulary(
      configuration: configuration, table: kept.table, counts: reservedCounts(selection) + kept.counts)
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
    return special + (configuration.hasByteTokens ? zip(lost.lostBytes, byteCounts).map(+) : [])
  }

  /// Moves the counts of bytes and scalars to the tokens.
  private mutating func tabulateValues() {
    if configuration.level == .byte {
      for (byte, count) in byteCounts.enumerated() {
        tokens.inMemory.add([UInt8(truncatingIfNeeded: byte)].span, count)
      }
    }
    scalarCounts.forEach { value, count in
      if let scalar = Unicode.Scalar(value) { tokens.inMemory.add(Array(String(scalar).utf8).span, count) }
    }
  }
}

extension VocabularyBuilder: TextReceiver {
  /// A document begins, which counts for nothing.
  public mutating func beginDocument() {}

  /// Counts the tokens of the next stretch of text.
  public mutating func append(_ text: Span<UInt8>) {
    switch configuration.level {
    case .byte: for index in text.indices { byteCounts[Int(text[index])] += 1 }
    case .character:
      var index = 0
      while index < text.count { scalarCounts.add(text.nextScalar(&index)) }
    default: appendTokens(of: text)
    }
  }

  /// Counts a byte that is not UTF-8.
  public mutating func append(illFormed byte: UInt8) {
    byteCounts[Int(byte)] += 1
  }

  /// Ends a document, whose last line is ended if it is still open.
  public mutating func endDocument() {
    if lineIsOpen { lineCount += 1 }
    lineIsOpen = false
  }

  private mutating func appendTokens(of text: Span<UInt8>) {
    let isLossless = configuration.isLossless
    stream?.divide(text) { places in
      unsafe text.withUnsafeBufferPointer { bytes in
        for place in places {
          if place.isEmpty {
            lineCount += 1
          } else if !isLossless && text.extracting(place).elementsEqual(SegmentTokenizer.unknownWord) {
            unknownCount += 1
          } else {
            unsafe tokens.inMemory.add(TokenKey(bytes, place))
          }
        }
      }
      if let last = places.last { lineIsOpen = !isLossless && !last.isEmpty }
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
    from inputs: [CorpusInput], configuration: TokenizerConfiguration, minimumCount: Int? = nil,
    maximumSize: Int? = nil,
    invalidUTF8: InvalidUTF8Policy? = nil, threads: Int = 1,
    observe: (_ bytesRead: Int) throws(DataError) -> Void = { _ in }
  ) throws(DataError) -> Vocabulary {
    try configuration.check(
      minimumCount: minimumCount ?? configuration.level.defaultMinimumCount,
      maximumSize: maximumSize ?? configuration.level.defaultMaximumSize)
    let policy = try configuration.policy(invalidUTF8)
    let source = CorpusSource(configuration.reader(of: inputs, invalidUTF8: policy))
    let counters = Pool<VocabularyBuilder>()
    let mostRuns = max(4, min(64, SystemLimits.openFiles / (2 * threads)))
    let pipeline = try OrderedPipeline(
      threads: threads,
      makeJob: { () throws(DataError) in CountingJob(TextPreparer(configuration, invalidUTF8: policy)) },
      fill: { (job) throws(DataError) in try source.next(into: &job.piece) },
      work: { (job) throws(DataError) in
        var counter =
          if let counter = counters.take() {
            counter
          } else {
            try VocabularyBuilder(
              configuration: configuration, memoryLimit: (96 << 20) / threads, mostRuns: mostRuns)
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
    while let counter = counters.take() { try builder.merge(counter) }
    return try builder.build(minimumCount: minimumCount, maximumSize: maximumSize)
  }
}

/// The memory of a piece whose tokens are counted.
private final class CountingJob {
  var piece = CorpusPiece()
  let preparer: TextPreparer

  init(_ preparer: TextPreparer) {
    self.preparer = preparer
  }
}
