import DataFiles
import Foundation
import LonghandTestSupport
import Scoring
import Testing
import TokenFiles

struct ScorerSequencesTests {
  /// Sequences of the given lengths, one after another, as a scorer reads them.
  static func reader(_ texts: [[TokenID]]) -> () -> ScoredText? {
    var iterator = texts.makeIterator()
    return { iterator.next().map { ScoredText(tokens: $0, counts: TextSize(characters: $0.count, words: 1)) } }
  }

  static let texts = (0..<100).map { index in
    randomTokens([0, 1, 7, 30, 3, 64, 65, 2, 200, 5][index % 10], below: 8, seed: UInt64(index))
  }

  @Test(arguments: [1, 2, 7, 32, 1000], [1, 16, 256])
  func lanesAndWindowsDoNotMatter(lanes: Int, window: Int) throws {
    let scorer = try Scorer(HistoryModel(vocabularySize: 8), boundary: 3, unknown: 5, window: window, lanes: lanes)
    var index = 0
    var nats = 0.0
    let total = try scorer.score(sequences: Self.reader(Self.texts)) { sequence in
      var alone: [TokenScore] = []
      let report = try scorer.score(stream: pieces(Self.texts[index], of: 100)) { alone.append($0) }
      #expect(sequence.index == index)
      #expect(sequence.tokens == alone)
      #expect(sequence.report.nats == report.nats && sequence.report.unknown == report.unknown)
      #expect(sequence.report.counts == TextSize(characters: alone.count, words: 1))
      index += 1
      nats += report.nats
    }
    #expect(index == 100)
    #expect(total.tokens == Self.texts.reduce(0) { $0 + $1.count })
    #expect(total.counts.words == 100)
    #expect(abs(total.nats - nats) < 1e-9)
  }

  @Test(arguments: [2, 5])
  func threadsDoNotMatter(threads: Int) throws {
    let model = HistoryModel(vocabularySize: 8)
    func scores(_ threads: Int) throws -> ([[TokenScore]], Double) {
      var all: [[TokenScore]] = []
      let scorer = try Scorer(model, boundary: 3, window: 16, lanes: 3, threads: threads)
      let total = try scorer.score(sequences: Self.reader(Self.texts)) { all.append($0.tokens) }
      return (all, total.nats)
    }
    let (alone, together) = (try scores(1), try scores(threads))
    #expect(alone.0 == together.0 && alone.1 == together.1)
  }

  @Test func uniformModelGivesLogOfTheVocabulary() throws {
    let scorer = try Scorer(UniformModel(vocabularySize: 8), boundary: 0)
    let total = try scorer.score(sequences: Self.reader(Self.texts))
    #expect(abs(total.nats - Double(total.tokens) * log(8)) < 1e-9)
  }

  @Test(arguments: [[], [[]], [[], [], []]] as [[[TokenID]]])
  func nothingToScore(texts: [[TokenID]]) throws {
    var seen = 0
    let total = try Scorer(UniformModel(vocabularySize: 8), boundary: 0).score(sequences: Self.reader(texts)) {
      seen += 1
      #expect($0.tokens.isEmpty && $0.report.perplexity == nil)
    }
    #expect(seen == texts.count && total.tokens == 0)
  }

  /// One long sequence among short ones does not make all lanes read to its end.
  @Test func lanesThatAreDoneAreGivenUp() throws {
    let model = HistoryModel(vocabularySize: 8)
    let texts = [randomTokens(20_000, below: 8)] + [[TokenID]](repeating: [1, 2, 3], count: 31)
    _ = try Scorer(model, boundary: 0).score(sequences: Self.reader(texts))
    #expect(model.tokensRead == 20_000 + 31 * 256)
  }

  /// However many sequences there are, only a section of them is held.
  @Test func sequencesAreReadAsTheyAreNeeded() throws {
    var (read, seen, most) = (0, 0, 0)
    let scorer = try Scorer(UniformModel(vocabularySize: 8), boundary: 0)
    let total = try scorer.score(sequences: {
      read += 1
      most = max(most, read - seen)
      return read <= 30_000 ? ScoredText(tokens: [1, 2, 3, 4, 5, 6, 7]) : nil
    }) { _ in seen += 1 }
    #expect(total.tokens == 210_000 && seen == 30_000)
    #expect(most == 1 << 13)
  }

  @Test func tokensThatTheModelDoesNotHave() throws {
    let scorer = try Scorer(UniformModel(vocabularySize: 4), boundary: 0)
    let error = #expect(throws: DataError.self) { try scorer.score(sequences: Self.reader([[1], [], [0, 9]])) }
    #expect(error?.message.hasPrefix("token 1 of sequence 2 is 9, but the model has tokens 0 to 3") == true)
  }

  @Test func whatTheObserverThrowsIsThrown() throws {
    let scorer = try Scorer(UniformModel(vocabularySize: 4), boundary: 0)
    let full = DataError(.inputOutput, "the disk is full")
    let error = #expect(throws: DataError.self) {
      try scorer.score(sequences: Self.reader([[1]])) { _ in throw full }
    }
    #expect(error?.message == full.message)
  }
}
