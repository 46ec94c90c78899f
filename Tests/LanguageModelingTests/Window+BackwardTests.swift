import Compute
import Goldens
import NeuralNetwork
import Testing

@testable import LanguageModeling

struct WindowBackwardTests {
  @Test(arguments: WindowTests.passes + WindowTests.passesOfOtherCells + ["pytorch-adaptive"])
  func gradientsAreThoseOfPyTorch(name: String) throws {
    for windowSize in [0, 1000] {
      try check(ReferenceDevice.self, name, windowSize)
      try check(CPUDevice.self, name, windowSize)
    }
  }

  private func check<D: ComparedDevice>(_: D.Type, _ name: String, _ windowSize: Int) throws {
    let golden = try Golden(name)
    let test = try TestModel<D>(golden, windowSize: windowSize)
    let window = Window(
      test.network, weights: test.weights, steps: golden.size("T"), lanes: golden.size("B"), trained: true,
      on: test.device)
    let gradients = test.device.allocate(test.network.parameterCount)
    let targets = try golden.tokens("targets")
    var logProbabilities = targets.map { _ in 0.0 }
    window.trainingStep(
      try golden.tokens("inputs"), targets: targets, scale: 1, weights: test.weights, state: try test.state(golden),
      dropout: nil, gradients: gradients, logProbabilities: &logProbabilities)
    let count = Double(targets.count)
    #expect(greatestDifference([-logProbabilities.reduce(0, +) / count], try golden.doubles("loss")) < D.tolerance)
    for parameter in test.network.layout.parameters {
      let gradient = test.device.doubles(parameter.view(in: gradients)).map { $0 / count }
      let difference = greatestDifference(gradient, try golden.doubles("gradients/" + parameter.name))
      #expect(difference < D.tolerance, "\(parameter.name)")
    }
  }

  /// Documents in one lane have the gradients that each has alone, added up.
  @Test(arguments: [CellConfiguration()] + otherCells, [0, 1000])
  func gradientsOfDocumentsAddUp(cell: CellConfiguration, windowSize: Int) throws {
    try checkDocuments(ReferenceDevice.self, cell, windowSize, within: 1e-12)
    try checkDocuments(CPUDevice.self, cell, windowSize, within: 1e-4)
  }

  private func checkDocuments<D: ComparedDevice>(
    _: D.Type, _ cell: CellConfiguration, _ windowSize: Int, within bound: Double
  ) throws {
    let test = TestModel<D>(
      try ModelConfiguration(
        vocabularySize: 9, embeddingSize: 6, hiddenSize: 18, layers: 2, cell: cell, peepholes: cell.kind == .lstm,
        documentBoundary: 2), seed: 11, windowSize: windowSize)
    /// The sum of the log-probabilities, then all gradients; a window starts from what no document may see.
    func outcome(_ documents: [[UInt32]]) -> [Double] {
      let inputs: [UInt32] = documents.flatMap { [2] + $0 }
      let window = Window(
        test.network, weights: test.weights, steps: inputs.count, lanes: 1, trained: true, on: test.device)
      let state = test.zeroState(lanes: 1)
      for x in state.h + state.c { test.device.put([Double](repeating: 0.7, count: x.count), into: x) }
      let gradients = test.device.allocate(test.network.parameterCount)
      var logProbabilities = inputs.map { _ in 0.0 }
      window.trainingStep(
        inputs, targets: inputs.dropFirst() + [2], scale: 1, weights: test.weights, state: state, dropout: nil,
        gradients: gradients, logProbabilities: &logProbabilities)
      return [logProbabilities.reduce(0, +)] + test.device.doubles(test.network.layout.all(of: gradients))
    }
    let documents: [[UInt32]] = [[1, 3, 8], [], [4, 4, 5, 0, 7], [6]]
    let alone = documents.map { outcome([$0]) }
    let expected = alone[0].indices.map { i in alone.reduce(0) { $0 + $1[i] } }
    #expect(greatestDifference(outcome(documents), expected) < bound)
  }

  /// Nets of random shapes, 40 for each seed: all their gradients agree with differences of the loss.
  @Test(arguments: 0..<6 as Range<UInt64>)
  func gradientsAreCentralDifferences(seed: UInt64) throws {
    var generator = Philox4x32(seed: seed)
    for number in 0..<40 {
      let check = try GradientCheck(using: &generator)
      let (error, name) = check.greatestError(using: &generator)
      #expect(
        error <= 1e-7,
        "net \(number), \(name): \(check.test.network.configuration), \(check.test.weights.regularization)")
    }
  }
}

extension WindowBackwardTests {
  /// The same of nets of every other cell, some for each seed.
  @Test(arguments: [CellConfiguration()] + otherCells, 0..<2 as Range<UInt64>)
  func gradientsOfOtherCellsAreCentralDifferences(cell: CellConfiguration, seed: UInt64) throws {
    var generator = Philox4x32(seed: seed, stream: 1)
    for number in 0..<(cell.layerNorm ? 4 : 8) {
      let check = try GradientCheck(cell: cell, dropsState: cell.isFused || number % 2 == 1, using: &generator)
      let (error, name) = check.greatestError(using: &generator)
      #expect(
        error <= 1e-7,
        "net \(number), \(name): \(check.test.network.configuration), \(check.test.weights.regularization)")
    }
  }
}

/// One net of a random shape, with everything that its loss depends on.
private struct GradientCheck {
  let test: TestModel<ReferenceDevice>
  let window: Window<ReferenceDevice>
  let inputs, targets: [UInt32]
  let state: LSTMState<ReferenceDevice>
  let start: [Double]

  init(
    cell: CellConfiguration = CellConfiguration(), dropsState: Bool = false, using generator: inout Philox4x32
  ) throws {
    let tied = Bool.random(using: &generator)
    let E = Int.random(in: cell.isFused ? 1...5 : 4...6, using: &generator)
    // Norms of few numbers bend sharply where these are nearly equal.
    let sizes = cell.layerNorm ? 10...14 : cell.isFused && !dropsState ? 1...5 : 4...6
    let H =
      tied && Bool.random(using: &generator) && cell.isFused && !dropsState
      ? E : Int.random(in: sizes, using: &generator)
    let V = Int.random(in: 2...9, using: &generator)
    let configuration = try ModelConfiguration(
      vocabularySize: V, embeddingSize: E, hiddenSize: H, layers: Int.random(in: 1...3, using: &generator), cell: cell,
      peepholes: Bool.random(using: &generator) && cell.kind == .lstm, tied: tied,
      adaptiveSoftmax: tied || Bool.random(using: &generator) ? nil : .random(V, cell.outputSize(H), using: &generator),
      documentBoundary: Bool.random(using: &generator) ? UInt32.random(in: 0..<UInt32(V), using: &generator) : nil)
    let (seed, windowSize) = (generator.next(), Bool.random(using: &generator) ? 1000 : 0)
    var regularization = Regularization.random(using: &generator)
    if dropsState { regularization.stateDropout = 0.4 }
    test = TestModel(
      configuration, seed: seed, windowSize: windowSize, regularization: regularization,
      softmaxSamples: V >= 4 && Bool.random(using: &generator) ? Int.random(in: 1...V / 2, using: &generator) : nil)
    for i in test.weights.values.elements.indices {  // no parameter is left at the zero that it may start from
      test.weights.values.elements[i] += Double.random(in: -0.3...0.3, using: &generator)
    }
    if cell.inputGate == .capped {  // far from where the two gates meet, on either side
      for case .stepwise(let layer) in test.network.layers {
        for j in 0..<H {
          test.weights.values.elements[layer.inputBias.offset + j] = (cell.layerNorm ? 6 : 4) * (j % 2 == 0 ? 1 : -1)
        }
      }
    }
    let (T, B) = (Int.random(in: 1...5, using: &generator), Int.random(in: 1...3, using: &generator))
    window = Window(test.network, weights: test.weights, steps: T, lanes: B, trained: true, on: test.device)
    inputs = randomTokens(T * B, below: V, using: &generator)
    targets = randomTokens(T * B, below: V, using: &generator)
    state = test.zeroState(lanes: B)
    start = state.h[0].storage.elements.map { _ in Double.random(in: -1...1, using: &generator) }
  }

  private let masks = Dropout(seed: 5, step: 6, shard: 7)

  /// The mean of -ln p(target), and what the regularization adds to it, at the present values.
  private func loss() -> Double {
    test.weights.pack(on: test.device)
    test.weights.drop(masks, on: test.device)
    state.h[0].storage.elements = start
    let y = window.forward(inputs, weights: test.weights, state: state, dropout: masks)
    var logProbabilities = targets.map { _ in 0.0 }
    if test.weights.sample == nil {
      window.logProbabilities(y, targets: targets, weights: test.weights, into: &logProbabilities)
    } else {
      test.weights.drawSample(seed: 3, pass: 4, on: test.device)
      let dy = Matrix(test.device.allocate(y.count), rows: y.rows, columns: y.columns)
      window.output.trainingStep(
        y, targets: targets, scale: 1, values: test.weights.values, dh: dy,
        gradients: test.device.allocate(test.network.parameterCount), into: &logProbabilities)
    }
    return -logProbabilities.reduce(0, +) / Double(targets.count) + penalties()
  }

  /// α · mean h² after dropout, and β · mean (h_t - h_{t-1})² before it.
  private func penalties() -> Double {
    let (last, regularization) = (test.network.layers.count - 1, test.weights.regularization)
    let dropped = test.device.doubles(window.output(ofLayer: last, inputs, dropout: masks))
    let h = test.device.doubles(window.outputs(ofLayer: last, inputs.count))
    func mean(_ squares: [Double]) -> Double { squares.isEmpty ? 0 : squares.reduce(0, +) / Double(squares.count) }
    let step = window.lanes * test.network.configuration.layerSize
    let changes = zip(h.dropFirst(step), h).map { ($0 - $1) * ($0 - $1) }
    return regularization.activationPenalty * mean(dropped.map { $0 * $0 })
      + regularization.temporalPenalty * mean(changes)
  }

  private func gradients() -> [Double] {
    state.h[0].storage.elements = start
    let found = test.gradients(inputs, targets: targets, lanes: window.lanes, state: state, dropout: masks)
    return found.dropFirst(targets.count).map { $0 / Double(targets.count) }
  }

  /// The greatest difference from the five-point difference quotient, relative to the gradient.
  ///
  /// A step of 2⁻¹⁰ leaves an error of 3e-14 times the fifth derivative and about 3e-13 of rounding, so gradients below
  /// 1e-3 are held to the absolute 1e-10 that follows from it. Small nets are checked whole, others in 12 places of
  /// every tensor.
  func greatestError(using generator: inout Philox4x32) -> (error: Double, parameter: String) {
    let exact = gradients()
    var greatest = (error: 0.0, parameter: "")
    for parameter in test.network.layout.parameters {
      let all = parameter.offset..<parameter.offset + parameter.count
      let places =
        exact.count <= 100 || parameter.count <= 12
        ? Array(all) : (0..<12).map { _ in Int.random(in: all, using: &generator) }
      for i in places {
        let error = abs(quotient(i) - exact[i]) / max(1e-3, abs(exact[i]))
        if !(error <= greatest.error) { greatest = (error, parameter.name) }
      }
    }
    return greatest
  }

  private func quotient(_ i: Int) -> Double {
    // A smaller step, of more rounding, where norms bend more.
    let step = test.network.configuration.cell.layerNorm ? 0x1p-14 : 0x1p-10
    let value = test.weights.values.elements[i]
    let losses = [-2.0, -1, 1, 2].map { factor in
      test.weights.values.elements[i] = value + factor * step
      return loss()
    }
    test.weights.values.elements[i] = value
    return (losses[0] - 8 * losses[1] + 8 * losses[2] - losses[3]) / (12 * step)
  }
}

extension AdaptiveSoftmaxShape {
  /// Up to three clusters of V tokens, as far as H units can be divided for them.
  fileprivate static func random(_ V: Int, _ H: Int, using generator: inout Philox4x32) -> AdaptiveSoftmaxShape {
    let clusters = Int.random(in: 1...min(3, V - 1), using: &generator)
    let cutoffs = (1..<V).shuffled(using: &generator).prefix(clusters).sorted()
    return AdaptiveSoftmaxShape(cutoffs: cutoffs, divisor: H >= 1 << clusters ? 2 : 1)
  }
}

extension Regularization {
  /// Each part of it present or not.
  fileprivate static func random(using generator: inout Philox4x32) -> Regularization {
    func some(_ value: Double) -> Double { Bool.random(using: &generator) ? value : 0 }
    return Regularization(
      inputDropout: some(0.2), layerDropout: some(0.3), outputDropout: some(0.4),
      isLocked: Bool.random(using: &generator), embeddingDropout: some(0.25), weightDropout: some(0.5),
      activationPenalty: some(0.7), temporalPenalty: some(1.3))
  }
}
