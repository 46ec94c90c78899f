import DataFiles
import Foundation
import Generation
import LanguageModeling
import LonghandTestSupport
import Scoring
import Testing
import TokenFiles

/// Leaves the token of `distance` tokens ago.
private struct Echo: LogitProcessor {
  let distance: Int
  mutating func process(_ logits: inout [Float], history: [TokenID]) {
    let token = Int(history[history.count - distance])
    for id in logits.indices where id != token { logits[id] = -.infinity }
  }
}

struct TokenGeneratorTests {
  /// 0 is the boundary and 3 ends a text.
  static let bigrams = BigramModel([
    [0, 0.5, 0.4, 0.1], [0, 0.1, 0.3, 0.6], [0, 0.05, 0.05, 0.9], [0.25, 0.25, 0.5, 0],
  ])

  /// All that a generator hands on, and how it ends.
  static func run(
    _ generator: TokenGenerator<some LanguageModel>, _ request: GenerationRequest, seed: UInt64 = 1
  ) throws -> ([GeneratedToken], GenerationEnd) {
    var (generator, random) = (generator, SplitMix64(seed: seed))
    var tokens: [GeneratedToken] = []
    let end = try generator.generate(request, using: &random) {
      tokens.append($0)
      return true
    }
    return (tokens, end)
  }

  @Test func greedyByHand() throws {
    let generator = TokenGenerator(Self.bigrams, sampler: GreedySampler())
    let (tokens, end) = try Self.run(generator, GenerationRequest(boundary: 0, maximumLength: 5))
    #expect(tokens.map(\.token) == [1, 3, 2, 3, 2] && end == .length)
    for (token, probability) in zip(tokens, [0.5, 0.6, 0.5, 0.9, 0.5]) {
      #expect(abs(token.logProbability - log(probability)) < 1e-6)
    }
  }

  @Test(
    arguments: [
      ([], [3], [1, 3], .stopToken), ([2], [3], [3], .stopToken), ([], [2], [1, 3, 2], .stopToken),
      ([], [0], [1, 3, 2, 3], .length),
    ] as [([TokenID], [TokenID], [TokenID], GenerationEnd)])
  func stopTokensEndATextAndBelongToIt(prompt: [TokenID], stops: [TokenID], tokens: [TokenID], end: GenerationEnd)
    throws
  {
    let request = try GenerationRequest(boundary: 0, prompt: prompt, maximumLength: 4, stopTokens: stops)
    let result = try Self.run(TokenGenerator(Self.bigrams, sampler: GreedySampler()), request)
    #expect(result.0.map(\.token) == tokens && result.1 == end)
  }

  @Test func receiverCancels() throws {
    var generator = TokenGenerator(Self.bigrams)
    var random = SplitMix64(seed: 1)
    var seen = 0
    let end = try generator.generate(GenerationRequest(boundary: 0, maximumLength: .max), using: &random) { _ in
      seen += 1
      return seen < 3
    }
    #expect(seen == 3 && end == .cancelled)
  }

  @Test func nothingAskedFor() throws {
    let (tokens, end) = try Self.run(TokenGenerator(Self.bigrams), GenerationRequest(boundary: 0, maximumLength: 0))
    #expect(tokens.isEmpty && end == .length)
  }

  /// Each step is drawn from the row of the token before.
  @Test func drawsFollowTheBigrams() throws {
    let (tokens, _) = try Self.run(
      TokenGenerator(Self.bigrams), GenerationRequest(boundary: 0, maximumLength: 100_000), seed: 4)
    var counts = [[Double]](repeating: [0, 0, 0, 0], count: 4)
    for (before, after) in zip([0] + tokens.map(\.token), tokens.map(\.token)) { counts[Int(before)][Int(after)] += 1 }
    for (row, probabilities) in zip(counts, Self.bigrams.probabilities) {
      #expect(chiSquare(row, probabilities) < 13.82, "exceeded once in a thousand at two degrees of freedom")
      #expect(zip(row, probabilities).allSatisfy { $0.1 > 0 || $0.0 == 0 })
    }
  }

  /// The model has read the boundary, a prompt of any length and each token once, and what is handed on is its own.
  @Test(arguments: [0, 1, 2, 255, 256, 257, 700])
  func logProbabilitiesAreThoseOfTheScorer(promptLength: Int) throws {
    let model = HistoryModel(vocabularySize: 7)
    let prompt = (0..<promptLength).map { TokenID($0 * $0 % 7) }
    let generator = TokenGenerator(
      model,
      processors: [
        BannedTokens([6]), try RepetitionPenalty(1.3), try Temperature(0.7), try TopK(5), try TopP(0.9), try MinP(0.01),
      ])
    let request = try GenerationRequest(boundary: 2, prompt: prompt, maximumLength: 50)
    let (tokens, _) = try Self.run(generator, request)
    #expect(model.tokensRead == 1 + promptLength + 49)
    #expect(!tokens.contains { $0.token == 6 })
    var scores: [TokenScore] = []
    var text: ScoredText? = ScoredText(tokens: prompt + tokens.map(\.token))
    _ = try Scorer(model, boundary: 2).score(stream: {
      defer { text = nil }
      return text
    }) { scores.append($0) }
    for (token, score) in zip(tokens, scores.dropFirst(promptLength)) {
      #expect(token.token == score.token && abs(token.logProbability - score.logProbability) < 1e-12)
    }
    #expect(scores.count == promptLength + 50)
  }

  @Test func probabilitiesSumToOne() throws {
    let request = try GenerationRequest(boundary: 0, prompt: [1, 2, 3], maximumLength: 1)
    let sum = try (0..<9).reduce(0.0) { sum, only in
      let others = BannedTokens((0..<9).filter { $0 != only })
      let (tokens, _) = try Self.run(TokenGenerator(HistoryModel(vocabularySize: 9), processors: [others]), request)
      return sum + exp(tokens[0].logProbability)
    }
    #expect(abs(sum - 1) < 1e-12)
  }

  /// Processors see the last 4096 tokens however long the text, and none that are not there.
  @Test(arguments: [4096, 5000])
  func processorsSeeTheHistory(promptLength: Int) throws {
    let distance = GenerationRequest.historyLength
    let prompt = (0..<promptLength).map { TokenID($0 * 7 % 11) }
    let generator = TokenGenerator(UniformModel(vocabularySize: 11), processors: [Echo(distance: distance)])
    let (tokens, _) = try Self.run(generator, GenerationRequest(boundary: 0, prompt: prompt, maximumLength: 10_000))
    let expected = (0..<10_000).map { prompt[promptLength - distance + $0 % distance] }
    #expect(tokens.map(\.token) == expected)
  }

  @Test func sameSeedSameTokensWhateverCameBefore() throws {
    var generator = TokenGenerator(HistoryModel(vocabularySize: 20), processors: [try RepetitionPenalty(1.5)])
    let request = try GenerationRequest(boundary: 0, prompt: [5], maximumLength: 100)
    func tokens(_ seed: UInt64) throws -> [GeneratedToken] {
      var random = SplitMix64(seed: seed)
      var tokens: [GeneratedToken] = []
      _ = try generator.generate(request, using: &random) {
        tokens.append($0)
        return true
      }
      return tokens
    }
    let (first, other, again) = (try tokens(1), try tokens(2), try tokens(1))
    #expect(first == again && first != other)
  }

  /// Many streams write what each would write alone, whenever the others end.
  @Test(arguments: [1, 2, 7, 40])
  func streamsDoNotSeeEachOther(count: Int) throws {
    let model = HistoryModel(vocabularySize: 9)
    let processors: [any LogitProcessor] = [try RepetitionPenalty(1.5, window: 5), try TopK(6)]
    let request = try GenerationRequest(boundary: 0, prompt: [5, 1], maximumLength: 60, stopTokens: [8])
    var generator = TokenGenerator(model, processors: processors)
    var generators = (0..<count).map { SplitMix64(seed: UInt64($0)) }
    var tokens = [[GeneratedToken]](repeating: [], count: count)
    let ends = try generator.generate(request, using: &generators) { stream, token in
      tokens[stream].append(token)
      return stream % 5 != 3 || tokens[stream].count < 11
    }
    let read = model.tokensRead
    #expect(read < 3 + tokens.reduce(0) { $0 + $1.count })  // those that have ended are not read on
    for stream in 0..<count {
      var random = SplitMix64(seed: UInt64(stream))
      var alone: [GeneratedToken] = []
      let end = try generator.generate(request, using: &random) {
        alone.append($0)
        return stream % 5 != 3 || alone.count < 11
      }
      #expect(tokens[stream] == alone && ends[stream] == end)
      #expect(random.next() == generators[stream].next())
    }
    var none: [SplitMix64] = []
    #expect(try generator.generate(request, using: &none) { _, _ in true }.isEmpty)
  }

  @Test(
    arguments: [
      (4, [], [], "boundary token 0 is 4"), (0, [1, 2, 77], [], "prompt token 2 is 77"),
      (0, [], [1, 4], "stop token 1 is 4"),
    ] as [(TokenID, [TokenID], [TokenID], String)])
  func tokensThatTheModelDoesNotHave(boundary: TokenID, prompt: [TokenID], stops: [TokenID], message: String) throws {
    let request = try GenerationRequest(boundary: boundary, prompt: prompt, maximumLength: 4, stopTokens: stops)
    let error = #expect(throws: DataError.self) { try Self.run(TokenGenerator(Self.bigrams), request) }
    #expect(error?.code == .data)
    #expect(error?.message.hasPrefix(message + ", but the model has tokens 0 to 3") == true)
  }

  @Test func nothingLeftToChoose() throws {
    let request = try GenerationRequest(boundary: 0, maximumLength: 4)
    let all = TokenGenerator(Self.bigrams, processors: [BannedTokens([0, 1, 2, 3])])
    #expect(throws: DataError.self) { try Self.run(all, request) }
    for broken in [Double.nan, .infinity, 0] {
      let model = BigramModel([[0, 1], [broken, 0]])
      let error = #expect(throws: DataError.self) { try Self.run(TokenGenerator(model), request) }
      #expect(error?.message.hasPrefix("the model gives no probabilities after 1 tokens") == true)
    }
  }

  @Test func negativeLength() {
    let error = #expect(throws: DataError.self) { try GenerationRequest(boundary: 0, maximumLength: -1) }
    #expect(error?.code == .usage)
  }
}
