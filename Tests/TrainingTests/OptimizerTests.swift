import Compute
import Goldens
import LanguageModeling
import NeuralNetwork
import Testing

@testable import Training

struct OptimizerTests {
  static let rules: [(String, OptimizerConfiguration)] = [
    ("pytorch-training-sgd", OptimizerConfiguration(.sgd, learningRate: 0.5)),
    ("pytorch-training-adam", OptimizerConfiguration(.adam, learningRate: 0.01)),
    ("pytorch-training-adam-l2", OptimizerConfiguration(.adam, learningRate: 0.01, weightDecay: 0.01)),
    ("pytorch-training-rmsprop", OptimizerConfiguration(.rmsprop, learningRate: 0.01, beta2: 0.95)),
    ("pytorch-training-adamw", OptimizerConfiguration(.adamw, learningRate: 0.01, weightDecay: 0.1)),
  ]

  @Test(arguments: rules)
  func aHundredStepsAreThoseOfPyTorch(name: String, rule: OptimizerConfiguration) throws {
    let golden = try Golden(name)
    try compare(train(ReferenceDevice(), golden, rule), golden, losses: 1e-10, norms: 1e-10, values: 1e-10)
    try compare(train(CPUDevice(), golden, rule), golden, losses: 1e-4, norms: 1e-4, values: 1e-3)
  }

  private func compare(
    _ found: (losses: [Double], norms: [Double], values: [String: [Double]]), _ golden: Golden, losses: Double,
    norms: Double, values: Double
  ) throws {
    #expect(greatestDifference(found.losses, try golden.doubles("losses")) < losses)
    #expect(greatestDifference(found.norms, try golden.doubles("gradient_norms")) < norms)
    for (name, found) in found.values {
      #expect(greatestDifference(found, try golden.doubles("final/" + name)) < values, "\(name)")
    }
  }

  private func train<D: ComparedDevice>(
    _ device: D, _ golden: Golden, _ rule: OptimizerConfiguration
  ) throws -> (losses: [Double], norms: [Double], values: [String: [Double]]) {
    let (T, B) = (golden.size("T"), golden.size("B"))
    let network = LSTMNetwork(
      try ModelConfiguration(
        vocabularySize: golden.size("V"), embeddingSize: golden.size("E"), hiddenSize: golden.size("H"),
        layers: golden.size("L")))
    let weights = NetworkWeights(network, windowSize: 0, on: device)
    for parameter in network.layout.parameters {
      device.put(try golden.doubles("parameters/" + parameter.name), into: parameter.view(in: weights.values))
    }
    let window = Window(network, weights: weights, steps: T, lanes: B, trained: true, on: device)
    let state = LSTMState(network.configuration, lanes: B, on: device)
    let gradients = device.allocate(network.parameterCount)
    let reducer = GradientReducer(device: device, count: network.parameterCount)
    let optimizer = Optimizer(rule, count: network.parameterCount, on: device)
    let (inputs, targets, reset) = try (golden.tokens("inputs"), golden.tokens("targets"), golden.tokens("reset"))
    var (losses, norms): ([Double], [Double]) = ([], [])
    var logProbabilities = [Double](repeating: 0, count: T * B)
    for step in 0..<golden.size("steps") {
      let now = step * T * B..<(step + 1) * T * B
      if reset[step] == 1 { state.clear(on: device) }
      weights.pack(on: device)
      window.trainingStep(
        Array(inputs[now]), targets: Array(targets[now]), scale: 1, weights: weights, state: state, dropout: nil,
        gradients: gradients, logProbabilities: &logProbabilities)
      losses.append(-logProbabilities.reduce(0, +) / Double(T * B))
      norms.append(reducer.reduce([gradients]) / Double(T * B))
      optimizer.step(
        step + 1, learningRate: rule.learningRate, gradientScale: min(1, 0.25 / (norms[step] + 1e-6)) / Double(T * B),
        values: weights.values, gradients: gradients)
    }
    let values = network.layout.parameters.map { ($0.name, device.doubles($0.view(in: weights.values))) }
    return (losses, norms, Dictionary(uniqueKeysWithValues: values))
  }

  @Test func buffersAreMovedWholeByAnyNumberOfThreads() {
    let count = 3 * 65_536 + 5
    func values(threads: Int) -> [Double] {
      let device = CPUDevice(team: ThreadTeam(threads: threads))
      var generator = Philox4x32(seed: 50)
      let (values, gradients) = (device.allocate(count), device.allocate(count))
      for storage in [values, gradients] {
        let x = Matrix(storage, rows: 1, columns: count)
        device.put((0..<count).map { _ in Double.random(in: 0.5...1, using: &generator) }, into: x)
      }
      let optimizer = Optimizer(OptimizerConfiguration(.adam), count: count, on: device)
      for t in 1...2 {
        optimizer.step(t, learningRate: 0.125, gradientScale: 1, values: values, gradients: gradients)
      }
      return device.doubles(Matrix(values, rows: 1, columns: count))
    }
    let one = values(threads: 1)
    #expect(one.allSatisfy { $0 < 0.751 })  // every value took both steps, of 0.125 each
    #expect(greatestDifference(values(threads: 2), one) == 0)
    #expect(greatestDifference(values(threads: 4), one) == 0)
  }

  @Test(arguments: [(OptimizerKind.sgd, 0.0, 0), (.sgd, 0.9, 1), (.adam, 0, 2), (.rmsprop, 0, 1), (.adamw, 0.9, 2)])
  func moments(kind: OptimizerKind, momentum: Double, count: Int) {
    #expect(OptimizerConfiguration(kind, momentum: momentum).momentCount == count)
  }
}
