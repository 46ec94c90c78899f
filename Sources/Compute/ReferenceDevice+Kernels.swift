#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

// The operations of a layer, as their formulas read.

extension ReferenceDevice {
  /// One step: gates from pre-activations without bias to activations in place, and the new c and h.
  public func lstmStep(
    gates: Matrix<ReferenceStorage>, bias: Matrix<ReferenceStorage>, peepholes: Matrix<ReferenceStorage>?,
    cPrevious: Matrix<ReferenceStorage>, c: Matrix<ReferenceStorage>, h: Matrix<ReferenceStorage>
  ) {
    requireCell(gates, peepholes, cPrevious, c, h)
    let H = c.columns
    precondition(bias.count == 4 * H, "bias [\(bias.count)] of [\(4 * H)]")
    c.forEachIndex { b, j in
      let (p_i, p_o, p_f) = peepholes.map { ($0[0, j], $0[0, H + j], $0[0, 2 * H + j]) } ?? (0, 0, 0)
      let i = sigmoid(gates[b, j] + bias[0, j] + p_i * cPrevious[b, j])
      let f = sigmoid(gates[b, H + j] + bias[0, H + j] + p_f * cPrevious[b, j])
      let g = tanh(gates[b, 2 * H + j] + bias[0, 2 * H + j])
      c[b, j] = f * cPrevious[b, j] + i * g
      let o = sigmoid(gates[b, 3 * H + j] + bias[0, 3 * H + j] + p_o * c[b, j])
      h[b, j] = o * tanh(c[b, j])
      gates[b, j] = i
      gates[b, H + j] = f
      gates[b, 2 * H + j] = g
      gates[b, 3 * H + j] = o
    }
  }

  /// The step's gradient: gates from activations to d(pre-activations) in place, dc from this step's to the one before.
  public func lstmStepBackward(
    gates: Matrix<ReferenceStorage>, peepholes: Matrix<ReferenceStorage>?, cPrevious: Matrix<ReferenceStorage>,
    c: Matrix<ReferenceStorage>, dh: Matrix<ReferenceStorage>, dc: Matrix<ReferenceStorage>
  ) {
    requireCell(gates, peepholes, cPrevious, c, dc)
    requireSameShape(c, dh)
    let H = c.columns
    c.forEachIndex { b, j in
      let (p_i, p_o, p_f) = peepholes.map { ($0[0, j], $0[0, H + j], $0[0, 2 * H + j]) } ?? (0, 0, 0)
      let (i, f, g, o) = (gates[b, j], gates[b, H + j], gates[b, 2 * H + j], gates[b, 3 * H + j])
      let tanh_c = tanh(c[b, j])
      // h = o ∘ tanh(c)
      let d_o = dh[b, j] * tanh_c * o * (1 - o)
      let d_c = dc[b, j] + dh[b, j] * o * (1 - tanh_c * tanh_c) + p_o * d_o
      // c = f ∘ c_previous + i ∘ g
      let d_i = d_c * g * i * (1 - i)
      let d_f = d_c * cPrevious[b, j] * f * (1 - f)
      let d_g = d_c * i * (1 - g * g)
      dc[b, j] = d_c * f + p_i * d_i + p_f * d_f
      gates[b, j] = d_i
      gates[b, H + j] = d_f
      gates[b, 2 * H + j] = d_g
      gates[b, 3 * H + j] = d_o
    }
  }

  /// ln p(target) of each row, in nats; logits [rows, V] become (p - onehot(target)) · scale.
  public func crossEntropy(
    logits: Matrix<ReferenceStorage>, targets: ArraySlice<UInt32>, scale: Float,
    into logProbabilities: inout ArraySlice<Double>
  ) {
    logProbability(logits: logits, targets: targets, into: &logProbabilities)
    for (r, target) in targets.enumerated() {
      let total = logSumOfExponentials(logits, row: r)
      for j in 0..<logits.columns {
        logits[r, j] = (exp(logits[r, j] - total) - (j == Int(target) ? 1 : 0)) * Double(scale)
      }
    }
  }

  /// ln p(target) of each row, in nats; logits stay.
  public func logProbability(
    logits: Matrix<ReferenceStorage>, targets: ArraySlice<UInt32>, into logProbabilities: inout ArraySlice<Double>
  ) {
    requireTargets(logits, targets, logProbabilities.count)
    for (r, target) in targets.enumerated() {
      logProbabilities[logProbabilities.startIndex + r] =
        logits[r, Int(target)] - logSumOfExponentials(logits, row: r)
    }
  }

  private func logSumOfExponentials(_ logits: Matrix<ReferenceStorage>, row r: Int) -> Double {
    let shift = (0..<logits.columns).reduce(logits[r, 0]) { max($0, logits[r, $1]) }
    return shift + log((0..<logits.columns).reduce(0) { $0 + exp(logits[r, $1] - shift) })
  }

  /// out[r] = table[ids[r]].
  public func gatherRows(_ table: Matrix<ReferenceStorage>, _ ids: [UInt32], into out: Matrix<ReferenceStorage>) {
    requireIDs(ids, table, rows: out)
    out.forEachIndex { r, j in out[r, j] = table[Int(ids[r]), j] }
  }

  /// table[ids[r]] += x[r], in the order of the rows.
  public func scatterAddRows(_ x: Matrix<ReferenceStorage>, _ ids: [UInt32], into table: Matrix<ReferenceStorage>) {
    requireIDs(ids, table, rows: x)
    x.forEachIndex { r, j in table[Int(ids[r]), j] += x[r, j] }
  }

  /// Every row of `out` becomes `row` [1, columns].
  public func fillRows(of out: Matrix<ReferenceStorage>, with row: Matrix<ReferenceStorage>) {
    precondition(row.count == out.columns, "a row of \(row.count) for [\(out.rows), \(out.columns)]")
    out.forEachIndex { r, j in out[r, j] = row[0, j] }
  }

  /// out [1, columns] += the sum of the rows of x; any stride of x.
  public func accumulateRowSum(_ x: Matrix<ReferenceStorage>, into out: Matrix<ReferenceStorage>) {
    precondition(out.count == x.columns, "the sum of rows of \(x.columns) into \(out.count)")
    x.forEachIndex { r, j in out[0, j] += x[r, j] }
  }

  /// out [1, columns] += the sum over rows of x ∘ y; any strides of x and y.
  public func accumulateRowSum(
    of x: Matrix<ReferenceStorage>, times y: Matrix<ReferenceStorage>, into out: Matrix<ReferenceStorage>
  ) {
    requireSameShape(x, y)
    precondition(out.count == x.columns, "the sum of rows of \(x.columns) into \(out.count)")
    x.forEachIndex { r, j in out[0, j] += x[r, j] * y[r, j] }
  }

  /// y += x.
  public func add(_ x: Matrix<ReferenceStorage>, to y: Matrix<ReferenceStorage>) {
    requireSameShape(x, y)
    x.forEachIndex { r, j in y[r, j] += x[r, j] }
  }

  /// The sum of squares.
  public func sumOfSquares(_ x: Matrix<ReferenceStorage>) -> Double {
    var sum = 0.0
    x.forEachIndex { r, j in sum += x[r, j] * x[r, j] }
    return sum
  }

  /// Inverted dropout: out = x / (1 - rate) where the mask of (seed, stream) keeps, else 0; x and out may be the same.
  public func dropout(
    _ x: Matrix<ReferenceStorage>, rate: Float, seed: UInt64, stream: UInt64, into out: Matrix<ReferenceStorage>
  ) {
    requireVectors(x, out)
    precondition(rate >= 0 && rate < 1, "a dropout rate of \(rate)")
    let threshold = UInt32(Double(rate) * 4_294_967_296)
    x.forEachIndex { r, j in
      let i = r * x.columns + j
      let block = Philox4x32.block(counter: UInt32(truncatingIfNeeded: i / 64 * 16 + i % 16), stream, key: seed)
      out[r, j] = block[i % 64 / 16] >= threshold ? x[r, j] / (1 - Double(rate)) : 0
    }
  }

  /// A step of SGD; velocity is nil without momentum.
  public func sgd(
    _ values: Matrix<ReferenceStorage>, gradients: Matrix<ReferenceStorage>, velocity: Matrix<ReferenceStorage>?,
    _ step: SGDStep
  ) {
    requireSameShape(values, gradients)
    values.forEachIndex { r, j in
      var v = gradients[r, j] * step.gradientScale
      if let velocity {
        v += step.momentum * velocity[r, j]
        velocity[r, j] = v
      }
      values[r, j] = step.decay * values[r, j] - step.rate * v
    }
  }

  /// A step of Adam, with decoupled weight decay.
  public func adam(
    _ values: Matrix<ReferenceStorage>, gradients: Matrix<ReferenceStorage>,
    firstMoment m: Matrix<ReferenceStorage>, secondMoment v: Matrix<ReferenceStorage>, _ step: AdamStep
  ) {
    requireSameShape(values, gradients)
    let (beta1, beta2) = (step.beta1, step.beta2)
    values.forEachIndex { r, j in
      let g = gradients[r, j] * step.gradientScale
      m[r, j] = beta1 * m[r, j] + (1 - beta1) * g
      v[r, j] = beta2 * v[r, j] + (1 - beta2) * g * g
      let denominator = v[r, j].squareRoot() * step.secondScale + step.epsilon
      values[r, j] = step.decay * values[r, j] - step.rate * m[r, j] / denominator
    }
  }
}

private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
