internal import Compute

/// An adaptive softmax at work on windows of training.
final class AdaptivePass<D: Device>: OutputPass {
  private let layer: AdaptiveSoftmax
  private let device: D
  private let room: AdaptiveRoom<D>

  init(_ layer: AdaptiveSoftmax, rows: Int, on device: D) {
    self.layer = layer
    self.device = device
    room = AdaptiveRoom(layer, rows: rows, on: device)
  }

  func logProbabilities(
    _ h: Matrix<D.Storage>, targets: [UInt32], values: D.Storage, into logProbabilities: inout [Double]
  ) {
    room.logProbabilities(h, targets: targets[...], into: &logProbabilities, at: 0) { table, x, y in
      multiply(table, x, values, into: y)
    }
  }

  func trainingStep(
    _ h: Matrix<D.Storage>, targets: [UInt32], scale: Float, values: D.Storage, dh: Matrix<D.Storage>,
    gradients: D.Storage, into logProbabilities: inout [Double]
  ) {
    func products(_ table: AdaptiveSoftmax.Table, _ x: Matrix<D.Storage>, _ y: Matrix<D.Storage>) {
      multiply(table, x, values, into: y)
    }
    let dBias = layer.headBias.view(in: gradients)
    device.clear(dBias)
    room.sort(targets[...])
    room.forEachHeadBlock(h, products) { rows, logits in
      device.crossEntropy(
        logits: logits, targets: room.headTargets[rows], scale: scale, into: &logProbabilities, at: rows.lowerBound)
      backward(
        .head, dy: logits, x: h.rows(rows), dx: dh.rows(rows), values, gradients, accumulating: rows.lowerBound > 0)
      device.accumulateRowSum(logits, into: dBias)
    }
    for (i, cluster) in layer.clusters.enumerated() {
      if room.places[i].isEmpty {
        device.clear(cluster.projection.view(in: gradients))
        device.clear(cluster.weight.view(in: gradients))
        continue
      }
      // Each x makes room for its own gradient.
      let (x, y) = room.gather(h, cluster: i, products)
      room.forEachTailBlock(y, cluster: i, products, into: &logProbabilities, at: 0) { rows, logits, own in
        device.crossEntropy(
          logits: logits, targets: room.targets[i][rows], scale: scale, into: &own, at: rows.lowerBound)
        let y = y.rows(rows)
        backward(.tail(i), dy: logits, x: y, dx: y, values, gradients, accumulating: rows.lowerBound > 0)
      }
      backward(.projection(i), dy: y, x: x, dx: x, values, gradients, accumulating: false)
      device.scatterAddRows(x, room.places[i], into: dh)
    }
  }

  /// y = x · Wᵀ, plus the bias of the head.
  private func multiply(
    _ table: AdaptiveSoftmax.Table, _ x: Matrix<D.Storage>, _ values: D.Storage, into y: Matrix<D.Storage>
  ) {
    device.multiply(
      x, layer.parameter(table).view(in: values), transposed: true, plus: layer.bias(table)?.view(in: values), into: y)
  }

  /// The gradients of W and of x from that of y = x · Wᵀ; dx may be x.
  private func backward(
    _ table: AdaptiveSoftmax.Table, dy: Matrix<D.Storage>, x: Matrix<D.Storage>, dx: Matrix<D.Storage>,
    _ values: D.Storage, _ gradients: D.Storage, accumulating: Bool
  ) {
    let W = layer.parameter(table)
    device.multiplyTransposed(dy, x, into: W.view(in: gradients), accumulating: accumulating)
    device.multiply(dy, W.view(in: values), transposed: false, plus: nil, into: dx)
  }
}

/// The values of an adaptive softmax, for predictions.
final class AdaptiveInference<D: Device>: InferenceOutput {
  fileprivate let layer: AdaptiveSoftmax
  private let head: D.InferenceMatrix
  private let headBias: Matrix<D.Storage>  // [1, c₁ + clusters]
  private let clusters: [(projection: D.InferenceMatrix, weight: D.InferenceMatrix)]
  private let noBias: Matrix<D.Storage>  // [1, the widest of the other tables], zeros

  init(_ layer: AdaptiveSoftmax, values: D.Storage, format: WeightFormat, on device: D) {
    func laidOut(_ parameter: Parameter) -> D.InferenceMatrix {
      device.inferenceMatrix(parameter.view(in: values), format)
    }
    self.layer = layer
    head = laidOut(layer.head)
    clusters = layer.clusters.map { (laidOut($0.projection), laidOut($0.weight)) }
    headBias = Matrix(device.allocate(layer.headBias.count), rows: 1, columns: layer.headBias.count)
    device.copy(layer.headBias.view(in: values), to: headBias)
    let widest = layer.clusters.reduce(1) { max($0, $1.tokens.count, $1.size) }
    noBias = Matrix(device.allocate(widest), rows: 1, columns: widest)
  }

  func makePass(rows: Int, on device: D) -> any InferenceOutputPass<D> {
    AdaptiveInferencePass(self, rows: rows, on: device)
  }

  /// y = x · Wᵀ, plus the bias of the head.
  fileprivate func multiply(
    _ table: AdaptiveSoftmax.Table, _ x: Matrix<D.Storage>, into y: Matrix<D.Storage>, on device: D
  ) {
    func affine(_ W: D.InferenceMatrix) { device.affine(x, W, bias: noBias.columns(0..<y.columns), into: y) }
    switch table {
    case .head: device.affine(x, head, bias: headBias, into: y)
    case .projection(let i): affine(clusters[i].projection)
    case .tail(let i): affine(clusters[i].weight)
    }
  }
}

private final class AdaptiveInferencePass<D: Device>: InferenceOutputPass {
  private let output: AdaptiveInference<D>
  private let device: D
  private let room: AdaptiveRoom<D>
  private let rows: Int
  // Scoring never needs all logits of a row.
  private lazy var head = matrix(columns: output.layer.head.shape[0])  // [rows, c₁ + clusters]
  private lazy var all = matrix(columns: output.layer.vocabularySize)  // [rows, V]

  init(_ output: AdaptiveInference<D>, rows: Int, on device: D) {
    self.output = output
    self.device = device
    self.rows = rows
    room = AdaptiveRoom(output.layer, rows: rows, on: device)
  }

  private func matrix(columns: Int) -> Matrix<D.Storage> {
    Matrix(device.allocate(rows * columns), rows: rows, columns: columns)
  }

  func logits(_ h: Matrix<D.Storage>) -> Matrix<D.Storage> {
    let logits = all.rows(0..<h.rows)
    room.logits(h, head: head.rows(0..<h.rows), into: logits) { table, x, y in
      output.multiply(table, x, into: y, on: device)
    }
    return logits
  }

  func logProbabilities(
    _ h: Matrix<D.Storage>, targets: ArraySlice<UInt32>, into logProbabilities: inout [Double], at start: Int
  ) {
    room.logProbabilities(h, targets: targets, into: &logProbabilities, at: start) { table, x, y in
      output.multiply(table, x, into: y, on: device)
    }
  }
}
