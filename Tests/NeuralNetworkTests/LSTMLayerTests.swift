import Compute
import Goldens
import Testing

@testable import NeuralNetwork

/// A stack of layers with the values of a golden file.
struct GoldenStack<D: ComparedDevice> {
  let device: D
  let golden: Golden
  let layers: [LSTMLayer]
  let layout: ParameterLayout
  let values, gradients: D.Storage
  let weights: [LSTMWeights<D>]
  let activations: [LSTMActivations<D>]
  let x: Matrix<D.Storage>
  let I, H, L, T, B: Int

  init(_ name: String) throws {
    let device = D()
    self.device = device
    golden = try Golden(name)
    let (I, H, L, T, B) = (golden.size("I"), golden.size("H"), golden.size("L"), golden.size("T"), golden.size("B"))
    var layout = ParameterLayout()
    var layers: [LSTMLayer] = []
    for k in 0..<L {
      layers.append(LSTMLayer(k, inputSize: k == 0 ? I : H, hiddenSize: H, peepholes: true, in: &layout))
    }
    let values = device.allocate(layout.count)
    for parameter in layout.parameters {
      device.put(try golden.doubles("parameters/" + parameter.name), into: parameter.view(in: values))
    }
    weights = layers.map { LSTMWeights($0, values: values, readsVectors: true, on: device) }
    for (layer, weights) in zip(layers, weights) { weights.pack(layer, values: values, on: device) }
    self.values = values
    activations = layers.map { LSTMActivations($0, steps: T, lanes: B, on: device) }
    let (h0, c0) = try (golden.doubles("h0"), golden.doubles("c0"))
    for (k, a) in activations.enumerated() {
      let part = k * B * H..<(k + 1) * B * H
      device.put(Array(h0[part]), into: a.h.rows(0..<B))
      device.put(Array(c0[part]), into: a.c.rows(0..<B))
    }
    x = Matrix(device.allocate(T * B * I), rows: T * B, columns: I)
    device.put(try golden.doubles("x"), into: x)
    gradients = device.allocate(layout.count)
    (self.layers, self.layout) = (layers, layout)
    (self.I, self.H, self.L, self.T, self.B) = (I, H, L, T, B)
  }

  /// The outputs of the top layer, [T·B, H].
  func forward() -> Matrix<D.Storage> {
    layers.indices.reduce(x) { input, k in
      layers[k].forward(.vectors(input), steps: T, weights: weights[k], activations: activations[k], on: device)
      return activations[k].outputs(steps: T)
    }
  }

  /// The gradients of x and, of every layer, of the cell before the window.
  func backward(dy: [Double]) -> (dx: Matrix<D.Storage>, dc0: [Double]) {
    var d = Matrix(device.allocate(T * B * H), rows: T * B, columns: H)
    device.put(dy, into: d)
    var dc0: [Double] = []
    for (k, layer) in layers.enumerated().reversed() {
      let scratch = LSTMScratch(lanes: B, hiddenSize: H, on: device)
      let dx = Matrix(device.allocate(T * B * layer.inputSize), rows: T * B, columns: layer.inputSize)
      let x = k == 0 ? x : activations[k - 1].outputs(steps: T)
      layer.backward(
        dh: d, input: .vectors(x), steps: T, weights: weights[k], activations: activations[k], scratch: scratch,
        gradients: gradients, on: device)
      layer.inputBackward(
        x: x, values: values, activations: activations[k], dx: dx, gradients: gradients, on: device)
      dc0 = device.doubles(scratch.dc) + dc0
      d = dx
    }
    return (d, dc0)
  }
}

struct LSTMLayerTests {
  @Test(arguments: ["onnx-peepholes", "onnx-peepholes-stacked"])
  func outputsAreThoseOfTheEquations(name: String) throws {
    try check(GoldenStack<ReferenceDevice>(name), suffix: "64")
    try check(GoldenStack<CPUDevice>(name), suffix: "64")
  }

  @Test(arguments: ["onnx-peepholes", "onnx-peepholes-stacked"])
  func outputsAreThoseOfONNXRuntime(name: String) throws {
    try check(GoldenStack<CPUDevice>(name), suffix: "")
  }

  private func check<D>(_ stack: GoldenStack<D>, suffix: String) throws {
    let y = stack.device.doubles(stack.forward())
    #expect(greatestDifference(y, try stack.golden.doubles("y" + suffix)) < D.tolerance)
    let end = stack.T * stack.B..<(stack.T + 1) * stack.B
    let hn = stack.activations.flatMap { stack.device.doubles($0.h.rows(end)) }
    let cn = stack.activations.flatMap { stack.device.doubles($0.c.rows(end)) }
    #expect(greatestDifference(hn, try stack.golden.doubles("hn" + suffix)) < D.tolerance)
    #expect(greatestDifference(cn, try stack.golden.doubles("cn" + suffix)) < D.tolerance)
  }
}
