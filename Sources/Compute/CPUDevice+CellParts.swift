internal import CKernels

// What stands beside a cell: norms, what mogrifies, what zones out.

extension CPUDevice {
  /// y = gain ∘ (x - mean) / √(variance + 1e-5) + bias of every row.
  public func normalize(
    _ x: Matrix<CPUStorage>, gain: Matrix<CPUStorage>, bias: Matrix<CPUStorage>?, inverse: Matrix<CPUStorage>,
    into y: Matrix<CPUStorage>
  ) {
    requireNorm(x, gain, bias, inverse, y)
    var norm = ck_norm(
      rows: x.rows, columns: x.columns, x: x.base, inverse: inverse.base, gain: gain.base, bias: bias?.base, y: y.base,
      dy: nil)
    ck_normalize(context, &norm)
  }

  /// From what `normalize` left in x to the gradient of what stood there before.
  public func normalizeBackward(
    _ x: Matrix<CPUStorage>, gain: Matrix<CPUStorage>, inverse: Matrix<CPUStorage>, dy: Matrix<CPUStorage>
  ) {
    requireNorm(x, gain, nil, inverse, dy)
    var norm = ck_norm(
      rows: x.rows, columns: x.columns, x: x.base, inverse: inverse.base, gain: gain.base, bias: nil, y: nil,
      dy: dy.base)
    ck_normalize_backward(context, &norm)
  }

  /// out [1, columns] += the sum of the rows of a ∘ b; any strides.
  public func accumulateRowSum(
    _ a: Matrix<CPUStorage>, times b: Matrix<CPUStorage>, into out: Matrix<CPUStorage>
  ) {
    requireSameShape(a, b)
    precondition(out.count == a.columns && out.isContiguous, "the sum of rows of \(a.columns) into \(out.count)")
    ck_sum_products(context, a.rows, a.columns, a.base, a.stride, b.base, b.stride, out.base)
  }

  /// gate = σ(gate), and y = 2 gate ∘ x.
  public func mogrify(_ gate: Matrix<CPUStorage>, _ x: Matrix<CPUStorage>, into y: Matrix<CPUStorage>) {
    requireVectors(gate, x)
    requireVectors(gate, y)
    ck_mogrify(context, gate.count, gate.base, x.base, y.base)
  }

  /// From d of y to that of x, in place; the gate becomes the gradient of what it was before σ.
  public func mogrifyBackward(_ gate: Matrix<CPUStorage>, _ x: Matrix<CPUStorage>, d: Matrix<CPUStorage>) {
    requireVectors(gate, x)
    requireVectors(gate, d)
    ck_mogrify_backward(context, gate.count, gate.base, x.base, d.base)
  }

  /// x = keep ∘ x + (1 - keep) ∘ previous.
  public func mix(_ x: Matrix<CPUStorage>, with previous: Matrix<CPUStorage>, keeping keep: Kept<CPUStorage>) {
    requireMixture(x, previous, keep)
    ck_mix(context, x.count, keep.mask, keep.share, previous.base, x.base)
  }

  /// From d of the mixture to that of x, in place, and that of what it was mixed with.
  public func mixBackward(
    _ d: Matrix<CPUStorage>, keeping keep: Kept<CPUStorage>, into dPrevious: Matrix<CPUStorage>
  ) {
    requireMixture(d, dPrevious, keep)
    ck_mix_backward(context, d.count, keep.mask, keep.share, d.base, dPrevious.base)
  }

  /// 1 where `dropout` keeps an element of a vector, else 0.
  public func mask(rate: Float, seed: UInt64, stream: UInt64, into out: Matrix<CPUStorage>) {
    precondition(out.isContiguous && rate >= 0 && rate < 1, "a mask of rate \(rate) for \(out.count) numbers")
    ck_mask(context, out.count, rate, seed, stream, out.base)
  }
}

extension Kept<CPUStorage> {
  fileprivate var mask: UnsafePointer<Float>? {
    if case .mask(let mask) = self { UnsafePointer(mask.base) } else { nil }
  }

  fileprivate var share: Float { if case .share(let share) = self { Float(share) } else { 0 } }
}
