internal import Compute

/// A softmax over one table, at work on windows of training.
final class SoftmaxPass<D: Device>: OutputPass {
  private let layer: SoftmaxOutput
  private let device: D
  private let logits: Matrix<D.Storage>  // [block, V]

  init(_ layer: SoftmaxOutput, rows: Int, on device: D) {
    let (block, V) = (layer.block(of: rows), layer.vocabularySize)
    self.layer = layer
    self.device = device
    logits = Matrix(device.allocate(block * V), rows: block, columns: V)
  }

  func logProbabilities(
    _ h: Matrix<D.Storage>, targets: [UInt32], values: D.Storage, into logProbabilities: inout [Double]
  ) {
    layer.logProbabilities(h, targets: targets, values: values, room: logits, into: &logProbabilities, on: device)
  }

  func trainingStep(
    _ h: Matrix<D.Storage>, targets: [UInt32], scale: Float, values: D.Storage, dh: Matrix<D.Storage>,
    gradients: D.Storage, into logProbabilities: inout [Double]
  ) {
    layer.trainingStep(
      h, targets: targets, scale: scale, values: values, room: logits, dh: dh, gradients: gradients,
      into: &logProbabilities, on: device)
  }
}

/// The values of a softmax over one table, for predictions.
final class SoftmaxInference<D: Device>: InferenceOutput {
  fileprivate let weight: D.InferenceMatrix
  fileprivate let bias: Matrix<D.Storage>  // [1, V]

  init(_ layer: SoftmaxOutput, values: D.Storage, format: WeightFormat, on device: D) {
    let V = layer.vocabularySize
    weight = device.inferenceMatrix(layer.weight.view(in: values), format)
    bias = Matrix(device.allocate(V), rows: 1, columns: V)
    device.copy(layer.bias.view(in: values), to: bias)
  }

  func makePass(rows: Int, on device: D) -> any InferenceOutputPass<D> {
    SoftmaxInferencePass(self, rows: rows, on: device)
  }
}

private final class SoftmaxInferencePass<D: Device>: InferenceOutputPass {
  private let output: SoftmaxInference<D>
  private let device: D
  private let room: Matrix<D.Storage>  // [rows, V]

  init(_ output: SoftmaxInference<D>, rows: Int, on device: D) {
    self.output = output
    self.device = device
    room = Matrix(device.allocate(rows * output.bias.count), rows: rows, columns: output.bias.count)
  }

  func logits(_ h: Matrix<D.Storage>) -> Matrix<D.Storage> {
    let logits = room.rows(0..<h.rows)
    device.affine(h, output.weight, bias: output.bias, into: logits)
    return logits
  }

  func logProbabilities(
    _ h: Matrix<D.Storage>, targets: ArraySlice<UInt32>, into logProbabilities: inout [Double], at start: Int
  ) {
    device.logProbability(logits: logits(h), targets: targets, into: &logProbabilities, at: start)
  }
}
