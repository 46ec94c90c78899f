// What every device demands of its arguments, said once. A breach is the programmer's: it stops with the shapes.

/// Stops the program when two matrices that must agree do not.
func requireSameShape<S>(_ x: Matrix<S>, _ y: Matrix<S>) {
  precondition(
    x.rows == y.rows && x.columns == y.columns, "[\(x.rows), \(x.columns)] is not [\(y.rows), \(y.columns)]")
}

/// a [m, k] by b [k, n], or by [n, k] transposed, into c [m, n], which may start from a row or from itself.
func requireProduct<S>(_ a: Matrix<S>, _ b: Matrix<S>, transposed: Bool, _ start: Matrix<S>?, _ c: Matrix<S>) {
  let (k, n) = transposed ? (b.columns, b.rows) : (b.rows, b.columns)
  precondition(
    a.columns == k && c.rows == a.rows && c.columns == n,
    "[\(a.rows), \(a.columns)] · [\(k), \(n)] into [\(c.rows), \(c.columns)]")
  if let start {
    precondition(
      start.columns == n && (start.rows == 1 || start.rows == c.rows),
      "[\(start.rows), \(start.columns)] + [\(c.rows), \(n)]")
  }
}

/// a [k, m] and b [k, n] for c [m, n].
func requireTransposedProduct<S>(_ a: Matrix<S>, _ b: Matrix<S>, _ c: Matrix<S>) {
  precondition(
    a.rows == b.rows && c.rows == a.columns && c.columns == b.columns,
    "[\(a.rows), \(a.columns)]ᵀ · [\(b.rows), \(b.columns)] into [\(c.rows), \(c.columns)]")
}

/// W_x [4H, I], nil for an I of 0, and W_h [4H, H], contiguous.
func requireLSTM<S>(_ W_x: Matrix<S>?, _ W_h: Matrix<S>, _ I: Int, _ H: Int) {
  precondition(
    W_h.rows == 4 * H && W_h.columns == H && W_h.isContiguous && (W_x == nil) == (I == 0),
    "W_h [\(W_h.rows), \(W_h.columns)] for \(I) inputs and \(H) units")
  if let W_x {
    precondition(
      W_x.rows == 4 * H && W_x.columns == I && W_x.isContiguous,
      "W_x [\(W_x.rows), \(W_x.columns)] for \(I) inputs and \(H) units")
  }
}

/// dh [T·B, H], dc [B, H], d(bias) [1, 4H] and d(peepholes) [1, 3H] of a window, all contiguous.
func requireGradients<S>(
  _ window: LSTMWindow<S>, _ dh: Matrix<S>, _ dc: Matrix<S>, _ dBias: Matrix<S>, _ dPeepholes: Matrix<S>?
) {
  let H = window.hiddenSize
  func require(_ d: Matrix<S>, _ rows: Int) {
    precondition(d.rows == rows && d.columns == H && d.isContiguous, "d [\(d.rows), \(d.columns)] of [\(rows), \(H)]")
  }
  require(dh, window.gates.rows)
  require(dc, window.lanes)
  precondition(
    dBias.count == 4 * H && dBias.isContiguous && (dPeepholes == nil) == (window.peepholes == nil)
      && dPeepholes.map { $0.count == 3 * H && $0.isContiguous } ?? true,
    "d(bias) [\(dBias.count)], d(peepholes) [\(dPeepholes?.count ?? 0)] of \(H) units")
}

/// One target below V for each row of logits [rows, V].
func requireTargets<S>(_ logits: Matrix<S>, _ targets: ArraySlice<UInt32>, places: Range<Int>, from start: Int) {
  precondition(
    logits.isContiguous && targets.count == logits.rows && start >= 0 && start + logits.rows <= places.upperBound,
    "\(targets.count) targets, and places \(places) from \(start), for logits [\(logits.rows), \(logits.columns)]")
  precondition(targets.allSatisfy { $0 < logits.columns }, "a target at or above \(logits.columns)")
}

/// Logits without gaps, a number for each of their rows, and room for as many.
func requireLogSoftmax<S>(_ logits: Matrix<S>, _ start: Matrix<S>, _ out: Matrix<S>) {
  requireSameShape(logits, out)
  precondition(
    logits.isContiguous && start.rows == logits.rows && start.columns == 1,
    "logits [\(logits.rows), \(logits.columns)] plus [\(start.rows), \(start.columns)]")
}

/// One id below the table's rows for each row of x.
func requireIDs<S>(_ ids: [UInt32], _ table: Matrix<S>, rows x: Matrix<S>) {
  precondition(
    ids.count == x.rows && table.columns == x.columns && table.isContiguous && x.isContiguous,
    "\(ids.count) rows of [\(table.rows), \(table.columns)] and [\(x.rows), \(x.columns)]")
  precondition(ids.allSatisfy { $0 < table.rows }, "an id at or above \(table.rows)")
}

/// Rows without gaps of two matrices of one shape, and a number for each of them.
func requireRowDots<S>(_ a: Matrix<S>, _ b: Matrix<S>, _ out: Matrix<S>) {
  requireSameShape(a, b)
  precondition(
    a.isContiguous && b.isContiguous && out.rows == a.rows && out.columns == 1,
    "products of rows [\(a.rows), \(a.columns)] into [\(out.rows), \(out.columns)]")
}

/// Factors [rows, 1], one for each row of x.
func requireFactors<S>(_ factors: Matrix<S>, rows x: Matrix<S>) {
  precondition(
    factors.rows == x.rows && factors.columns == 1 && factors.isContiguous && x.isContiguous,
    "factors [\(factors.rows), \(factors.columns)] for [\(x.rows), \(x.columns)]")
}

/// Contiguous matrices of one size.
func requireVectors<S>(_ x: Matrix<S>, _ y: Matrix<S>) {
  precondition(
    x.isContiguous && y.isContiguous && x.count == y.count,
    "vectors of \(x.count) and \(y.count) numbers, or with gaps")
}

/// W_x [4H, I], W_h [4H, H], b [1, 4H], p [1, 3H], an embedding [V, I].
func requireValues<S>(_ values: LSTMValues<S>, _ embedding: Matrix<S>?) {
  let H = values.recurrent.columns
  precondition(
    values.recurrent.rows == 4 * H && values.input.rows == 4 * H && values.bias.count == 4 * H
      && values.bias.isContiguous,
    "W_x [\(values.input.rows), \(values.input.columns)], W_h [\(values.recurrent.rows), \(H)], "
      + "b [\(values.bias.count)]")
  if let peepholes = values.peepholes {
    precondition(peepholes.count == 3 * H && peepholes.isContiguous, "peepholes [\(peepholes.count)] of 3 · \(H)")
  }
  if let embedding {
    precondition(
      embedding.columns == values.input.columns && embedding.isContiguous,
      "an embedding [\(embedding.rows), \(embedding.columns)] for I = \(values.input.columns)")
  }
}

/// T·B inputs, B lanes, h [T·B, H] and c [B, H], none of it where another is read.
func requireSteps<S>(
  _ H: Int, _ input: LSTMInput<S>, _ inputSize: Int?, _ V: Int, _ lanes: LSTMLanes<S>, _ resets: [Bool], h: Matrix<S>,
  c: Matrix<S>
) {
  let B = lanes.rows.count
  precondition(
    B > 0 && h.rows % B == 0 && (resets.isEmpty || resets.count == h.rows),
    "\(h.rows) rows and \(resets.count) resets for \(B) lanes")
  for x in [h, c, lanes.h, lanes.c] {
    precondition(x.columns == H && x.isContiguous, "a state [\(x.rows), \(x.columns)] of \(H) units")
  }
  precondition(
    c.rows == B && lanes.rows.allSatisfy { $0 < lanes.h.rows && $0 < lanes.c.rows },
    "\(c.rows) rows of cells, lanes from rows of \(lanes.h.rows)")
  switch input {
  case .vectors(let x):
    precondition(
      inputSize == x.columns && x.rows == h.rows && x.isContiguous,
      "x [\(x.rows), \(x.columns)] for \(h.rows) rows of I = \(inputSize ?? 0)")
  case .tokens(let tokens):
    precondition(
      inputSize == nil && tokens.count == h.rows && tokens.allSatisfy { $0 < V },
      "\(tokens.count) tokens for \(h.rows) rows of V = \(V)")
  }
}
