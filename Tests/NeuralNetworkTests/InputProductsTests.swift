import Compute
import Goldens
import Testing

@testable import NeuralNetwork

struct InputProductsTests {
  /// A layer that reads an embedding, with random values and one window of tokens.
  private struct Setting<D: ComparedDevice> {
    let device = D()
    let embedding: Embedding
    let layer: LSTMLayer
    let layout: ParameterLayout
    let values, gradients: D.Storage
    let activations: LSTMActivations<D>
    let ids: [UInt32]
    let T = 5
    let B = 3

    init() {
      var layout = ParameterLayout()
      embedding = Embedding(vocabularySize: 6, size: 4, in: &layout)
      layer = LSTMLayer(0, inputSize: 4, hiddenSize: 7, peepholes: false, in: &layout)
      self.layout = layout
      (values, gradients) = (device.allocate(layout.count), device.allocate(layout.count))
      var generator = Philox4x32(seed: 41)
      device.put(
        (0..<layout.count).map { _ in Double.random(in: -1...1, using: &generator) }, into: layout.all(of: values))
      activations = LSTMActivations(layer, steps: T, lanes: B, on: device)
      ids = (0..<T * B).map { _ in UInt32.random(in: 0..<6, using: &generator) }
    }

    /// The outputs and all gradients, by products of tokens or by vectors.
    func run(byProducts: Bool, tied: Bool) -> (h: [Double], gradients: [Double]) {
      let weights = LSTMWeights(layer, values: values, readsVectors: !byProducts, on: device)
      weights.pack(layer, values: values, on: device)
      let products = InputProducts(embedding, layer, on: device)
      products.update(values: values, on: device)
      let x = Matrix(device.allocate(T * B * 4), rows: T * B, columns: 4)
      embedding.forward(ids, values: values, into: x, on: device)
      let input: LSTMWindowInput<D.Storage> = byProducts ? .products(products.table, tokens: ids) : .vectors(x)
      layer.forward(input, steps: T, weights: weights, activations: activations, on: device)
      let outputs = device.doubles(activations.outputs(steps: T))
      let dh = Matrix(device.allocate(T * B * 7), rows: T * B, columns: 7)
      device.put(outputs.map { $0 - 0.5 }, into: dh)
      device.put([Double](repeating: 3, count: layout.count), into: layout.all(of: gradients))
      layer.backward(
        dh: dh, input: input, steps: T, weights: weights, activations: activations,
        scratch: LSTMScratch(lanes: B, hiddenSize: 7, on: device), gradients: gradients, on: device)
      if byProducts {
        let dTable = Matrix(device.allocate(6 * 28), rows: 6, columns: 28)
        device.put([Double](repeating: 3, count: 6 * 28), into: dTable)
        products.backward(
          ids, values: values, activations: activations, dTable: dTable, gradients: gradients, accumulating: tied,
          on: device)
      } else {
        let dx = Matrix(device.allocate(T * B * 4), rows: T * B, columns: 4)
        layer.inputBackward(
          x: x, values: values, activations: activations, dx: dx, gradients: gradients, on: device)
        embedding.backward(ids, dx: dx, gradients: gradients, accumulating: tied, on: device)
      }
      return (outputs, device.doubles(layout.all(of: gradients)))
    }
  }

  @Test(arguments: [false, true])
  func productsOfTokensAreThoseOfTheirVectors(tied: Bool) {
    check(Setting<ReferenceDevice>(), tied, 1e-13)
    check(Setting<CPUDevice>(), tied, 1e-5)
  }

  private func check<D>(_ setting: Setting<D>, _ tied: Bool, _ tolerance: Double) {
    let vectors = setting.run(byProducts: false, tied: tied)
    let products = setting.run(byProducts: true, tied: tied)
    #expect(products.h == vectors.h)
    #expect(greatestDifference(products.gradients, vectors.gradients) < tolerance)
  }
}
