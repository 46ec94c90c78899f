import Compute
import DataFiles
import Goldens
import NeuralNetwork
import Testing

@testable import LanguageModeling

struct RegularizationTests {
  /// Every part of it by itself, by the name of its option.
  static let parts: [(String, @Sendable (Double) -> Regularization)] = [
    ("input-dropout", { Regularization(inputDropout: $0) }),
    ("layer-dropout", { Regularization(layerDropout: $0) }),
    ("output-dropout", { Regularization(outputDropout: $0) }),
    ("locked-dropout", { Regularization(inputDropout: $0, layerDropout: $0, outputDropout: $0, isLocked: true) }),
    ("embedding-dropout", { Regularization(embeddingDropout: $0) }),
    ("weight-dropout", { Regularization(weightDropout: $0) }),
    ("state-dropout", { Regularization(stateDropout: $0) }),
    ("activation-penalty", { Regularization(activationPenalty: $0) }),
    ("temporal-penalty", { Regularization(temporalPenalty: $0) }),
  ]
  private static let all = Regularization(
    inputDropout: 0.2, layerDropout: 0.3, outputDropout: 0.4, isLocked: true, embeddingDropout: 0.25,
    weightDropout: 0.5, activationPenalty: 2, temporalPenalty: 1)
  private let masks = Dropout(seed: 5, step: 6, shard: 7)
  private let T = 6
  private let B = 4
  private let V = 11

  /// ln p of every target and all gradients of one window of random tokens.
  private func gradients<D: ComparedDevice>(
    _: D.Type, _ regularization: Regularization, tied: Bool = false, windowSize: Int = 0, dropout: Dropout?
  ) throws -> [Double] {
    let test = TestModel<D>(
      try ModelConfiguration(vocabularySize: V, embeddingSize: 18, hiddenSize: 33, layers: 2, tied: tied), seed: 1,
      windowSize: windowSize, regularization: regularization)
    var generator = Philox4x32(seed: 2)
    let (inputs, targets) = (
      randomTokens(T * B, below: V, using: &generator), randomTokens(T * B, below: V, using: &generator)
    )
    return test.gradients(
      inputs, targets: targets, lanes: B, state: test.zeroState(lanes: B), scale: 1 / Float(T * B), dropout: dropout)
  }

  @Test(arguments: ["pytorch-regularized", "pytorch-regularized-locked"], [0, 1000])
  func gradientsAreThoseOfPyTorch(name: String, windowSize: Int) throws {
    try check(ReferenceDevice.self, name, windowSize)
    try check(CPUDevice.self, name, windowSize)
  }

  /// An LSTM as it was published, and cells with all that is dropped of their states.
  @Test(
    arguments: [
      "pytorch-regularized", "pytorch-regularized-locked", "pytorch-regularized-state", "pytorch-regularized-gru",
    ])
  func stepByStepGradientsAreThoseOfPyTorch(name: String) throws {
    try check(ReferenceDevice.self, name, isStepwise: true)
    try check(CPUDevice.self, name, isStepwise: true)
  }

  private func check<D: ComparedDevice>(
    _: D.Type, _ name: String, _ windowSize: Int = 0, isStepwise: Bool = false
  ) throws {
    let golden = try Golden(name)
    func number(_ name: String) throws -> Double { try #require(golden.description[name]?.doubleValue) }
    func rate(_ name: String) throws -> Double { try #require(golden.description["rates"]?[name]?.doubleValue) }
    let regularization = try Regularization(
      inputDropout: rate("input"), layerDropout: rate("layer"), outputDropout: rate("output"),
      isLocked: golden.description["locked"] == .bool(true), embeddingDropout: rate("embedding"),
      weightDropout: rate("weight"), stateDropout: golden.description["rates"]?["state"]?.doubleValue ?? 0,
      activationPenalty: number("alpha"), temporalPenalty: number("beta"))
    let seed = try #require(golden.description["masks"]?.stringValue.flatMap { UInt64($0) })
    let test = try TestModel<D>(
      golden, windowSize: windowSize, regularization: regularization, isStepwise: isStepwise)
    #expect(test.network.isFused != isStepwise)
    let targets = try golden.tokens("targets")
    let found = test.gradients(
      try golden.tokens("inputs"), targets: targets, lanes: golden.size("B"), state: try test.state(golden),
      dropout: Dropout(seed: seed, step: golden.size("step"), shard: golden.size("shard")))
    let count = Double(targets.count)
    let loss = -found.prefix(targets.count).reduce(0, +) / count
    #expect(greatestDifference([loss], try golden.doubles("loss")) < D.tolerance)
    for parameter in test.network.layout.parameters {
      let start = targets.count + parameter.offset
      let gradient = found[start..<start + parameter.count].map { $0 / count }
      let difference = greatestDifference(gradient, try golden.doubles("gradients/" + parameter.name))
      #expect(difference < D.tolerance, "\(parameter.name)")
    }
  }

  @Test(arguments: parts.indices, [0, 1000])
  func aRateOfZeroIsNone(part: Int, windowSize: Int) throws {
    let (name, regularization) = Self.parts[part]
    let plain = try gradients(CPUDevice.self, Regularization(), windowSize: windowSize, dropout: nil)
    let zero = try gradients(CPUDevice.self, regularization(0), windowSize: windowSize, dropout: masks)
    let some = try gradients(CPUDevice.self, regularization(0.5), windowSize: windowSize, dropout: masks)
    #expect(zero == plain, "\(name)")
    #expect(some[(T * B)...] != plain[(T * B)...], "\(name)")
    #expect((some[..<(T * B)] == plain[..<(T * B)]) == name.hasSuffix("penalty"))  // the loss stays the cross-entropy
  }

  @Test(arguments: [false, true], [0, 1000])
  func theFastDeviceAgreesWithTheReference(tied: Bool, windowSize: Int) throws {
    let exact = try gradients(ReferenceDevice.self, Self.all, tied: tied, windowSize: windowSize, dropout: masks)
    let fast = try gradients(CPUDevice.self, Self.all, tied: tied, windowSize: windowSize, dropout: masks)
    #expect(greatestDifference(fast, exact) < 1e-5)
  }

  /// Products of tokens or vectors at every place: the same gradients, with embeddings and weights dropped.
  @Test(arguments: [false, true])
  func productsOfDroppedEmbeddingsAreDroppedProducts(tied: Bool) throws {
    let regularization = Regularization(outputDropout: 0.4, embeddingDropout: 0.4, weightDropout: 0.5)
    let vectors = try gradients(ReferenceDevice.self, regularization, tied: tied, windowSize: 0, dropout: masks)
    let products = try gradients(ReferenceDevice.self, regularization, tied: tied, windowSize: 1000, dropout: masks)
    #expect(greatestDifference(products, vectors) < 1e-12)
  }

  @Test func packingBringsBackWhatWasDropped() throws {
    let test = TestModel<CPUDevice>(
      try ModelConfiguration(vocabularySize: V, embeddingSize: 5, hiddenSize: 17, layers: 2), seed: 1, windowSize: 1000,
      regularization: Regularization(embeddingDropout: 0.5, weightDropout: 0.5))
    let window = Window(test.network, weights: test.weights, steps: 3, lanes: 1, trained: false, on: test.device)
    func outputs() -> [Double] {
      test.device.doubles(window.forward([1, 2, 3], weights: test.weights, state: test.zeroState(lanes: 1)))
    }
    let plain = outputs()
    test.weights.drop(masks, on: test.device)
    #expect(outputs() != plain)
    test.weights.pack(on: test.device)
    #expect(outputs() == plain)
  }
}

struct DropoutTests {
  private let device = ReferenceDevice()

  /// What masks leave of ones [rows, columns].
  private func ones(
    _ dropout: Dropout, _ place: Dropout.Place, rate: Double, rows: Int, columns: Int, isLocked: Bool, lanes: Int
  ) -> [Double] {
    let x = Matrix(device.allocate(rows * columns), rows: rows, columns: columns)
    device.upload([Float](repeating: 1, count: rows * columns), to: x)
    dropout.apply(to: x, rate: rate, place, isLocked: isLocked, lanes: lanes, into: x, on: device)
    return device.doubles(x)
  }

  /// By step, shard, place and layer; but weights are the same in all shards.
  @Test func masksDiffer() {
    let layers: [(Int) -> Dropout.Place] = [
      Dropout.Place.outputs, Dropout.Place.state, Dropout.Place.zoneoutCell, Dropout.Place.zoneoutHidden,
    ]
    let places = [.input] + layers.flatMap { (0..<64).map($0) }
    let shared = [.embeddings] + (0..<64).map { Dropout.Place.recurrentWeights(layer: $0) }
    var streams: Set<UInt64> = []
    for step in [0, 1, 1 << 38] {
      for shard in [0, 1, 4095] {
        let dropout = Dropout(seed: 1, step: step, shard: shard)
        for place in places { #expect(streams.insert(dropout.stream(place)).inserted) }
        for place in shared { #expect(streams.insert(dropout.stream(place)).inserted == (shard == 0)) }
      }
    }
    #expect(streams.allSatisfy { $0 >> 63 == 1 })  // apart from those of the initial values
  }

  @Test(arguments: [1, 3, 16])
  func lockedMasksAreTheSameAtAllSteps(lanes B: Int) {
    let dropout = Dropout(seed: 3, step: 4, shard: 5)
    let locked = ones(dropout, .input, rate: 0.5, rows: 5 * B, columns: 70, isLocked: true, lanes: B)
    let own = ones(dropout, .input, rate: 0.5, rows: 5 * B, columns: 70, isLocked: false, lanes: B)
    let first = locked[..<(B * 70)]
    for t in 0..<5 {
      let step = t * B * 70..<(t + 1) * B * 70
      #expect(Array(locked[step]) == Array(first))
      #expect((Array(own[step]) == Array(first)) == (t == 0))
    }
    for b in 1..<B { #expect(first[..<70] != first[(b * 70)..<((b + 1) * 70)]) }
  }

  /// The mean over many steps of what is left of a one is one.
  @Test(arguments: [0.1, 0.5, 0.9], [false, true])
  func theMeanStays(rate: Double, isLocked: Bool) {
    let steps = 4000
    var sums = [Double](repeating: 0, count: 3 * 2 * 5)
    for step in 0..<steps {
      let left = ones(
        Dropout(seed: 1, step: step, shard: 0), .outputs(layer: 1), rate: rate, rows: 6, columns: 5, isLocked: isLocked,
        lanes: 2)
      for (i, x) in left.enumerated() {
        #expect(x == 0 || abs(x * (1 - rate) - 1) < 1e-6)
        sums[i] += x
      }
    }
    let deviation = (rate / (1 - rate) / Double(steps)).squareRoot()
    for sum in sums { #expect(abs(sum / Double(steps) - 1) < 5 * deviation) }
  }
}
