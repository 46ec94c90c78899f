import DataFiles
import UnicodeText

/// What is counted of one piece of a corpus.
struct PieceStatistics: TextReceiver {
  /// How often each scalar occurred.
  private(set) var scalars = ScalarCounts()
  private(set) var graphemes = 0
  private(set) var illFormedBytes = 0
  /// Scalars and what stands between white space.
  private(set) var counts = TextCounts()
  /// The words of each stretch of text.
  private(set) var words: [(text: [UInt8], places: [Range<Int>])] = []

  private let segmenter: WordSegmenter
  private let forms: FormFlags
  private var whitespaceWords = WordCounter()
  private var graphemeSegmenter = GraphemeSegmenter()

  /// Statistics of nothing, with words by the rules of a locale.
  init(locale: String, _ forms: FormFlags) throws(DataError) {
    segmenter = try WordSegmenter(locale: locale)
    self.forms = forms
  }

  /// Forgets the last piece, and takes up the state in which the next one begins.
  mutating func begin(_ piece: CorpusPiece) {
    scalars.removeAll()
    (graphemes, illFormedBytes, counts) = (0, 0, TextCounts())
    words.removeAll(keepingCapacity: true)
    whitespaceWords = WordCounter(isInWord: piece.continuesWord)
  }

  mutating func append(_ text: Span<UInt8>) {
    var index = 0
    while index < text.count { scalars.add(text.nextScalar(&index)) }
    graphemeSegmenter.divide(text) { graphemes += $0.count }
    whitespaceWords.count(text, into: &counts)
    appendWords(of: text)
    forms.check(text)
  }

  private mutating func appendWords(of text: Span<UInt8>) {
    var (places, start) = ([Range<Int>](), 0)
    segmenter.divide(text) { ends, statuses in
      for index in ends.indices {
        if WordSegmenter.Kind(status: statuses[index]) != .other { places.append(start..<ends[index]) }
        start = ends[index]
      }
    }
    words.append((unsafe text.withUnsafeBufferPointer { unsafe Array($0) }, places))
  }

  mutating func append(illFormed byte: UInt8) {
    illFormedBytes += 1
    whitespaceWords.countInWord(into: &counts)
  }

  mutating func beginDocument() {}
  mutating func endDocument() { whitespaceWords = WordCounter() }
}
