import Compute
import Foundation
import Goldens
import LanguageModeling
import NeuralNetwork
import Testing

struct InitializationTests {
  private func values(
    seed: UInt64, forgetBias: Double = 1, tied: Bool = false, peepholes: Bool = false
  ) throws -> [String: [Double]] {
    let device = ReferenceDevice()
    let network = LSTMNetwork(
      try ModelConfiguration(
        vocabularySize: 50, embeddingSize: 25, hiddenSize: 25, layers: 2, peepholes: peepholes, tied: tied))
    let weights = NetworkWeights(network, windowSize: 0, on: device)
    Initialization(forgetBias: forgetBias).fill(weights.values, of: network, seed: seed, on: device)
    return Dictionary(
      uniqueKeysWithValues: network.layout.parameters.map { ($0.name, device.doubles($0.view(in: weights.values))) })
  }

  @Test func aSeedDecidesEveryValue() throws {
    #expect(try values(seed: 1) == values(seed: 1))
    let (one, two) = try (values(seed: 1), values(seed: 2))
    #expect(one["embedding.weight"] != two["embedding.weight"])
    #expect(one["lstm.weight_hh_l0"] != one["lstm.weight_hh_l1"])
  }

  /// The tables of an adaptive softmax are within 1/√ of the numbers that they read.
  @Test func tablesOfClustersFillTheirBounds() throws {
    let device = ReferenceDevice()
    let network = LSTMNetwork(
      try ModelConfiguration(
        vocabularySize: 90, embeddingSize: 5, hiddenSize: 36, layers: 1,
        adaptiveSoftmax: AdaptiveSoftmaxShape(cutoffs: [20, 40], divisor: 3)))
    let weights = NetworkWeights(network, windowSize: 0, on: device)
    Initialization().fill(weights.values, of: network, seed: 6, on: device)
    let bounds = [
      "decoder.head.weight": 6.0, "decoder.tail.0.projection.weight": 6, "decoder.tail.1.projection.weight": 6,
      "decoder.tail.0.weight": 12.0.squareRoot(), "decoder.tail.1.weight": 2,
    ]
    for parameter in network.layout.parameters
    where parameter.name.hasPrefix("decoder") && !parameter.name.hasSuffix("bias") {
      let bound = 1 / (try #require(bounds[parameter.name]))
      let greatest = device.doubles(parameter.view(in: weights.values)).map(abs).max() ?? 0
      #expect(greatest <= bound * (1 + 1e-7) && greatest > 0.9 * bound, "\(parameter.name)")
    }
  }

  /// A range given holds for everything but the forget gates and the output's biases.
  @Test func aRangeGivenIsTheBoundOfAll() throws {
    let device = ReferenceDevice()
    let network = LSTMNetwork(
      try ModelConfiguration(vocabularySize: 50, embeddingSize: 25, hiddenSize: 25, layers: 1))
    let weights = NetworkWeights(network, windowSize: 0, on: device)
    Initialization(forgetBias: 0, range: 0.05).fill(weights.values, of: network, seed: 5, on: device)
    for parameter in network.layout.parameters {
      let values = device.doubles(parameter.view(in: weights.values)).map(abs)
      let greatest = try #require(values.max())
      #expect(parameter.name == "decoder.bias" ? greatest == 0 : 0.04...0.05 ~= greatest, "\(parameter.name)")
    }
  }

  @Test(arguments: [-2.5, 0, 1, 5])
  func forgetGatesStartAtTheirBias(bias: Double) throws {
    let values = try values(seed: 3, forgetBias: bias)
    for k in 0..<2 {
      let (input, recurrent) = try (
        #require(values["lstm.bias_ih_l\(k)"]), #require(values["lstm.bias_hh_l\(k)"])
      )
      #expect(input[25..<50].allSatisfy { $0 == bias })
      #expect(recurrent[25..<50].allSatisfy { $0 == 0 })
      for i in [0, 24, 50, 99] { #expect(input[i] != bias && recurrent[i] != 0) }
    }
  }

  /// Bounds of 1/√H = 0.2, and √3 in an embedding of variance 1.
  @Test(arguments: [false, true])
  func valuesFillTheirBounds(tied: Bool) throws {
    for (name, values) in try values(seed: 4, forgetBias: 0, tied: tied, peepholes: true) {
      let bound = name == "embedding.weight" && !tied ? 3.0.squareRoot() : 0.2
      if name == "decoder.bias" {
        #expect(values.allSatisfy { $0 == 0 })
      } else {
        #expect(values.allSatisfy { abs($0) <= bound * (1 + 1e-7) }, "\(name)")
        #expect((values.max() ?? 0) > 0.9 * bound && (values.min() ?? 0) < -0.9 * bound, "\(name)")
        #expect(abs(values.reduce(0, +)) < bound * 3 * Double(values.count).squareRoot(), "\(name)")
      }
    }
  }

  /// Tokens that occurred 5, 0 and 2 times, one more of each: shares of 6, 1 and 3 tenths.
  @Test(arguments: [
    (Initialization(), true), (Initialization(range: 0.1), false), (Initialization(unigramBias: false), false),
  ])
  func theSoftmaxStartsAtTheSharesOfTokens(initialization: Initialization, expectsShares: Bool) throws {
    let device = ReferenceDevice()
    let network = LSTMNetwork(try ModelConfiguration(vocabularySize: 3, embeddingSize: 2, hiddenSize: 2, layers: 1))
    let values = device.allocate(network.parameterCount)
    initialization.fill(values, of: network, seed: 1, counts: [5, 0, 2], on: device)
    let bias = try #require(network.layout.parameters.first { $0.name == "decoder.bias" })
    let found = device.doubles(bias.view(in: values)).map { exp($0) }
    #expect(greatestDifference(found, expectsShares ? [0.6, 0.1, 0.3] : [1, 1, 1]) < 1e-6)
  }

  /// The head of an adaptive softmax starts at the shares of its tokens and of the clusters.
  @Test func theHeadStartsAtTheSharesOfTheClusters() throws {
    let device = ReferenceDevice()
    let network = LSTMNetwork(
      try ModelConfiguration(
        vocabularySize: 6, embeddingSize: 4, hiddenSize: 4, layers: 1,
        adaptiveSoftmax: AdaptiveSoftmaxShape(cutoffs: [1, 3], divisor: 2)))
    let values = device.allocate(network.parameterCount)
    Initialization().fill(values, of: network, seed: 1, counts: [7, 4, 2, 1, 0, 0], on: device)
    let bias = try #require(network.layout.parameters.first { $0.name == "decoder.head.bias" })
    #expect(greatestDifference(device.doubles(bias.view(in: values)).map { exp($0) }, [0.4, 0.4, 0.2]) < 1e-6)
  }
}
