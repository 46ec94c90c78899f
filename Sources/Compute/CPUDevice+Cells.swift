internal import CKernels

/// A right factor in panels, rounded where products are.
public final class CPUPackedMatrix: Sendable {
  let rows: Int
  let columns: Int
  let storage: CPUStorage

  init(rows: Int, columns: Int, byteCount: Int) {
    self.rows = rows
    self.columns = columns
    storage = CPUStorage(byteCount / MemoryLayout<Float>.stride)
  }
}

extension CPUDevice {
  /// Room for a right factor of k rows and n columns.
  public func allocatePackedMatrix(rows k: Int, columns n: Int) -> CPUPackedMatrix {
    CPUPackedMatrix(rows: k, columns: n, byteCount: ck_packed_size(context, k, n))
  }

  /// Packs B [k, n], or a B [n, k] that is to be transposed.
  public func pack(_ B: Matrix<CPUStorage>, transposed: Bool, into packed: CPUPackedMatrix) {
    B.requireFactor(rows: packed.rows, columns: packed.columns, transposed: transposed)
    ck_pack(
      context, packed.rows, packed.columns, B.base, transposed ? 1 : B.stride, transposed ? B.stride : 1,
      packed.storage.base)
  }

  /// c [m, n] = a [m, k] · B; any strides.
  public func multiply(_ a: Matrix<CPUStorage>, _ B: CPUPackedMatrix, into c: Matrix<CPUStorage>) {
    Matrix.requireProduct(a, rows: B.rows, columns: B.columns, into: c)
    ck_multiply_packed(context, c.rows, c.columns, a.columns, a.base, a.stride, B.storage.base, c.base, c.stride)
  }

  /// A step of a gated recurrent unit.
  public func gru(_ step: CellStep<CPUStorage>, hPrevious: Matrix<CPUStorage>, h: Matrix<CPUStorage>) {
    step.require(gates: 3, hPrevious, h)
    var cell = ck_cell(step, hidden: h.columns)
    cell.h_previous = UnsafePointer(hPrevious.base)
    cell.h = h.base
    ck_gru(context, &cell)
  }

  /// The step's gradient: gates and recurrent become the gradients of the products.
  public func gruBackward(
    _ step: CellStep<CPUStorage>, hPrevious: Matrix<CPUStorage>, dh: Matrix<CPUStorage>, dPrevious: Matrix<CPUStorage>
  ) {
    step.require(gates: 3, hPrevious, dh, dPrevious)
    var cell = ck_cell(step, hidden: dh.columns)
    cell.h_previous = UnsafePointer(hPrevious.base)
    cell.dh = UnsafePointer(dh.base)
    cell.d_previous = dPrevious.base
    ck_gru_backward(context, &cell)
  }

  /// A step of an LSTM up to its new c.
  public func lstmGates(
    _ step: CellStep<CPUStorage>, _ form: LSTMForm<CPUStorage>, cPrevious: Matrix<CPUStorage>,
    into c: Matrix<CPUStorage>
  ) {
    form.require(step, cPrevious, c)
    var cell = ck_cell(step, form, hidden: c.columns)
    cell.c_previous = UnsafePointer(cPrevious.base)
    cell.c = c.base
    ck_lstm_gates(context, &cell)
  }

  /// Its gradient, after that of the output: gates become the gradients of the products.
  public func lstmGatesBackward(
    _ step: CellStep<CPUStorage>, _ form: LSTMForm<CPUStorage>, cPrevious: Matrix<CPUStorage>, dc: Matrix<CPUStorage>
  ) {
    form.require(step, cPrevious, dc)
    var cell = ck_cell(step, form, hidden: dc.columns)
    cell.c_previous = UnsafePointer(cPrevious.base)
    cell.dc = dc.base
    ck_lstm_gates_backward(context, &cell)
  }

  /// h = o ∘ tanh(c), of an LSTM whose gates are activations.
  public func lstmOutput(
    _ step: CellStep<CPUStorage>, _ form: LSTMForm<CPUStorage>, c: Matrix<CPUStorage>, into h: Matrix<CPUStorage>
  ) {
    form.require(step, c, h)
    var cell = ck_cell(step, form, hidden: c.columns)
    cell.c = c.base
    cell.h = h.base
    ck_lstm_output(context, &cell)
  }

  /// Its gradient, that of c into dc; o becomes the gradient of its products.
  public func lstmOutputBackward(
    _ step: CellStep<CPUStorage>, _ form: LSTMForm<CPUStorage>, c: Matrix<CPUStorage>, dh: Matrix<CPUStorage>,
    into dc: Matrix<CPUStorage>
  ) {
    form.require(step, c, dh, dc)
    var cell = ck_cell(step, form, hidden: c.columns)
    cell.c = c.base
    cell.dh = UnsafePointer(dh.base)
    cell.dc = dc.base
    ck_lstm_output_backward(context, &cell)
  }

  /// A step of a simple recurrent net.
  public func elman(_ step: CellStep<CPUStorage>, h: Matrix<CPUStorage>) {
    step.require(gates: 1, h)
    var cell = ck_cell(step, hidden: h.columns)
    cell.h = h.base
    ck_elman(context, &cell)
  }

  /// The step's gradient: gates become that of the products.
  public func elmanBackward(_ step: CellStep<CPUStorage>, dh: Matrix<CPUStorage>) {
    step.require(gates: 1, dh)
    var cell = ck_cell(step, hidden: dh.columns)
    cell.dh = UnsafePointer(dh.base)
    ck_elman_backward(context, &cell)
  }
}

extension ck_cell {
  /// A step's products and biases; what else the cell needs is set afterwards.
  init(_ step: CellStep<CPUStorage>, hidden H: Int) {
    self.init()
    lanes = step.gates.rows
    hidden = H
    gates = step.gates.base
    recurrent = step.recurrent.base
    input_bias = UnsafePointer(step.inputBias.base)
    recurrent_bias = UnsafePointer(step.recurrentBias.base)
  }

  /// The same of an LSTM.
  fileprivate init(_ step: CellStep<CPUStorage>, _ form: LSTMForm<CPUStorage>, hidden H: Int) {
    self.init(step, hidden: H)
    peepholes = UnsafePointer(form.peepholes?.base)
    input_gate =
      switch form.inputGate {
      case .free: Int32(ck_free)
      case .coupled: Int32(ck_coupled)
      case .capped: Int32(ck_capped)
      }
  }
}
