import Compute
import LanguageModeling
import Testing

@testable import Training

struct EvaluatorTests {
  private let device = CPUDevice()
  private let network: LSTMNetwork
  private let weights: NetworkWeights<CPUDevice>
  private let text = TokenArray(count: 1001, below: 7, seed: 5)

  init() throws { try self.init(hiddenSize: 9) }

  private init(hiddenSize H: Int) throws {
    network = LSTMNetwork(try ModelConfiguration(vocabularySize: 7, embeddingSize: 5, hiddenSize: H, layers: 2))
    weights = NetworkWeights(network, windowSize: 0, on: device)
    Initialization().fill(weights.values, of: network, seed: 3, on: device)
    weights.pack(on: device)
  }

  private func loss(lanes: Int, steps: Int, threads: Int = 1) -> Double {
    let device = CPUDevice(team: ThreadTeam(threads: threads))
    let evaluator = Evaluator(network: network, boundary: 6, device: device)
    return evaluator.loss(of: text, lanes: lanes, steps: steps, weights: weights)
  }

  /// Σ ln p of some tokens, by a model that starts with the boundary and without a state.
  private func logProbability(_ range: Range<Int>) -> Double {
    let values = InferenceWeights(network, values: weights.values, format: .float32, on: device)
    let model = LSTMLanguageModel(network, weights: values, on: device)
    var state = model.initialState(lanes: 1)
    var found: [Double] = []
    model.logProbabilities(
      of: Array(text.tokens[range]), given: [6] + text.tokens[range].dropLast(), state: &state, into: &found)
    return found.reduce(0, +)
  }

  @Test(arguments: [1, 7, 64, 1000, 1001, 5000])
  func oneLaneIsTheWholeText(steps: Int) {
    #expect(abs(loss(lanes: 1, steps: steps) + logProbability(0..<1001) / 1001) < 1e-12)
  }

  @Test(arguments: [2, 3, 5, 10])
  func lanesStartAnew(lanes B: Int) {
    let length = 1001 / B
    let sum = (0..<B).reduce(0) { $0 + logProbability($1 * length..<($1 + 1) * length) }
    #expect(abs(loss(lanes: B, steps: 8) + sum / Double(B * length)) < 1e-12)
  }

  /// Two documents, one lane or a lane for each: the same sum, that of each read from a state of zero.
  @Test(arguments: [1, 4, 11, 100])
  func documentsStartAnew(steps: Int) throws {
    let model = network.configuration
    let documents = LSTMNetwork(
      try ModelConfiguration(
        vocabularySize: model.vocabularySize, embeddingSize: model.embeddingSize, hiddenSize: model.hiddenSize,
        layers: model.layers, documentBoundary: 6))
    let inside = text.tokens.filter { $0 != 6 }
    let parts = [inside[..<77], inside[77..<100], inside[100..<400]].map { Array($0) + [6] }
    func sum(_ network: LSTMNetwork, _ tokens: [UInt32]) -> Double {
      let evaluator = Evaluator(network: network, boundary: 6, device: device)
      return evaluator.loss(of: TokenArray(tokens), lanes: 1, steps: steps, weights: weights) * Double(tokens.count)
    }
    let expected = parts.reduce(0) { $0 + sum(network, $1) }
    #expect(abs(sum(documents, parts.flatMap { $0 }) - expected) < 1e-9)
    #expect(abs(sum(network, parts.flatMap { $0 }) - expected) > 1e-3)
  }

  @Test func shortTextsHaveFewerLanes() {
    #expect(loss(lanes: 500, steps: 64) == loss(lanes: 3, steps: 64))  // lanes of four windows at least
    #expect(loss(lanes: 500, steps: 600) == loss(lanes: 1, steps: 600))
  }

  /// Layers so large that their work is shared out.
  @Test(arguments: [2, 4])
  func threadsChangeNothing(threads: Int) throws {
    let large = try EvaluatorTests(hiddenSize: 70)
    #expect(large.loss(lanes: 10, steps: 8, threads: threads) == large.loss(lanes: 10, steps: 8))
  }
}
