// What every device demands of its arguments, said once. A breach is the programmer's: it stops with the shapes.

/// Stops the program when two matrices that must agree do not.
func requireSameShape<S>(_ x: Matrix<S>, _ y: Matrix<S>) {
  precondition(
    x.rows == y.rows && x.columns == y.columns, "[\(x.rows), \(x.columns)] is not [\(y.rows), \(y.columns)]")
}

/// Gates [B, 4H], peepholes [1, 3H] and states [B, H], all contiguous.
func requireCell<S>(
  _ gates: Matrix<S>, _ peepholes: Matrix<S>?, _ first: Matrix<S>, _ second: Matrix<S>, _ third: Matrix<S>
) {
  let (B, H) = (first.rows, first.columns)
  precondition(
    gates.rows == B && gates.columns == 4 * H && gates.isContiguous, "gates [\(gates.rows), \(gates.columns)]")
  requireSameShape(first, second)
  requireSameShape(first, third)
  precondition(first.isContiguous && second.isContiguous && third.isContiguous, "a state with gaps")
  if let peepholes {
    precondition(peepholes.count == 3 * H && peepholes.isContiguous, "peepholes [\(peepholes.count)] of 3 · \(H)")
  }
}

/// One target below V for each row of logits [rows, V].
func requireTargets<S>(_ logits: Matrix<S>, _ targets: ArraySlice<UInt32>, _ outputs: Int) {
  precondition(
    logits.isContiguous && targets.count == logits.rows && outputs == logits.rows,
    "\(targets.count) targets and \(outputs) outputs for logits [\(logits.rows), \(logits.columns)]")
  precondition(targets.allSatisfy { $0 < logits.columns }, "a target at or above \(logits.columns)")
}

/// One id below the table's rows for each row of x.
func requireIDs<S>(_ ids: [UInt32], _ table: Matrix<S>, rows x: Matrix<S>) {
  precondition(
    ids.count == x.rows && table.columns == x.columns && table.isContiguous && x.isContiguous,
    "\(ids.count) rows of [\(table.rows), \(table.columns)] and [\(x.rows), \(x.columns)]")
  precondition(ids.allSatisfy { $0 < table.rows }, "an id at or above \(table.rows)")
}

/// Contiguous matrices of one size.
func requireVectors<S>(_ x: Matrix<S>, _ others: Matrix<S>...) {
  precondition(
    x.isContiguous && others.allSatisfy { $0.isContiguous && $0.count == x.count },
    "vectors of unequal size or with gaps")
}

/// W_x [4H, I], W_h [4H, H], b [1, 4H], p [1, 3H], an embedding [V, I].
func requireLSTM<S>(_ values: LSTMValues<S>, _ embedding: Matrix<S>?) {
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
  _ H: Int, _ input: LSTMInput<S>, _ inputSize: Int?, _ V: Int, _ lanes: LSTMLanes<S>, h: Matrix<S>, c: Matrix<S>
) {
  let B = lanes.rows.count
  precondition(B > 0 && h.rows % B == 0, "\(h.rows) rows for \(B) lanes")
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
