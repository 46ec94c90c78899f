internal import CKernels

// The operations of a layer: each checks its shapes and calls one kernel.

extension CPUDevice {
  /// One step: gates from pre-activations without bias to activations in place, and the new c and h.
  public func lstmStep(
    gates: Matrix<CPUStorage>, bias: Matrix<CPUStorage>, peepholes: Matrix<CPUStorage>?,
    cPrevious: Matrix<CPUStorage>, c: Matrix<CPUStorage>, h: Matrix<CPUStorage>
  ) {
    requireCell(gates, peepholes, cPrevious, c, h)
    precondition(bias.count == gates.columns && bias.isContiguous, "bias [\(bias.count)] of [\(gates.columns)]")
    ck_lstm_step(c.rows, c.columns, gates.base, bias.base, peepholes?.base, cPrevious.base, c.base, h.base)
  }

  /// The step's gradient: gates from activations to d(pre-activations) in place, dc from this step's to the one before.
  public func lstmStepBackward(
    gates: Matrix<CPUStorage>, peepholes: Matrix<CPUStorage>?, cPrevious: Matrix<CPUStorage>, c: Matrix<CPUStorage>,
    dh: Matrix<CPUStorage>, dc: Matrix<CPUStorage>
  ) {
    requireCell(gates, peepholes, cPrevious, c, dc)
    requireSameShape(c, dh)
    ck_lstm_step_backward(c.rows, c.columns, gates.base, peepholes?.base, cPrevious.base, c.base, dh.base, dc.base)
  }

  /// ln p(target) of each row, in nats; logits [rows, V] become (p - onehot(target)) · scale.
  public func crossEntropy(
    logits: Matrix<CPUStorage>, targets: ArraySlice<UInt32>, scale: Float,
    into logProbabilities: inout ArraySlice<Double>
  ) {
    requireTargets(logits, targets, logProbabilities.count)
    targets.withUnsafeBufferPointer { targets in
      logProbabilities.withUnsafeMutableBufferPointer { out in
        ck_cross_entropy(logits.rows, logits.columns, logits.base, targets.baseAddress, scale, out.baseAddress)
      }
    }
  }

  /// ln p(target) of each row, in nats; logits stay.
  public func logProbability(
    logits: Matrix<CPUStorage>, targets: ArraySlice<UInt32>, into logProbabilities: inout ArraySlice<Double>
  ) {
    requireTargets(logits, targets, logProbabilities.count)
    targets.withUnsafeBufferPointer { targets in
      logProbabilities.withUnsafeMutableBufferPointer { out in
        ck_log_probability(logits.rows, logits.columns, logits.base, targets.baseAddress, out.baseAddress)
      }
    }
  }

  /// out[r] = table[ids[r]].
  public func gatherRows(_ table: Matrix<CPUStorage>, _ ids: [UInt32], into out: Matrix<CPUStorage>) {
    requireIDs(ids, table, rows: out)
    ck_gather_rows(out.rows, out.columns, table.base, ids, out.base)
  }

  /// table[ids[r]] += x[r], in the order of the rows.
  public func scatterAddRows(_ x: Matrix<CPUStorage>, _ ids: [UInt32], into table: Matrix<CPUStorage>) {
    requireIDs(ids, table, rows: x)
    ck_scatter_add_rows(x.rows, x.columns, x.base, ids, table.base)
  }

  /// Every row of `out` becomes `row` [1, columns].
  public func fillRows(of out: Matrix<CPUStorage>, with row: Matrix<CPUStorage>) {
    precondition(
      row.count == out.columns && out.isContiguous, "a row of \(row.count) for [\(out.rows), \(out.columns)]")
    ck_fill_rows(out.rows, out.columns, row.base, out.base)
  }

  /// out [1, columns] += the sum of the rows of x; any stride of x.
  public func accumulateRowSum(_ x: Matrix<CPUStorage>, into out: Matrix<CPUStorage>) {
    precondition(out.count == x.columns && out.isContiguous, "the sum of rows of \(x.columns) into \(out.count)")
    ck_sum_rows(x.rows, x.columns, x.base, x.stride, out.base)
  }

  /// out [1, columns] += the sum over rows of x ∘ y; any strides of x and y.
  public func accumulateRowSum(
    of x: Matrix<CPUStorage>, times y: Matrix<CPUStorage>, into out: Matrix<CPUStorage>
  ) {
    requireSameShape(x, y)
    precondition(out.count == x.columns && out.isContiguous, "the sum of rows of \(x.columns) into \(out.count)")
    ck_sum_product_rows(x.rows, x.columns, x.base, x.stride, y.base, y.stride, out.base)
  }

  /// y += x.
  public func add(_ x: Matrix<CPUStorage>, to y: Matrix<CPUStorage>) {
    requireVectors(x, y)
    ck_add(x.count, x.base, y.base)
  }

  /// The sum of squares.
  public func sumOfSquares(_ x: Matrix<CPUStorage>) -> Double {
    requireVectors(x)
    return ck_sum_of_squares(x.count, x.base)
  }

  /// Inverted dropout: out = x / (1 - rate) where the mask of (seed, stream) keeps, else 0; x and out may be the same.
  public func dropout(
    _ x: Matrix<CPUStorage>, rate: Float, seed: UInt64, stream: UInt64, into out: Matrix<CPUStorage>
  ) {
    requireVectors(x, out)
    precondition(rate >= 0 && rate < 1, "a dropout rate of \(rate)")
    ck_dropout(x.count, x.base, rate, seed, stream, out.base)
  }

  /// A step of SGD; velocity is nil without momentum.
  public func sgd(
    _ values: Matrix<CPUStorage>, gradients: Matrix<CPUStorage>, velocity: Matrix<CPUStorage>?, _ step: SGDStep
  ) {
    requireVectors(values, gradients, velocity ?? values)
    ck_sgd(
      values.count, values.base, gradients.base, velocity?.base, Float(step.gradientScale), Float(step.rate),
      Float(step.momentum), Float(step.decay))
  }

  /// A step of Adam, with decoupled weight decay.
  public func adam(
    _ values: Matrix<CPUStorage>, gradients: Matrix<CPUStorage>, firstMoment: Matrix<CPUStorage>,
    secondMoment: Matrix<CPUStorage>, _ step: AdamStep
  ) {
    requireVectors(values, gradients, firstMoment, secondMoment)
    ck_adam(
      values.count, values.base, gradients.base, firstMoment.base, secondMoment.base, Float(step.gradientScale),
      Float(step.rate), Float(step.beta1), Float(1 - step.beta1), Float(step.beta2), Float(1 - step.beta2),
      Float(step.secondScale), Float(step.epsilon), Float(step.decay))
  }
}
