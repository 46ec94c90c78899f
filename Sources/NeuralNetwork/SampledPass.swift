internal import Compute

/// A softmax over one table, trained on a sample of its tokens (Jean, Cho, Memisevic & Bengio 2015).
///
///     p(t) = e^z(t) / (e^z(t) + Σ e^z(s))    over the s of the sample that are not t
///     z(w) = h · W[w] + b[w] - ln E(w)
///
/// E(w) is how often w is expected in the sample, without which the model would learn how often tokens are drawn.
/// Predictions and measurements are those of the full softmax.
final class SampledPass<D: Device>: OutputPass {
  private let sample: SoftmaxSample<D>
  private let rows: Int
  private let device: D
  private let logits: D.Storage  // [block, N + 1], a row's own token behind the sample
  private let own: Matrix<D.Storage>  // [block, H], rows of W, then their gradients
  private let ownLogits, corrected: Matrix<D.Storage>  // [block, 1]
  private let dWeight, dBias: Matrix<D.Storage>  // [N, H] and [N, 1]
  private let minus: Matrix<D.Storage>  // [block, 1], what is added to logits that do not count
  private let ends: [UInt32]  // [block], the place of a row's own token
  private var ids: [UInt32] = []
  private var hits: [UInt32] = []
  private lazy var exact = SoftmaxPass(sample.layer, rows: rows, on: device)

  init(_ sample: SoftmaxSample<D>, rows: Int, on device: D) {
    let (N, H, block) = (sample.count, sample.layer.inputSize, logitsBlock(of: rows, columns: sample.count + 1))
    func matrix(_ rows: Int, _ columns: Int) -> Matrix<D.Storage> {
      Matrix(device.allocate(rows * columns), rows: rows, columns: columns)
    }
    self.sample = sample
    self.rows = rows
    self.device = device
    logits = device.allocate(block * (N + 1))
    own = matrix(block, H)
    (ownLogits, corrected, minus) = (matrix(block, 1), matrix(block, 1), matrix(block, 1))
    (dWeight, dBias) = (matrix(N, H), matrix(N, 1))
    ends = [UInt32](repeating: UInt32(N), count: block)
    device.upload([Float](repeating: -1e9, count: block), to: minus)
  }

  func logProbabilities(
    _ h: Matrix<D.Storage>, targets: [UInt32], values: D.Storage, into logProbabilities: inout [Double]
  ) {
    exact.logProbabilities(h, targets: targets, values: values, into: &logProbabilities)
  }

  func trainingStep(
    _ h: Matrix<D.Storage>, targets: [UInt32], scale: Float, values: D.Storage, dh: Matrix<D.Storage>,
    gradients: D.Storage, into logProbabilities: inout [Double]
  ) {
    let (N, layer) = (sample.count, sample.layer)
    let (dW, db) = (layer.weight.view(in: gradients), layer.bias.column(in: gradients))
    device.clear(dW)
    device.clear(db)
    device.clear(dBias)
    forEachBlock(of: own.rows, rows: h.rows) { rows in
      let logits = Matrix(logits, rows: rows.count, columns: N + 1)
      self.logits(h.rows(rows), targets[rows], values, into: logits)
      device.crossEntropy(
        logits: logits, targets: ends[..<rows.count], scale: scale, into: &logProbabilities, at: rows.lowerBound)
      backward(
        logits, h: h.rows(rows), dh: dh.rows(rows), dW: dW, db: db, accumulating: rows.lowerBound > 0)
    }
    device.scatterAddRows(dWeight, sample.ids, into: dW)
    device.scatterAddRows(dBias, sample.ids, into: db)
  }

  /// z [block, N + 1] of the sample and of each row's own token, whose rows of W and ids stay for the backward pass.
  private func logits(
    _ h: Matrix<D.Storage>, _ targets: ArraySlice<UInt32>, _ values: D.Storage, into logits: Matrix<D.Storage>
  ) {
    let (N, layer, all) = (sample.count, sample.layer, 0..<h.rows)
    ids.removeAll(keepingCapacity: true)
    ids.append(contentsOf: targets)
    device.multiply(
      h, sample.weight, transposed: true, plus: sample.bias.flattened, into: logits.columns(0..<N))
    device.gatherRows(layer.weight.view(in: values), ids, into: own.rows(all))
    device.gatherRows(layer.bias.column(in: values), ids, into: ownLogits.rows(all))
    sample.correct(ownLogits.rows(all), of: ids, through: corrected, on: device)
    device.addRowDots(h, own.rows(all), to: ownLogits.rows(all))
    device.copy(ownLogits.rows(all), to: logits.columns(N..<N + 1))
    // A row's own token does not count a second time where the sample has it too.
    hits.removeAll(keepingCapacity: true)
    for (r, id) in ids.enumerated() {
      if let place = sample.place(of: id) { hits.append(UInt32(r * (N + 1) + place)) }
    }
    if hits.isEmpty { return }
    let elements = Matrix(logits.storage, rows: logits.count, columns: 1)
    device.scatterAddRows(minus.rows(0..<hits.count), hits, into: elements)
  }

  /// The gradients of h, and of W and b, from those of z.
  private func backward(
    _ dz: Matrix<D.Storage>, h: Matrix<D.Storage>, dh: Matrix<D.Storage>, dW: Matrix<D.Storage>, db: Matrix<D.Storage>,
    accumulating: Bool
  ) {
    let (N, all) = (sample.count, 0..<h.rows)
    let (others, own, dOwn) = (dz.columns(0..<N), own.rows(all), ownLogits.rows(all))
    device.multiply(others, sample.weight, transposed: false, plus: nil, into: dh)
    device.multiplyTransposed(others, h, into: dWeight, accumulating: accumulating)
    device.accumulateRowSum(others, into: dBias.flattened)
    device.copy(dz.columns(N..<N + 1), to: dOwn)
    device.scaleRows(own, by: dOwn)
    device.add(own, to: dh)
    device.copy(h, to: own)
    device.scaleRows(own, by: dOwn)
    device.scatterAddRows(own, ids, into: dW)
    device.scatterAddRows(dOwn, ids, into: db)
  }
}

extension SoftmaxOutput {
  /// The numbers that `SampledPass` takes for so many rows, and a sample of N tokens.
  func sampledPassSize(rows: Int, sample N: Int) -> Int {
    logitsBlock(of: rows, columns: N + 1) * (N + 1 + inputSize + 3) + N * (2 * inputSize + 3)
  }
}
