import DataFiles
import Foundation
import Generation
import LonghandTestSupport
import Testing
import TokenFiles

struct BeamSearchTests {
  static let bigrams = TokenGeneratorTests.bigrams

  /// The log-probability of tokens after boundary 0.
  static func logProbability(_ tokens: [TokenID], _ model: HistoryModel) -> Double {
    var state = model.initialState(lanes: 1)
    var logProbabilities: [Double] = []
    model.logProbabilities(of: tokens, given: [0] + tokens.dropLast(), state: &state, into: &logProbabilities)
    return logProbabilities.reduce(0, +)
  }

  /// Every text of at most `length` tokens below `V`: those that end by `stop` and those of full length.
  static func allTexts(V: TokenID, length: Int, stop: TokenID?) -> [[TokenID]] {
    var (done, open) = ([[TokenID]](), [[TokenID]()])
    for _ in 0..<length {
      let next = open.flatMap { text in (0..<V).map { text + [$0] } }
      done += next.filter { $0.last == stop }
      open = next.filter { $0.last != stop }
    }
    return done + open
  }

  @Test(
    arguments: [
      (1, 0, [[1, 3]], [0.3]),
      (2, 0, [[2, 3], [1, 3]], [0.36, 0.3]),
      (3, 0, [[2, 3], [1, 3], [1, 2, 3]], [0.36, 0.3, 0.135]),
      (2, 6, [[1, 2, 3], [2, 3]], [0.135, 0.36]),
      (3, 6, [[1, 2, 3], [2, 3], [1, 3]], [0.135, 0.36, 0.3]),
    ] as [(Int, Double, [[TokenID]], [Double])])
  func nBestByHand(width: Int, alpha: Double, texts: [[TokenID]], probabilities: [Double]) throws {
    var search = try BeamSearch(Self.bigrams, width: width, lengthPenalty: alpha)
    let found = try search.search(GenerationRequest(boundary: 0, maximumLength: 3, stopTokens: [3]))
    #expect(found.map(\.tokens) == texts && found.allSatisfy(\.isEnded))
    for (hypothesis, probability) in zip(found, probabilities) {
      #expect(abs(hypothesis.logProbability - log(probability)) < 1e-6)
      let penalty = pow((5 + Double(hypothesis.tokens.count)) / 6, alpha)
      #expect(abs(hypothesis.score - log(probability) / penalty) < 1e-6)
    }
  }

  /// Where texts end before the greatest length, going on to it changes nothing.
  @Test func theSearchEndsWhenNothingBetterCanCome() throws {
    var search = try BeamSearch(Self.bigrams, width: 2)
    var steps = 0
    let found = try search.search(GenerationRequest(boundary: 0, maximumLength: 1000, stopTokens: [3])) { length in
      #expect(length == steps)
      steps += 1
      return true
    }
    #expect(found.map(\.tokens) == [[2, 3], [1, 3]] && steps == 2)
  }

  @Test(arguments: [(nil, 0), (nil, 0.7), (2, 0), (2, 0.7), (0, 2.5)] as [(TokenID?, Double)])
  func wideEnoughIsExhaustive(stop: TokenID?, alpha: Double) throws {
    let model = HistoryModel(vocabularySize: 3)
    var search = try BeamSearch(model, width: 81, lengthPenalty: alpha)
    let stops = stop.map { [$0] } ?? []
    let found = try search.search(GenerationRequest(boundary: 0, maximumLength: 4, stopTokens: stops))
    let texts = Self.allTexts(V: 3, length: 4, stop: stop)
    let expected = texts.map { text in
      let logProbability = Self.logProbability(text, model)
      return (text, logProbability, logProbability / pow((5 + Double(text.count)) / 6, alpha))
    }.sorted { $0.2 > $1.2 }
    #expect(found.map(\.tokens) == expected.map(\.0))
    for (hypothesis, text) in zip(found, expected) {
      #expect(abs(hypothesis.logProbability - text.1) < 1e-12 && abs(hypothesis.score - text.2) < 1e-12)
      #expect(hypothesis.isEnded == (text.0.last == stop))
    }
  }

  @Test func widthOneIsGreedy() throws {
    let model = HistoryModel(vocabularySize: 13)
    let request = try GenerationRequest(boundary: 4, prompt: [7, 8, 9], maximumLength: 40)
    let (greedy, _) = try TokenGeneratorTests.run(TokenGenerator(model, sampler: GreedySampler()), request)
    var search = try BeamSearch(model, width: 1)
    let found = try search.search(request)
    #expect(found.map(\.tokens) == [greedy.map(\.token)])
    #expect(abs(found[0].logProbability - greedy.reduce(0) { $0 + $1.logProbability }) < 1e-10)
  }

  /// The score is that of the distribution after the processors, the log-probability the model's own.
  @Test func processorsDecideTheScore() throws {
    var search = try BeamSearch(Self.bigrams, width: 2, processors: [BannedTokens([2])])
    let found = try search.search(GenerationRequest(boundary: 0, maximumLength: 2, stopTokens: [3]))
    #expect(found.map(\.tokens) == [[1, 3], [3]])
    #expect(abs(found[0].logProbability - log(0.5 * 0.6)) < 1e-6)
    #expect(abs(found[0].score - log(5.0 / 6 * 6 / 7)) < 1e-6)
  }

  /// Among equals the lower ids come first, everywhere.
  @Test(arguments: [1, 2, 5])
  func ties(width: Int) throws {
    var search = try BeamSearch(UniformModel(vocabularySize: 3), width: width)
    let found = try search.search(GenerationRequest(boundary: 0, maximumLength: 2))
    #expect(found.map(\.tokens) == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1]].prefix(width).map { $0 })
  }

  @Test func receiverCancels() throws {
    var search = try BeamSearch(UniformModel(vocabularySize: 3), width: 2)
    let request = try GenerationRequest(boundary: 0, maximumLength: 100)
    #expect(try search.search(request) { $0 < 2 }.map(\.tokens) == [[0, 0], [0, 1]])
    #expect(try search.search(request) { _ in false }.isEmpty)
    #expect(try search.search(GenerationRequest(boundary: 0, maximumLength: 0)).isEmpty)
  }

  @Test func nothingLeftToChoose() throws {
    let request = try GenerationRequest(boundary: 0, maximumLength: 3)
    var banned = try BeamSearch(Self.bigrams, width: 2, processors: [BannedTokens([0, 1, 2, 3])])
    #expect(throws: DataError.self) { try banned.search(request) }
    var broken = try BeamSearch(BigramModel([[0, 1], [.nan, 0]]), width: 2)
    let error = #expect(throws: DataError.self) { try broken.search(request) }
    #expect(error?.message.hasPrefix("the model gives no probabilities after 1 tokens") == true)
    #expect(throws: DataError.self) { try broken.search(GenerationRequest(boundary: 2, maximumLength: 3)) }
  }

  @Test(arguments: [(0, 0), (1025, 0), (-1, 0), (4, -0.1), (4, .nan), (4, .infinity)])
  func refused(width: Int, alpha: Double) {
    let error = #expect(throws: DataError.self) { try BeamSearch(Self.bigrams, width: width, lengthPenalty: alpha) }
    #expect(error?.code == .usage)
  }
}
