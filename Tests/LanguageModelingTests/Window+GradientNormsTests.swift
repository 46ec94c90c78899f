import Compute
import Goldens
import NeuralNetwork
import Testing

@testable import LanguageModeling

struct WindowGradientNormsTests {
  private let tokens: [UInt32] = [1, 4, 0, 5, 3, 3, 2]

  private func model<D: ComparedDevice>(_: D.Type, _ cell: CellConfiguration, layers L: Int) throws -> TestModel<D> {
    TestModel(
      try ModelConfiguration(
        vocabularySize: 6, embeddingSize: 4, hiddenSize: 10, layers: L, cell: cell, peepholes: cell.kind == .lstm,
        tied: true, documentBoundary: 5), seed: 9)
  }

  /// The norms, in memory that an earlier text has used.
  private func norms<D: ComparedDevice>(_ test: TestModel<D>, _ ids: [UInt32], gradients: D.Storage? = nil)
    -> [[Double]]
  {
    let window = Window(test.network, weights: test.weights, steps: ids.count, lanes: 1, trained: true, on: test.device)
    func found(_ ids: [UInt32]) -> [[Double]] {
      window.gradientNorms(
        ids, target: 2, weights: test.weights, state: test.zeroState(lanes: 1),
        gradients: gradients ?? test.device.allocate(test.network.parameterCount))
    }
    _ = found(ids.reversed())
    return found(ids)
  }

  /// What a state that is moved between two windows does to the loss, by central differences, unit by unit.
  @Test(arguments: [CellConfiguration()] + otherCells.filter { $0.inputGate != .capped })
  func theLastLayersAreDifferencesOfTheLoss(cell: CellConfiguration) throws {
    let test = try model(ReferenceDevice.self, cell, layers: 2)
    let T = tokens.count
    let found = norms(test, tokens)[1]
    let window = Window(test.network, weights: test.weights, steps: T, lanes: 1, trained: false, on: test.device)
    func loss(movingUnit j: Int, by step: Double, afterStep t: Int) -> Double {
      let state = test.zeroState(lanes: 1)
      _ = window.forward(Array(tokens[...t]), weights: test.weights, state: state)
      let h = state.h[1]
      h.storage.elements[h.offset + j] += step
      let y = window.forward(Array(tokens[(t + 1)...]), weights: test.weights, state: state)
      var logProbabilities = [Double](repeating: 0, count: y.rows)
      let targets = [UInt32](repeating: 2, count: y.rows)
      window.logProbabilities(y, targets: targets, weights: test.weights, into: &logProbabilities)
      return -logProbabilities[y.rows - 1]
    }
    for t in 0..<T - 1 {
      let squares = (0..<test.network.configuration.layerSize).map { j in
        let slope = (loss(movingUnit: j, by: 1e-5, afterStep: t) - loss(movingUnit: j, by: -1e-5, afterStep: t)) / 2e-5
        return slope * slope
      }
      #expect(abs(found[t] - squares.reduce(0, +).squareRoot()) < 1e-8, "step \(t)")
    }
    // A document's boundary is read at the fourth step, from an empty state, so nothing before it counts.
    #expect(found[..<3].allSatisfy { $0 == 0 } && found[3...].allSatisfy { $0 > 1e-6 })
  }

  /// Of a simple net and one step, the gradient of the bias is that of the output times 1 - h².
  @Test func lowerLayersAreThoseOfTheBias() throws {
    let test = try model(ReferenceDevice.self, CellConfiguration(.rnn), layers: 3)
    let gradients = test.device.allocate(test.network.parameterCount)
    let found = norms(test, [1], gradients: gradients)
    let state = test.zeroState(lanes: 1)
    let window = Window(test.network, weights: test.weights, steps: 1, lanes: 1, trained: false, on: test.device)
    _ = window.forward([1], weights: test.weights, state: state)
    for k in 0..<3 {
      let bias = try #require(test.network.layout.parameters.first { $0.name == "rnn.bias_ih_l\(k)" })
      let squares = zip(test.device.doubles(bias.view(in: gradients)), test.device.doubles(state.h[k])).map { d, h in
        d / (1 - h * h) * (d / (1 - h * h))
      }
      #expect(abs(found[k][0] - squares.reduce(0, +).squareRoot()) < 1e-12)
    }
  }

  @Test(arguments: [CellConfiguration()] + otherCells)
  func theFastDeviceAgreesWithTheReference(cell: CellConfiguration) throws {
    let exact = norms(try model(ReferenceDevice.self, cell, layers: 2), tokens)
    let fast = norms(try model(CPUDevice.self, cell, layers: 2), tokens)
    for (e, f) in zip(exact, fast) { #expect(greatestDifference(f, e) < 1e-5) }
  }
}
