import DataFiles
import TokenFiles
import UnicodeText

/// Makes ids of text as it is received, and counts what it is given.
struct TokenEncoder: TextReceiver {
  /// The ids so far.
  var ids: [TokenID] = []
  /// What was counted so far, `<eos>` included.
  var counts = TextCounts()
  /// Where each line ends, and what was counted until then; empty unless every line is a stretch of its own.
  var lines: [(idCount: Int, counts: TextCounts)] = []

  private var tokenizer: any Tokenizer
  private let vocabulary: Vocabulary
  private let marksLines: Bool
  private var unknown: [Range<Int>] = []
  private var words = WordCounter()
  private var lineIsOpen = false
  /// Whether text stands behind the last line feed, whatever ends a line in ids.
  private var isWithinLine = false

  /// An encoder for a vocabulary; one that marks lines is given no stretch of more than one line.
  init(_ vocabulary: Vocabulary, marksLines: Bool = false) throws(DataError) {
    self.vocabulary = vocabulary
    self.marksLines = marksLines
    tokenizer = try vocabulary.makeTokenizer()
  }

  /// Forgets the ids and counts of the last piece, and takes up the state in which the next one begins.
  mutating func begin(_ piece: CorpusPiece) {
    ids.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
    counts = TextCounts()
    lineIsOpen = piece.continuesLine
    isWithinLine = piece.continuesLine
    words = WordCounter(isInWord: piece.continuesWord)
  }

  mutating func beginDocument() {
    counts.documents += 1
    words = WordCounter()
    // Where `<eos>` ends each document it stands before the next one already, and lines each begin anew.
    if vocabulary.boundary != vocabulary.endOfLine && !marksLines { append(vocabulary.boundary) }
  }

  mutating func append(_ text: Span<UInt8>) {
    let before = ids.count
    unknown.removeAll(keepingCapacity: true)
    tokenizer.encode(text, into: &ids, unknown: &unknown)
    counts.tokens += ids.count - before
    count(unknown: unknown)
    counts.bytes += text.count
    words.count(text, into: &counts)
    if ids.count > before { lineIsOpen = ids.last != vocabulary.endOfLine }
    isWithinLine = text[text.count - 1] != 0x0A
    if marksLines && !isWithinLine { lines.append((ids.count, counts)) }
  }

  mutating func append(illFormed byte: UInt8) {
    // Ill-formed bytes are kept only where bytes can be spelled.
    guard let id = vocabulary.id(spelling: byte) else { return }
    append(id)
    counts.bytes += 1
    counts.spelled += 1
    counts.spellingBytes += 1
    words.countInWord(into: &counts)
    lineIsOpen = true
    isWithinLine = true
  }

  mutating func endDocument() {
    if lineIsOpen, let endOfLine = vocabulary.endOfLine { append(endOfLine) }
    let hasMore = lines.last.map { $0.idCount < ids.count } ?? !ids.isEmpty
    // A line may be in earlier pieces as a whole but for its end.
    if marksLines && (hasMore || isWithinLine) { lines.append((ids.count, counts)) }
    lineIsOpen = false
    isWithinLine = false
  }

  private mutating func append(_ id: TokenID) {
    ids.append(id)
    counts.tokens += 1
  }

  private mutating func count(unknown places: [Range<Int>]) {
    if vocabulary.unknown != nil {
      counts.unknown += places.count
    } else {
      counts.spelled += places.count
      counts.spellingBytes += places.reduce(0) { $0 + $1.count }
    }
  }
}
