import Compute
import Foundation
import Goldens
import NeuralNetwork
import ScratchFiles
import TensorFiles
import Testing

@testable import LanguageModeling

/// A model that gets more tokens: those that it knew as unknown ones, and those that it has never met.
@Suite struct ModelGrowthTests {
  private func logits(_ file: ModelFile, _ network: LSTMNetwork, _ newTokens: NewTokens, tokens: [UInt32]) throws
    -> [Double]
  {
    let device = ReferenceDevice()
    let values = device.allocate(network.parameterCount)
    try file.load(into: values, growing: network, newTokens, on: device)
    let model = LSTMLanguageModel(network, values: values, on: device)
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

    let old = try logits(file, network, .known(as: 2), tokens: [1, 2, 4])
    let before = probabilities(old)
    // A new token reads as the unknown one did.
    for tokens in [[1, 2, 4], [1, 8, 4]] as [[UInt32]] {
      let after = probabilities(try logits(file, larger, .known(as: 2), tokens: tokens))
      for token in [0, 1, 3, 4, 5] { #expect(abs(after[token] - before[token]) < 1e-6) }
      for token in [2, 6, 7, 8] { #expect(abs(after[token] - before[2] / 4) < 1e-6) }
    }
    // One that was never met leaves the others' logits alone.
    let biases: [Float] = [-1, -2, 0.5]
    let unmet = try logits(file, larger, .unmet(biases: biases, seed: 4), tokens: [1, 2, 4])
    #expect(zip(unmet, old).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(try unmet == logits(file, larger, .unmet(biases: biases, seed: 4), tokens: [1, 2, 4]))
    // Each reads as itself.
    let read = try [6, 7, 8].map { try logits(file, larger, .unmet(biases: biases, seed: 4), tokens: [$0]) }
    #expect(abs(read[0][0] - read[1][0]) > 1e-3 && abs(read[1][0] - read[2][0]) > 1e-3)
    if !tied {
      let mean = zip(old, [0.3, -0.2, 0.5, 0.1, -0.7, 0.2]).map { $0 - $1 }.reduce(0, +) / 6
      for (token, bias) in zip(6..., biases) { #expect(abs(unmet[token] - mean - Double(bias)) < 1e-5) }
    }
    #expect(throws: (any Error).self) { try configuration.withVocabulary(0) }
  }

  @Test("Embeddings of tokens that were never met are spread as the others are")
  func spread() throws {
    let scratch = try ScratchDirectory()
    let configuration = try ModelConfiguration(vocabularySize: 50, embeddingSize: 2, hiddenSize: 3, layers: 1)
    let network = LSTMNetwork(configuration)
    let device = ReferenceDevice()
    let values = device.allocate(network.parameterCount)
    // Columns about 5 and -1, of deviations 2 and 0.
    let embeddings = (0..<50).flatMap { [$0.isMultiple(of: 2) ? 3 : 7, -1] as [Float] }
    device.upload(embeddings, to: network.embedding.weight.view(in: values))
    try ModelFile.writer(of: network, values: values, metadata: [], on: device).write(replacing: scratch.path("m"))
    let larger = try LSTMNetwork(configuration.withVocabulary(2050))
    let grown = device.allocate(larger.parameterCount)
    let newTokens = NewTokens.unmet(biases: [Float](repeating: 0, count: 2000), seed: 1)
    try ModelFile(path: scratch.path("m")).load(into: grown, growing: larger, newTokens, on: device)
    var table: [Float] = []
    device.download(larger.embedding.weight.view(in: grown), to: &table)
    #expect(Array(table.prefix(100)) == embeddings)
    let first = stride(from: 100, to: table.count, by: 2).map { Double(table[$0]) }
    let mean = first.reduce(0, +) / 2000
    let deviation = (first.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2000).squareRoot()
    #expect(abs(mean - 5) < 0.2 && abs(deviation - 2) < 0.1)
    #expect(stride(from: 101, to: table.count, by: 2).allSatisfy { table[$0] == -1 })
  }
}
