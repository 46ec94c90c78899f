import Compute
import Foundation
import Goldens
import NeuralNetwork
import Testing

@testable import LanguageModeling

/// What is special about models whose output is an adaptive softmax; WindowBackwardTests has their gradients.
struct AdaptiveSoftmaxModelTests {
  private let test: TestModel<CPUDevice>
  private let inputs, targets: [UInt32]
  private let V = 61
  private let T = 9
  private let B = 5

  init() throws {
    test = TestModel(
      try ModelConfiguration(
        vocabularySize: 61, embeddingSize: 19, hiddenSize: 37, layers: 2,
        adaptiveSoftmax: AdaptiveSoftmaxShape(cutoffs: [11, 30, 31], divisor: 3)), seed: 7)
    var generator = Philox4x32(seed: 8)
    inputs = randomTokens(9 * 5, below: 61, using: &generator)
    targets = randomTokens(9 * 5, below: 61, using: &generator)
  }

  /// ln p of every token from logits.
  private func logSoftmax(_ logits: some Collection<Float>) -> [Double] {
    let total = log(logits.reduce(0) { $0 + exp(Double($1)) })
    return logits.map { Double($0) - total }
  }

  @Test func allLogProbabilitiesAreThoseOfPyTorch() throws {
    try check(ReferenceDevice.self)
    try check(CPUDevice.self)
  }

  private func check<D: ComparedDevice>(_: D.Type) throws {
    let golden = try Golden("pytorch-adaptive")
    let test = try TestModel<D>(golden)
    let window = Window(
      test.network, weights: test.weights, steps: golden.size("T"), lanes: golden.size("B"), trained: false,
      on: test.device)
    let h = window.forward(try golden.tokens("inputs"), weights: test.weights, state: try test.state(golden))
    let output = test.network.output.forInference(values: test.weights.values, format: .float32, on: test.device)
    let pass = output.makePass(rows: h.rows, on: test.device)
    let (expected, logits) = (try golden.doubles("log_probabilities"), test.device.doubles(pass.logits(h)))
    let V = golden.size("V")
    for r in 0..<h.rows {
      let row = logits[r * V..<(r + 1) * V]
      let total = log(row.reduce(0) { $0 + exp($1) })
      #expect(greatestDifference(row.map { $0 - total }, Array(expected[r * V..<(r + 1) * V])) < D.tolerance)
    }
    let targets = (0..<h.rows).map { UInt32($0 * 7 % V) }
    var (trained, predicted) = (targets.map { _ in 0.0 }, targets.map { _ in 0.0 })
    window.logProbabilities(h, targets: targets, weights: test.weights, into: &trained)
    pass.logProbabilities(h, targets: targets[...], into: &predicted, at: 0)
    let chosen = targets.enumerated().map { r, target in expected[r * V + Int(target)] }
    #expect(greatestDifference(trained, chosen) < D.tolerance)
    #expect(greatestDifference(predicted, chosen) < D.tolerance)
  }

  /// The bits of the window of training, and in every format what single steps say.
  @Test(arguments: WeightFormat.allCases)
  func itIsTheWindowOfTraining(format: WeightFormat) {
    let window = Window(test.network, weights: test.weights, steps: T, lanes: B, trained: false, on: test.device)
    let h = window.forward(inputs, weights: test.weights, state: test.zeroState(lanes: B))
    var (expected, found, steps) = (targets.map { _ in 0.0 }, [Double](), [Double]())
    window.logProbabilities(h, targets: targets, weights: test.weights, into: &expected)
    let model = test.model(format)
    var (whole, stepwise) = (model.initialState(lanes: B), model.initialState(lanes: B))
    model.logProbabilities(of: targets, given: inputs, state: &whole, into: &found)
    if format == .float32 { #expect(found == expected) } else { #expect(greatestDifference(found, expected) < 0.02) }
    var logits: [Float] = []
    for t in 0..<T {
      model.step(Array(inputs[t * B..<(t + 1) * B]), state: &stepwise, logits: &logits)
      #expect(logits.count == B * V)
      for b in 0..<B { steps.append(logSoftmax(logits[b * V..<(b + 1) * V])[Int(targets[t * B + b])]) }
    }
    #expect(greatestDifference(steps, found) < 2e-6)
    #expect(test.numbers(stepwise) == test.numbers(whole))
  }

  /// The very bits, in parts of any length and for any number of threads, in every format.
  @Test(arguments: [1, 2, 4, 9], WeightFormat.allCases)
  func partsAndThreadsChangeNothing(length: Int, format: WeightFormat) {
    let (model, parts) = (test.model(format), test.model(format, on: CPUDevice(team: ThreadTeam(threads: 3))))
    var (whole, state) = (model.initialState(lanes: B), parts.initialState(lanes: B))
    var (expected, found, some) = ([Double](), [Double](), [Double]())
    model.logProbabilities(of: targets, given: inputs, state: &whole, into: &expected)
    for start in stride(from: 0, to: T, by: length) {
      let part = start * B..<min(start + length, T) * B
      parts.logProbabilities(of: Array(targets[part]), given: Array(inputs[part]), state: &state, into: &some)
      found += some
    }
    #expect(found == expected)
    var (logits, alone): ([Float], [Float]) = ([], [])
    model.step(Array(inputs[0..<B]), state: &whole, logits: &logits)
    for b in 0..<B {
      var lane = parts.select([b], from: state)
      parts.step([inputs[b]], state: &lane, logits: &alone)
      #expect(alone == Array(logits[b * V..<(b + 1) * V]))
    }
  }

  /// Gradients of the fast device, in one precision and the other, are those of the plain one that rounds alike.
  @Test(arguments: Precision.allCases.filter(CPUDevice.supports), [1, 3])
  func theFastDeviceAgreesWithTheReference(precision: Precision, threads: Int) throws {
    func gradients<D: ComparedDevice>(_ device: D) -> [Double] {
      let network = test.network
      let weights = NetworkWeights(network, windowSize: 0, on: device)
      Initialization().fill(weights.values, of: network, seed: 7, on: device)
      weights.pack(on: device)
      let window = Window(network, weights: weights, steps: T, lanes: B, trained: true, on: device)
      let gradients = device.allocate(network.parameterCount)
      var found = targets.map { _ in 0.0 }
      window.trainingStep(
        inputs, targets: targets, scale: 1 / Float(T * B), weights: weights,
        state: LSTMState(network.configuration, lanes: B, on: device), dropout: nil, gradients: gradients,
        logProbabilities: &found)
      return found + device.doubles(network.layout.all(of: gradients))
    }
    let fast = gradients(CPUDevice(precision, team: ThreadTeam(threads: threads)))
    let exact = gradients(ReferenceDevice(rounding: precision == .float32 ? nil : precision))
    #expect(greatestDifference(fast, exact) < (precision == .float32 ? 1e-5 : 1e-2))
    if precision == .bfloat16 { #expect(greatestDifference(fast, gradients(ReferenceDevice())) > 1e-5) }
  }
}
