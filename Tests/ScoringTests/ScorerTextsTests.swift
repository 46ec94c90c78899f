import DataFiles
import LonghandTestSupport
import Scoring
import Testing
import TokenFiles

struct ScorerTextsTests {
  static let texts = (0..<23).map { index in
    randomTokens([300, 0, 1, 17, 16, 1000, 5][index % 7], below: 8, seed: UInt64(index))
  }

  /// Each text in pieces of a few tokens.
  static func readers(_ texts: [[TokenID]], piece: Int = 7) -> [() throws -> ScoredText?] {
    texts.map { pieces($0, of: piece) }
  }

  /// The figures of each text are those of a stream of its own.
  @Test(arguments: [(1, 1), (1, 4), (2, 3), (3, 100)], [1, 16, 256])
  func lanesThreadsAndWindowsDoNotMatter(_ size: (threads: Int, lanes: Int), window: Int) throws {
    let model = HistoryModel(vocabularySize: 8)
    let scorer = try Scorer(
      model, boundary: 3, unknown: 5, window: window, lanes: size.lanes, threads: size.threads)
    var numbers: [Int] = []
    var nats = 0.0
    let total = try scorer.score(texts: Self.readers(Self.texts)) { number, report in
      numbers.append(number)
      let alone = try scorer.score(stream: pieces(Self.texts[number], of: 100))
      #expect(report.nats == alone.nats && report.unknown == alone.unknown && report.tokens == alone.tokens)
      nats += alone.nats
    }
    #expect(numbers == Array(0..<23))
    #expect(total.tokens == Self.texts.reduce(0) { $0 + $1.count })
    #expect(abs(total.nats - nats) < 1e-9)
  }

  /// A lane that is done takes the next text at once: few boundaries are read to fill windows.
  @Test func lanesStayFull() throws {
    let model = HistoryModel(vocabularySize: 8)
    let texts = (0..<40).map { randomTokens($0 == 0 ? 8000 : 200, below: 8, seed: UInt64($0)) }
    _ = try Scorer(model, boundary: 0, window: 100, lanes: 2).score(texts: Self.readers(texts))
    #expect(model.tokensRead == 8000 + 39 * 200)
  }

  /// A text is opened when its turn comes: no more are open than there are lanes.
  @Test(arguments: [1, 2])
  func textsAreReadAsTheyAreNeeded(threads: Int) throws {
    var (opened, ended, most) = (0, 0, 0)
    let readers = Self.texts.map { text in
      let next = pieces(text, of: 50)
      var isFirst = true
      return { () -> ScoredText? in
        if isFirst { opened += 1 }
        isFirst = false
        let piece = next()
        if piece == nil { ended += 1 }
        most = max(most, opened - ended)
        return piece
      }
    }
    let scorer = try Scorer(UniformModel(vocabularySize: 8), boundary: 0, window: 10, lanes: 3, threads: threads)
    _ = try scorer.score(texts: readers)
    #expect(opened == 23 && ended == 23 && most == 3 * threads)
  }

  @Test func noTexts() throws {
    #expect(try Scorer(UniformModel(vocabularySize: 8), boundary: 0).score(texts: []).tokens == 0)
    let empty = try Scorer(UniformModel(vocabularySize: 8), boundary: 0).score(texts: Self.readers([[], []]))
    #expect(empty.tokens == 0)
  }

  @Test func tokensThatTheModelDoesNotHave() throws {
    let scorer = try Scorer(UniformModel(vocabularySize: 4), boundary: 0, window: 2)
    let error = #expect(throws: DataError.self) {
      try scorer.score(texts: Self.readers([[1], [], [0, 1, 2, 3, 0, 9]], piece: 1))
    }
    #expect(error?.message.hasPrefix("token 5 of text 2 is 9, but the model has tokens 0 to 3") == true)
  }

  @Test func whatTheObserverThrowsIsThrown() throws {
    let scorer = try Scorer(UniformModel(vocabularySize: 4), boundary: 0)
    let full = DataError(.inputOutput, "the disk is full")
    let error = #expect(throws: DataError.self) {
      try scorer.score(texts: Self.readers([[1]])) { _, _ in throw full }
    }
    #expect(error?.message == full.message)
  }
}
