import DataFiles
import Foundation
import LonghandTestSupport
import Scoring
import Testing
import TokenFiles

/// A text in pieces of at most `size` tokens, as a scorer reads it.
func pieces(_ tokens: [TokenID], of size: Int) -> () -> ScoredText? {
  var rest = tokens[...]
  return {
    guard !rest.isEmpty else { return nil }
    defer { rest = rest.dropFirst(size) }
    return ScoredText(tokens: Array(rest.prefix(size)), counts: TextSize(bytes: rest.prefix(size).count))
  }
}

/// Tokens below `size`, the same for the same seed.
func randomTokens(_ count: Int, below size: TokenID, seed: UInt64 = 1) -> [TokenID] {
  var generator = SplitMix64(seed: seed)
  return (0..<count).map { _ in TokenID.random(in: 0..<size, using: &generator) }
}

struct ScorerStreamTests {
  @Test(arguments: [1, 2, 65, 10_000])
  func uniformModelGivesLogOfTheVocabulary(V: Int) throws {
    let scorer = try Scorer(UniformModel(vocabularySize: V), boundary: 0)
    let report = try scorer.score(stream: pieces([TokenID](repeating: 0, count: 1000), of: 300))
    #expect(report.tokens == 1000 && report.counts.bytes == 1000)
    #expect(abs(report.nats - 1000 * log(Double(V))) < 1e-9)
    #expect(abs(try #require(report.perplexity) / Double(V) - 1) < 1e-12)
  }

  /// 0 is the boundary, 3 the unknown token.
  @Test func bigramsByHand() throws {
    let model = BigramModel([[0, 0.5, 0.25, 0.25], [0, 0.5, 0.5, 0], [0.5, 0, 0, 0.5], [0, 0.125, 0.875, 0]])
    let scorer = try Scorer(model, boundary: 0, unknown: 3)
    var seen: [TokenScore] = []
    let report = try scorer.score(stream: pieces([2, 3, 1, 1], of: 3)) { seen.append($0) }
    let probabilities = [0.25, 0.5, 0.125, 0.5]
    #expect(seen.map(\.index) == [0, 1, 2, 3] && seen.map(\.token) == [2, 3, 1, 1])
    #expect(seen.map(\.logProbability) == probabilities.map { log($0) })
    #expect(abs(report.nats - 7 * log(2)) < 1e-14)
    #expect(abs(report.natsOfUnknown - log(2)) < 1e-15)
    #expect(report.tokens == 4 && report.unknown == 1)
    #expect(abs(try #require(report.perplexityWithoutUnknown) - 4) < 1e-14)
  }

  @Test func emptyText() throws {
    let report = try Scorer(UniformModel(vocabularySize: 2), boundary: 1).score(stream: { nil })
    #expect(report.tokens == 0 && report.nats == 0 && report.perplexity == nil)
  }

  @Test(arguments: [1, 2, 255, 256, 257, 512, 5000], [1, 3, 256])
  func piecesAndWindowsDoNotMatter(size: Int, window: Int) throws {
    let model = HistoryModel(vocabularySize: 9)
    let tokens = randomTokens(1030, below: 9)
    var state = model.initialState(lanes: 1)
    var expected: [Double] = []
    model.logProbabilities(of: tokens, given: [4] + tokens.dropLast(), state: &state, into: &expected)
    var seen: [TokenScore] = []
    let report = try Scorer(model, boundary: 4, window: window).score(stream: pieces(tokens, of: size)) {
      seen.append($0)
    }
    #expect(seen.map(\.logProbability) == expected)
    #expect(seen.map(\.token) == tokens && seen.map(\.index) == Array(0..<1030))
    #expect(abs(report.nats + expected.reduce(0, +)) < 1e-9)
    #expect(model.tokensRead == 2 * 1030)
  }

  /// ln p(ab) = ln p(a) + ln p(b | a).
  @Test func chainRule() throws {
    let model = HistoryModel(vocabularySize: 5)
    let (a, b) = (randomTokens(300, below: 5, seed: 2), randomTokens(77, below: 5, seed: 3))
    let scorer = try Scorer(model, boundary: 0)
    let joint = try scorer.score(stream: pieces(a + b, of: 50)).nats
    let first = try scorer.score(stream: pieces(a, of: 50)).nats
    var state = model.initialState(lanes: 1)
    var logProbabilities: [Double] = []
    model.logProbabilities(of: a, given: [0] + a.dropLast(), state: &state, into: &logProbabilities)
    model.logProbabilities(of: b, given: a.suffix(1) + b.dropLast(), state: &state, into: &logProbabilities)
    #expect(abs(joint - (first - logProbabilities.reduce(0, +))) < 1e-9)
  }

  @Test func probabilitiesOfAllContinuationsSumToOne() throws {
    let scorer = try Scorer(HistoryModel(vocabularySize: 6), boundary: 0)
    let prefix = randomTokens(20, below: 6)
    let before = try scorer.score(stream: pieces(prefix, of: 20)).nats
    let sum = try (0..<6).reduce(0.0) { sum, next in
      sum + exp(before - (try scorer.score(stream: pieces(prefix + [TokenID(next)], of: 20)).nats))
    }
    #expect(abs(sum - 1) < 1e-12)
  }

  @Test func tokensThatTheModelDoesNotHave() throws {
    let scorer = try Scorer(UniformModel(vocabularySize: 4), boundary: 0, window: 2)
    let error = #expect(throws: DataError.self) { try scorer.score(stream: pieces([0, 1, 2, 3, 3, 4, 0], of: 3)) }
    #expect(error?.code == .data)
    #expect(error?.message.hasPrefix("token 5 of the text is 4, but the model has tokens 0 to 3") == true)
  }

  @Test func aModelOfNoProbabilities() throws {
    let scorer = try Scorer(BigramModel([[0.5, .nan], [0.5, 0.5]]), boundary: 0)
    let error = #expect(throws: DataError.self) { try scorer.score(stream: pieces([0, 0, 1], of: 3)) }
    #expect(error?.message.hasPrefix("the model gives no probability to token 2") == true)
  }

  @Test func refusedSettings() {
    let model = UniformModel(vocabularySize: 4)
    #expect(throws: DataError.self) { try Scorer(model, boundary: 4) }
    #expect(throws: DataError.self) { try Scorer(model, boundary: 0, unknown: 4) }
    #expect(throws: DataError.self) { try Scorer(model, boundary: 0, window: 0) }
    #expect(throws: DataError.self) { try Scorer(model, boundary: 0, lanes: 0) }
  }
}
