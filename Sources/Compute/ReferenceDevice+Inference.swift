/// W [n, k], rounded as its format demands.
public final class ReferenceInferenceMatrix: Sendable {
  let n: Int
  let k: Int
  private let elements: [Double]
  private let roundsInputs: Bool

  init(_ W: Matrix<ReferenceStorage>, _ format: WeightFormat) {
    n = W.rows
    k = W.columns
    let rows = (0..<W.rows).map { r in (0..<W.columns).map { W[r, $0] } }
    elements = rows.flatMap { row in
      switch format {
      case .float32: row
      case .bfloat16: row.map { Double(nearestBFloat16(Float($0))) }
      case .int8: rounded(row, to: 127)
      }
    }
    roundsInputs = format == .int8
  }

  /// Row r of x times Wᵀ.
  func product(_ x: Matrix<ReferenceStorage>, row r: Int) -> [Double] {
    let input = (0..<k).map { x[r, $0] }
    let a = roundsInputs ? rounded(input, to: 8191) : input
    return (0..<n).map { j in (0..<k).reduce(0) { $0 + a[$1] * elements[j * k + $1] } }
  }
}

/// A layer's rounded weights.
public final class ReferenceInferenceLSTM: @unchecked Sendable {
  let values: LSTMValues<ReferenceStorage>
  let embedding: Matrix<ReferenceStorage>?
  let input: ReferenceInferenceMatrix
  let recurrent: ReferenceInferenceMatrix

  init(_ values: LSTMValues<ReferenceStorage>, embedding: Matrix<ReferenceStorage>?, _ format: WeightFormat) {
    self.values = values
    self.embedding = embedding
    input = ReferenceInferenceMatrix(values.input, embedding == nil ? format : .float32)
    recurrent = ReferenceInferenceMatrix(values.recurrent, format)
  }
}

extension ReferenceDevice {
  /// Lays out W [n, k] for products x · Wᵀ.
  public func inferenceMatrix(_ W: Matrix<ReferenceStorage>, _ format: WeightFormat) -> ReferenceInferenceMatrix {
    ReferenceInferenceMatrix(W, format)
  }

  /// Lays out a layer; with an embedding [V, I] its input is tokens, whose products by W_x are made once, unrounded.
  public func inferenceLSTM(
    _ values: LSTMValues<ReferenceStorage>, embedding: Matrix<ReferenceStorage>?, _ format: WeightFormat
  ) -> ReferenceInferenceLSTM {
    requireValues(values, embedding)
    return ReferenceInferenceLSTM(values, embedding: embedding, format)
  }

  /// y [rows, n] = x [rows, k] · Wᵀ + bias [1, n].
  public func affine(
    _ x: Matrix<ReferenceStorage>, _ W: ReferenceInferenceMatrix, bias: Matrix<ReferenceStorage>,
    into y: Matrix<ReferenceStorage>
  ) {
    for r in 0..<x.rows {
      for (j, product) in W.product(x, row: r).enumerated() { y[r, j] = product + bias[0, j] }
    }
  }

  /// T steps of a layer, of which nothing is kept but the outputs h [T·B, H] and the last cells c [B, H].
  public func lstmSteps(
    _ layer: ReferenceInferenceLSTM, _ input: LSTMInput<ReferenceStorage>, from lanes: LSTMLanes<ReferenceStorage>,
    resets: [Bool], h: Matrix<ReferenceStorage>, c: Matrix<ReferenceStorage>
  ) {
    let (B, H) = (lanes.rows.count, layer.recurrent.k)
    requireSteps(
      H, input, layer.embedding == nil ? layer.input.k : nil, layer.embedding?.rows ?? 0, lanes, resets, h: h, c: c)
    let hPrevious = Matrix(allocate(B * H), rows: B, columns: H)
    gatherRows(lanes.h, lanes.rows, into: hPrevious)
    let cPrevious = Matrix(allocate(B * H), rows: B, columns: H)
    gatherRows(lanes.c, lanes.rows, into: cPrevious)
    let gates = Matrix(allocate(B * 4 * H), rows: B, columns: 4 * H)
    for t in 0..<h.rows / B {
      for b in 0..<B where !resets.isEmpty && resets[t * B + b] {
        clear(hPrevious.rows(b..<b + 1))
        clear(cPrevious.rows(b..<b + 1))
      }
      for b in 0..<B {
        let (x, row) = layer.place(of: t * B + b, in: input)
        let products = zip(layer.input.product(x, row: row), layer.recurrent.product(hPrevious, row: b))
        for (j, product) in products.enumerated() { gates[b, j] = product.0 + product.1 }
      }
      let now = h.rows(t * B..<(t + 1) * B)
      lstmStep(
        gates: gates, bias: layer.values.bias, peepholes: layer.values.peepholes, cPrevious: cPrevious, c: c, h: now)
      copy(c, to: cPrevious)
      copy(now, to: hPrevious)
    }
  }
}

extension ReferenceInferenceLSTM {
  /// The matrix and the row that hold input number i.
  fileprivate func place(of i: Int, in input: LSTMInput<ReferenceStorage>) -> (Matrix<ReferenceStorage>, row: Int) {
    switch input {
    case .vectors(let x): return (x, i)
    case .tokens(let tokens):
      guard let embedding else { preconditionFailure("tokens for a layer that was made for vectors") }
      return (embedding, Int(tokens[tokens.startIndex + i]))
    }
  }
}

/// The nearest of 2n + 1 equal steps from -max|x| to max|x|, in the single precision of the kernels; zeros of tiny rows.
private func rounded(_ row: [Double], to n: Float) -> [Double] {
  let floats = row.map { Float($0) }
  let largest = floats.reduce(0) { max($0, abs($1)) }
  if largest < 1e-30 { return row.map { _ in 0 } }
  return floats.map { Double(($0 * (n / largest)).rounded(.toNearestOrEven)) * Double(largest / n) }
}
