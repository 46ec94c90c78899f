public import DataFiles
import Threading
public import UnicodeText

extension CorpusReport {
  /// The sizes of vocabularies that are asked about where nobody says which.
  public static let usualSizes = [1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000]

  /// Counts what texts hold, with memory that does not grow with them.
  ///
  /// - Parameters:
  ///   - inputs: the texts.
  ///   - other: texts whose words are looked for among those of the first.
  ///   - sizes: how many of the most frequent words a vocabulary might have; those beyond all words are left out.
  ///   - locale: the locale whose rules divide words.
  ///   - threads: how many threads work.
  ///   - observe: told after every piece how many bytes have been read.
  /// - Throws: `DataError` when a text cannot be read or the disk is full, and what `observe` throws.
  public init(
    of inputs: [CorpusInput], against other: [CorpusInput] = [], sizes: [Int] = Self.usualSizes,
    locale: String = "root", threads: Int = 1, observe: (_ bytesRead: Int) throws(DataError) -> Void = { _ in }
  ) throws(DataError) {
    if let size = sizes.first(where: { $0 < 1 }) {
      throw DataError(.usage, "a vocabulary of \(size) words makes no sense: give 1 or more")
    }
    var inspector = try CorpusInspector(locale: locale)
    try inspector.read(inputs, threads: threads, observe)
    self = try inspector.report()
    files = inputs.count
    let figures = try inspector.types.figures()
    (words, distinctWords, curve) = (figures.tokens, figures.types, figures.curve)
    let sizes = sizes.filter { $0 < figures.types } + (figures.types > 0 ? [figures.types] : [])
    var missing: [Double?] = sizes.map { _ in nil }
    if !other.isEmpty {
      var second = try CorpusInspector(locale: locale)
      let first = bytes
      try second.read(other, threads: threads) { (bytes) throws(DataError) in try observe(first + bytes) }
      missing = try inspector.types.missing(from: second.types, sizes: sizes, figures: figures)
    }
    coverage = zip(sizes, missing).map { size, missing in
      Coverage(size: size, share: figures.coverage(ofSize: size), missing: missing)
    }
  }
}

/// Counts the pieces of a corpus: some of it on all threads, what depends on the order on one.
private struct CorpusInspector {
  /// The words so far.
  private(set) var types = TypeStatistics(memoryLimit: 64 << 20)

  private let locale: String
  private let configuration: TokenizerConfiguration
  private var lines = LineStatistics(memoryLimit: 32 << 20)
  private let forms = FormFlags()
  private var scalars = ScalarCounts()
  private var counts = TextCounts()
  private var (bytes, graphemes, illFormedBytes) = (0, 0, 0)

  init(locale: String) throws(DataError) {
    self.locale = locale
    configuration = try TokenizerConfiguration(
      level: .word, normalization: .unchanged, unknown: .bytes, locale: locale)
  }

  mutating func read(
    _ inputs: [CorpusInput], threads: Int, _ observe: (Int) throws(DataError) -> Void
  ) throws(DataError) {
    let source = CorpusSource(configuration.reader(of: inputs, invalidUTF8: .bytes))
    let (configuration, locale, forms) = (configuration, locale, forms)
    let pipeline = try OrderedPipeline(
      threads: threads,
      makeJob: { () throws(DataError) in
        InspectionJob(
          TextPreparer(configuration, invalidUTF8: .bytes), try PieceStatistics(locale: locale, forms))
      },
      fill: { (job) throws(DataError) in try source.next(into: &job.piece) },
      work: { (job) throws(DataError) in
        job.statistics.begin(job.piece)
        try job.preparer.prepare(job.piece, for: &job.statistics)
      })
    while let job = try pipeline.next() {
      try add(job.piece, job.statistics)
      try observe(bytes)
    }
  }

  private mutating func add(_ piece: CorpusPiece, _ statistics: PieceStatistics) throws(DataError) {
    bytes += piece.bytes.count
    try lines.append(piece.bytes.span)
    if piece.parts.last?.endsDocument == true { lines.endInput() }
    for (text, places) in statistics.words { try types.append(text.span, places) }
    scalars.add(statistics.scalars)
    graphemes += statistics.graphemes
    illFormedBytes += statistics.illFormedBytes
    counts = counts + statistics.counts
  }

  func report() throws(DataError) -> CorpusReport {
    var report = CorpusReport()
    report.bytes = bytes
    report.lines = lines.lines
    report.blankLines = lines.blankLines
    report.duplicateLines = try lines.duplicates()
    report.longestLine = lines.longestLine
    report.lineEndings = (
      lines.lineFeeds - lines.returnsWithLineFeed, lines.returnsWithLineFeed, lines.returns - lines.returnsWithLineFeed
    )
    report.scalars = counts.characters
    report.graphemes = graphemes
    report.whitespaceWords = counts.words
    report.invalidBytes = illFormedBytes
    report.forms = forms.held
    var scripts: [Script: Int] = [:]
    scalars.forEach { scalar, count in
      report.distinctScalars += 1
      scripts[Script(of: scalar), default: 0] += count
    }
    report.scripts = scripts.map { ($0.key.name, $0.value) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    return report
  }
}

/// One piece of a corpus whose contents are counted.
private final class InspectionJob {
  var piece = CorpusPiece()
  let preparer: TextPreparer
  var statistics: PieceStatistics

  init(_ preparer: TextPreparer, _ statistics: PieceStatistics) {
    self.preparer = preparer
    self.statistics = statistics
  }
}
