import Compute
import Foundation
import Goldens
import NeuralNetwork
import ScratchFiles
import TensorFiles
import Testing

@testable import LanguageModeling

/// A model that gets more tokens predicts at first what it did.
@Suite struct ModelGrowthTests {
  private func logits(_ file: ModelFile, _ network: LSTMNetwork, unknown: UInt32?, tokens: [UInt32]) throws -> [Double]
  {
    let device = ReferenceDevice()
    let values = device.allocate(network.parameterCount)
    try file.load(into: values, growing: network, unknown: unknown, on: device)
    let model = LSTMLanguageModel(
      network, weights: InferenceWeights(network, values: values, format: .float32, on: device), on: device)
    var state = model.initialState(lanes: 1)
    var logits: [Float] = []
    for token in tokens { model.step([token], state: &state, logits: &logits) }
    return logits.map(Double.init)
  }

  private func probabilities(_ logits: [Double]) -> [Double] {
    let weights = logits.map { exp($0) }
    return weights.map { $0 / weights.reduce(0, +) }
  }

  @Test(arguments: [false, true])
  func growth(tied: Bool) throws {
    let scratch = try ScratchDirectory()
    let configuration = try ModelConfiguration(
      vocabularySize: 6, embeddingSize: 4, hiddenSize: 5, layers: 1, tied: tied)
    let network = LSTMNetwork(configuration)
    let device = ReferenceDevice()
    let values = device.allocate(network.parameterCount)
    Initialization(range: 1).fill(values, of: network, seed: 3, on: device)
    device.upload([0.3, -0.2, 0.5, 0.1, -0.7, 0.2], to: network.output.bias.view(in: values))
    try ModelFile.writer(of: network, values: values, metadata: [], on: device).write(replacing: scratch.path("m"))
    let file = try ModelFile(path: scratch.path("m"))
    let larger = try LSTMNetwork(configuration.withVocabulary(9))

    let before = probabilities(try logits(file, network, unknown: 2, tokens: [1, 2, 4]))
    // A new token reads as the unknown one did.
    for tokens in [[1, 2, 4], [1, 8, 4]] as [[UInt32]] {
      let after = probabilities(try logits(file, larger, unknown: 2, tokens: tokens))
      for token in [0, 1, 3, 4, 5] { #expect(abs(after[token] - before[token]) < 1e-6) }
      for token in [2, 6, 7, 8] { #expect(abs(after[token] - before[2] / 4) < 1e-6) }
    }
    // Without an unknown token a new one reads as their mean, and is as unlikely as the rarest.
    let mean = try logits(file, larger, unknown: nil, tokens: [1, 2, 4])
    #expect(mean[6] == mean[7] && mean[7] == mean[8])
    let old = try logits(file, network, unknown: nil, tokens: [1, 2, 4])
    #expect(zip(mean, old).allSatisfy { abs($0 - $1) < 1e-6 })
    let bias = [0.3, -0.2, 0.5, 0.1, -0.7, 0.2]
    let expected = zip(old, bias).map { $0 - $1 }.reduce(0, +) / 6 - 0.7
    #expect(abs(mean[6] - expected) < 1e-5)
    #expect(throws: (any Error).self) { try configuration.withVocabulary(0) }
  }
}
