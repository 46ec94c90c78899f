internal import CKernels

// The operations of a layer: each checks its shapes and calls one kernel.

extension CPUDevice {
  /// ln p(target) of each row, in nats, of row r at place `start` + r; logits [rows, V] become (p - onehot(target)) · scale.
  public func crossEntropy(
    logits: Matrix<CPUStorage>, targets: ArraySlice<UInt32>, scale: Float, into logProbabilities: inout [Double],
    at start: Int
  ) {
    requireTargets(logits, targets, places: logProbabilities.indices, from: start)
    targets.withUnsafeBufferPointer { targets in
      logProbabilities.withUnsafeMutableBufferPointer { out in
        ck_cross_entropy(
          context, logits.rows, logits.columns, logits.base, targets.baseAddress, scale,
          out.baseAddress.map { $0 + start })
      }
    }
  }

  /// ln p(target) of each row, in nats, of row r at place `start` + r; logits stay.
  public func logProbability(
    logits: Matrix<CPUStorage>, targets: ArraySlice<UInt32>, into logProbabilities: inout [Double], at start: Int
  ) {
    requireTargets(logits, targets, places: logProbabilities.indices, from: start)
    targets.withUnsafeBufferPointer { targets in
      logProbabilities.withUnsafeMutableBufferPointer { out in
        ck_log_probability(
          context, logits.rows, logits.columns, logits.base, targets.baseAddress, out.baseAddress.map { $0 + start })
      }
    }
  }

  /// out[r] = logits[r] - ln Σ e^logits[r] + start[r].
  public func logSoftmax(_ logits: Matrix<CPUStorage>, plus start: Matrix<CPUStorage>, into out: Matrix<CPUStorage>) {
    requireLogSoftmax(logits, start, out)
    ck_log_softmax(
      context, logits.rows, logits.columns, logits.base, start.base, start.stride, out.base, out.stride)
  }

  /// out[r] = table[ids[r]].
  public func gatherRows(_ table: Matrix<CPUStorage>, _ ids: [UInt32], into out: Matrix<CPUStorage>) {
    requireIDs(ids, table, rows: out)
    ck_gather_rows(context, out.rows, out.columns, table.base, ids, out.base)
  }

  /// table[ids[r]] += x[r], in the order of the rows.
  public func scatterAddRows(_ x: Matrix<CPUStorage>, _ ids: [UInt32], into table: Matrix<CPUStorage>) {
    requireIDs(ids, table, rows: x)
    ck_scatter_add_rows(context, x.rows, x.columns, x.base, ids, table.base)
  }

  /// out [1, columns] += the sum of the rows of x; any stride of x.
  public func accumulateRowSum(_ x: Matrix<CPUStorage>, into out: Matrix<CPUStorage>) {
    precondition(out.count == x.columns && out.isContiguous, "the sum of rows of \(x.columns) into \(out.count)")
    ck_sum_rows(context, x.rows, x.columns, x.base, x.stride, out.base)
  }

  /// out[r] += a[r] · b[r].
  public func addRowDots(_ a: Matrix<CPUStorage>, _ b: Matrix<CPUStorage>, to out: Matrix<CPUStorage>) {
    requireRowDots(a, b, out)
    ck_add_row_dots(context, a.rows, a.columns, a.base, b.base, out.base, out.stride)
  }

  /// x[r] = factors[r] · x[r]; factors [rows, 1].
  public func scaleRows(_ x: Matrix<CPUStorage>, by factors: Matrix<CPUStorage>) {
    requireFactors(factors, rows: x)
    ck_scale_rows(context, x.rows, x.columns, factors.base, x.base)
  }

  /// y += factor · x.
  public func add(_ x: Matrix<CPUStorage>, times factor: Double, to y: Matrix<CPUStorage>) {
    requireVectors(x, y)
    ck_add(context, x.count, x.base, Float(factor), y.base)
  }

  /// mean += share · (x - mean).
  public func average(_ x: Matrix<CPUStorage>, share: Double, into mean: Matrix<CPUStorage>) {
    requireVectors(x, mean)
    ck_average(context, x.count, x.base, Float(share), mean.base)
  }

  /// The sum of squares.
  public func sumOfSquares(_ x: Matrix<CPUStorage>) -> Double {
    requireVectors(x, x)
    return ck_sum_of_squares(context, x.count, x.base)
  }

  /// Inverted dropout: out = x / (1 - rate) where the mask of (seed, stream) keeps, else 0; x and out may be the same.
  public func dropout(
    _ x: Matrix<CPUStorage>, rate: Float, seed: UInt64, stream: UInt64, into out: Matrix<CPUStorage>
  ) {
    requireVectors(x, out)
    precondition(rate >= 0 && rate < 1, "a dropout rate of \(rate)")
    ck_dropout(context, x.count, x.base, rate, seed, stream, out.base)
  }

  /// A step of SGD; velocity is nil without momentum.
  public func sgd(
    _ values: Matrix<CPUStorage>, gradients: Matrix<CPUStorage>, velocity: Matrix<CPUStorage>?, _ step: SGDStep
  ) {
    requireVectors(values, gradients)
    requireVectors(values, velocity ?? values)
    var kernel = ck_sgd_step(
      gradient_scale: Float(step.gradientScale), rate: Float(step.rate), momentum: Float(step.momentum),
      decay: Float(step.decay))
    ck_sgd(context, values.count, values.base, gradients.base, velocity?.base, &kernel)
  }

  /// A step of Adam, with decoupled weight decay; the first moment is nil for RMSprop.
  public func adam(
    _ values: Matrix<CPUStorage>, gradients: Matrix<CPUStorage>, firstMoment: Matrix<CPUStorage>?,
    secondMoment: Matrix<CPUStorage>, _ step: AdamStep
  ) {
    requireVectors(values, gradients)
    requireVectors(values, firstMoment ?? values)
    requireVectors(values, secondMoment)
    var kernel = ck_adam_step(
      gradient_scale: Float(step.gradientScale), penalty: Float(step.penalty), rate: Float(step.rate),
      beta1: Float(step.beta1), alpha1: Float(1 - step.beta1), beta2: Float(step.beta2), alpha2: Float(1 - step.beta2),
      second_scale: Float(step.secondScale), epsilon: Float(step.epsilon), decay: Float(step.decay))
    ck_adam(context, values.count, values.base, gradients.base, firstMoment?.base, secondMoment.base, &kernel)
  }
}
