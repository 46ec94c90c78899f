#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

// What stands beside a cell: norms, what mogrifies, what zones out; and the two parts of an LSTM's step.

extension ReferenceDevice {
  /// A step of an LSTM up to its new c.
  public func lstmGates(
    _ step: CellStep<ReferenceStorage>, _ form: LSTMForm<ReferenceStorage>, cPrevious: Matrix<ReferenceStorage>,
    into c: Matrix<ReferenceStorage>
  ) {
    form.require(step, cPrevious, c)
    let (x, H, F) = (step.gates, c.columns, form.forgetPlace(c.columns))
    c.forEachIndex { b, j in
      func a(_ place: Int) -> Double {
        x[b, place] + step.inputBias[0, place] + step.recurrent[b, place] + step.recurrentBias[0, place]
      }
      let p = form.peepholes(ofCell: j, H)
      let f = sigmoid(a(F + j) + p.f * cPrevious[b, j])
      let g = tanh(a(F + H + j))
      var i = 1 - f
      if form.inputGate != .coupled {
        x[b, j] = sigmoid(a(j) + p.i * cPrevious[b, j])
        i = form.inputGate == .capped ? min(x[b, j], 1 - f) : x[b, j]
      }
      c[b, j] = f * cPrevious[b, j] + i * g
      x[b, F + 2 * H + j] = sigmoid(a(F + 2 * H + j) + p.o * c[b, j])
      x[b, F + j] = f
      x[b, F + H + j] = g
    }
  }

  /// Its gradient, after that of the output: gates become the gradients of the products.
  public func lstmGatesBackward(
    _ step: CellStep<ReferenceStorage>, _ form: LSTMForm<ReferenceStorage>, cPrevious: Matrix<ReferenceStorage>,
    dc: Matrix<ReferenceStorage>
  ) {
    form.require(step, cPrevious, dc)
    let (x, H, F) = (step.gates, dc.columns, form.forgetPlace(dc.columns))
    dc.forEachIndex { b, j in
      let p = form.peepholes(ofCell: j, H)
      let (f, g) = (x[b, F + j], x[b, F + H + j])
      let d_c = dc[b, j] + p.o * x[b, F + 2 * H + j]
      // c = f ∘ c' + i ∘ g
      let isOwn = form.inputGate == .free || form.inputGate == .capped && x[b, j] < 1 - f
      let i = isOwn ? x[b, j] : 1 - f
      let d_f = (d_c * cPrevious[b, j] - (isOwn ? 0 : d_c * g)) * f * (1 - f)
      var d_i = 0.0
      if form.inputGate != .coupled {
        d_i = isOwn ? d_c * g * i * (1 - i) : 0
        x[b, j] = d_i
      }
      x[b, F + j] = d_f
      x[b, F + H + j] = d_c * i * (1 - g * g)
      dc[b, j] = d_c * f + p.f * d_f + p.i * d_i
    }
  }

  /// h = o ∘ tanh(c), of an LSTM whose gates are activations.
  public func lstmOutput(
    _ step: CellStep<ReferenceStorage>, _ form: LSTMForm<ReferenceStorage>, c: Matrix<ReferenceStorage>,
    into h: Matrix<ReferenceStorage>
  ) {
    form.require(step, c, h)
    let O = form.forgetPlace(c.columns) + 2 * c.columns
    c.forEachIndex { b, j in h[b, j] = step.gates[b, O + j] * tanh(c[b, j]) }
  }

  /// Its gradient, that of c into dc; o becomes the gradient of its products.
  public func lstmOutputBackward(
    _ step: CellStep<ReferenceStorage>, _ form: LSTMForm<ReferenceStorage>, c: Matrix<ReferenceStorage>,
    dh: Matrix<ReferenceStorage>, into dc: Matrix<ReferenceStorage>
  ) {
    form.require(step, c, dh, dc)
    let O = form.forgetPlace(c.columns) + 2 * c.columns
    c.forEachIndex { b, j in
      let (o, tanh_c) = (step.gates[b, O + j], tanh(c[b, j]))
      step.gates[b, O + j] = dh[b, j] * tanh_c * o * (1 - o)
      dc[b, j] = dh[b, j] * o * (1 - tanh_c * tanh_c)
    }
  }

  /// y = gain ∘ (x - mean) / √(variance + 1e-5) + bias of every row.
  public func normalize(
    _ x: Matrix<ReferenceStorage>, gain: Matrix<ReferenceStorage>, bias: Matrix<ReferenceStorage>?,
    inverse: Matrix<ReferenceStorage>, into y: Matrix<ReferenceStorage>
  ) {
    requireNorm(x, gain, bias, inverse, y)
    let n = x.columns
    for r in 0..<x.rows {
      let mean = (0..<n).reduce(0) { $0 + x[r, $1] } / Double(n)
      let variance = (0..<n).reduce(0) { $0 + (x[r, $1] - mean) * (x[r, $1] - mean) } / Double(n)
      inverse[r, 0] = 1 / (variance + 1e-5).squareRoot()
      for j in 0..<n {
        x[r, j] = (x[r, j] - mean) * inverse[r, 0]
        y[r, j] = gain[0, j] * x[r, j] + (bias?[0, j] ?? 0)
      }
    }
  }

  /// From what `normalize` left in x to the gradient of what stood there before.
  public func normalizeBackward(
    _ x: Matrix<ReferenceStorage>, gain: Matrix<ReferenceStorage>, inverse: Matrix<ReferenceStorage>,
    dy: Matrix<ReferenceStorage>
  ) {
    requireNorm(x, gain, nil, inverse, dy)
    let n = x.columns
    for r in 0..<x.rows {
      let d = (0..<n).map { dy[r, $0] * gain[0, $0] }
      let mean = d.reduce(0, +) / Double(n)
      let along = (0..<n).reduce(0) { $0 + d[$1] * x[r, $1] } / Double(n)
      for j in 0..<n { x[r, j] = inverse[r, 0] * (d[j] - mean - x[r, j] * along) }
    }
  }

  /// out [1, columns] += the sum of the rows of a ∘ b; any strides.
  public func accumulateRowSum(
    _ a: Matrix<ReferenceStorage>, times b: Matrix<ReferenceStorage>, into out: Matrix<ReferenceStorage>
  ) {
    requireSameShape(a, b)
    precondition(out.count == a.columns, "the sum of rows of \(a.columns) into \(out.count)")
    a.forEachIndex { r, j in out[0, j] += a[r, j] * b[r, j] }
  }

  /// gate = σ(gate), and y = 2 gate ∘ x.
  public func mogrify(
    _ gate: Matrix<ReferenceStorage>, _ x: Matrix<ReferenceStorage>, into y: Matrix<ReferenceStorage>
  ) {
    requireSameShape(gate, x)
    gate.forEachIndex { r, j in
      gate[r, j] = sigmoid(gate[r, j])
      y[r, j] = 2 * gate[r, j] * x[r, j]
    }
  }

  /// From d of y to that of x, in place; the gate becomes the gradient of what it was before σ.
  public func mogrifyBackward(
    _ gate: Matrix<ReferenceStorage>, _ x: Matrix<ReferenceStorage>, d: Matrix<ReferenceStorage>
  ) {
    requireSameShape(gate, x)
    gate.forEachIndex { r, j in
      let (s, dy) = (gate[r, j], d[r, j])
      gate[r, j] = 2 * dy * x[r, j] * s * (1 - s)
      d[r, j] = 2 * s * dy
    }
  }

  /// x = keep ∘ x + (1 - keep) ∘ previous.
  public func mix(
    _ x: Matrix<ReferenceStorage>, with previous: Matrix<ReferenceStorage>, keeping keep: Kept<ReferenceStorage>
  ) {
    requireMixture(x, previous, keep)
    x.forEachIndex { r, j in x[r, j] = keep[r, j] * x[r, j] + (1 - keep[r, j]) * previous[r, j] }
  }

  /// From d of the mixture to that of x, in place, and that of what it was mixed with.
  public func mixBackward(
    _ d: Matrix<ReferenceStorage>, keeping keep: Kept<ReferenceStorage>, into dPrevious: Matrix<ReferenceStorage>
  ) {
    requireMixture(d, dPrevious, keep)
    d.forEachIndex { r, j in
      dPrevious[r, j] = (1 - keep[r, j]) * d[r, j]
      d[r, j] *= keep[r, j]
    }
  }

  /// 1 where `dropout` keeps an element of a vector, else 0.
  public func mask(rate: Float, seed: UInt64, stream: UInt64, into out: Matrix<ReferenceStorage>) {
    out.forEachIndex { r, j in out[r, j] = 1 }
    dropout(out, rate: rate, seed: seed, stream: stream, into: out)
    out.forEachIndex { r, j in out[r, j] = out[r, j] > 0 ? 1 : 0 }
  }
}

extension LSTMForm<ReferenceStorage> {
  /// What cell j of H sees its states by, 0 where it does not.
  fileprivate func peepholes(ofCell j: Int, _ H: Int) -> (i: Double, o: Double, f: Double) {
    guard let peepholes else { return (0, 0, 0) }
    let O = inputGate == .coupled ? 0 : H
    return (O == 0 ? 0 : peepholes[0, j], peepholes[0, O + j], peepholes[0, O + H + j])
  }
}

extension Kept<ReferenceStorage> {
  fileprivate subscript(r: Int, j: Int) -> Double {
    switch self {
    case .mask(let mask): mask[r, j]
    case .share(let share): share
    }
  }
}
