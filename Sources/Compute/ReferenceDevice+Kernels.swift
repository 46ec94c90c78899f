#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

// What is done to logits, rows and vectors, as the formulas read.

extension ReferenceDevice {
  /// ln p(target) of each row, in nats, of row r at place `start` + r; logits [rows, V] become (p - onehot(target)) · scale.
  public func crossEntropy(
    logits: Matrix<ReferenceStorage>, targets: ArraySlice<UInt32>, scale: Float, into logProbabilities: inout [Double],
    at start: Int
  ) {
    logProbability(logits: logits, targets: targets, into: &logProbabilities, at: start)
    for (r, target) in targets.enumerated() {
      let total = logSumOfExponentials(logits, row: r)
      for j in 0..<logits.columns {
        logits[r, j] = (exp(logits[r, j] - total) - (j == Int(target) ? 1 : 0)) * Double(scale)
      }
    }
  }

  /// ln p(target) of each row, in nats, of row r at place `start` + r; logits stay.
  public func logProbability(
    logits: Matrix<ReferenceStorage>, targets: ArraySlice<UInt32>, into logProbabilities: inout [Double], at start: Int
  ) {
    requireTargets(logits, targets, places: logProbabilities.indices, from: start)
    for (r, target) in targets.enumerated() {
      logProbabilities[start + r] =
        logits[r, Int(target)] - logSumOfExponentials(logits, row: r)
    }
  }

  /// out[r] = logits[r] - ln Σ e^logits[r] + start[r].
  public func logSoftmax(
    _ logits: Matrix<ReferenceStorage>, plus start: Matrix<ReferenceStorage>, into out: Matrix<ReferenceStorage>
  ) {
    requireLogSoftmax(logits, start, out)
    for r in 0..<logits.rows {
      let total = logSumOfExponentials(logits, row: r)
      for j in 0..<logits.columns { out[r, j] = logits[r, j] - total + start[r, 0] }
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

  /// out [1, columns] += the sum of the rows of x; any stride of x.
  public func accumulateRowSum(_ x: Matrix<ReferenceStorage>, into out: Matrix<ReferenceStorage>) {
    precondition(out.count == x.columns, "the sum of rows of \(x.columns) into \(out.count)")
    x.forEachIndex { r, j in out[0, j] += x[r, j] }
  }

  /// out[r] += a[r] · b[r].
  public func addRowDots(
    _ a: Matrix<ReferenceStorage>, _ b: Matrix<ReferenceStorage>, to out: Matrix<ReferenceStorage>
  ) {
    requireRowDots(a, b, out)
    a.forEachIndex { r, j in out[r, 0] += a[r, j] * b[r, j] }
  }

  /// x[r] = factors[r] · x[r]; factors [rows, 1].
  public func scaleRows(_ x: Matrix<ReferenceStorage>, by factors: Matrix<ReferenceStorage>) {
    requireFactors(factors, rows: x)
    x.forEachIndex { r, j in x[r, j] *= factors[r, 0] }
  }

  /// y += factor · x.
  public func add(_ x: Matrix<ReferenceStorage>, times factor: Double, to y: Matrix<ReferenceStorage>) {
    requireSameShape(x, y)
    x.forEachIndex { r, j in y[r, j] += factor * x[r, j] }
  }

  /// mean += share · (x - mean).
  public func average(_ x: Matrix<ReferenceStorage>, share: Double, into mean: Matrix<ReferenceStorage>) {
    requireVectors(x, mean)
    x.forEachIndex { r, j in mean[r, j] += share * (x[r, j] - mean[r, j]) }
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

  /// A step of Adam, with decoupled weight decay; the first moment is nil for RMSprop.
  public func adam(
    _ values: Matrix<ReferenceStorage>, gradients: Matrix<ReferenceStorage>,
    firstMoment: Matrix<ReferenceStorage>?, secondMoment v: Matrix<ReferenceStorage>, _ step: AdamStep
  ) {
    requireSameShape(values, gradients)
    let (beta1, beta2) = (step.beta1, step.beta2)
    values.forEachIndex { r, j in
      let g = gradients[r, j] * step.gradientScale + step.penalty * values[r, j]
      var m = g
      if let firstMoment {
        m = beta1 * firstMoment[r, j] + (1 - beta1) * g
        firstMoment[r, j] = m
      }
      v[r, j] = beta2 * v[r, j] + (1 - beta2) * g * g
      let denominator = v[r, j].squareRoot() * step.secondScale + step.epsilon
      values[r, j] = step.decay * values[r, j] - step.rate * m / denominator
    }
  }
}
