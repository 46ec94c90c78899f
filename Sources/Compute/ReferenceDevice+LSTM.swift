#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A copy of a layer's weights.
public final class ReferencePackedLSTM: @unchecked Sendable {
  let inputSize: Int
  let hiddenSize: Int
  let input: Matrix<ReferenceStorage>
  let recurrent: Matrix<ReferenceStorage>

  init(inputSize I: Int, hiddenSize H: Int) {
    inputSize = I
    hiddenSize = H
    input = Matrix(ReferenceStorage(4 * H * I), rows: 4 * H, columns: I)
    recurrent = Matrix(ReferenceStorage(4 * H * H), rows: 4 * H, columns: H)
  }
}

extension ReferenceDevice {
  /// Room for the weights of a layer; an input size of 0 leaves out those of the input.
  public func allocatePackedLSTM(inputSize I: Int, hiddenSize H: Int) -> ReferencePackedLSTM {
    ReferencePackedLSTM(inputSize: I, hiddenSize: H)
  }

  /// Packs W_x [4H, I], or nothing of it, and W_h [4H, H].
  public func pack(
    input W_x: Matrix<ReferenceStorage>?, recurrent W_h: Matrix<ReferenceStorage>, into packed: ReferencePackedLSTM
  ) {
    requireLSTM(W_x, W_h, packed.inputSize, packed.hiddenSize)
    if let W_x { copy(W_x, to: packed.input) }
    copy(W_h, to: packed.recurrent)
  }

  /// From the state before a window to the states and the gates of all its steps.
  public func lstmForward(_ window: LSTMWindow<ReferenceStorage>, weights: ReferencePackedLSTM) {
    let (h, c, gates) = (window.h, window.c, window.gates)
    switch window.input {
    case .vectors(let x): multiply(x, weights.input, transposed: true, plus: nil, into: gates)
    case .products(let table, let tokens): gatherRows(table, tokens, into: gates)
    }
    for t in 0..<window.steps {
      let (now, next) = (window.rows(ofStep: t), window.rows(ofStep: t + 1))
      let (hPrevious, cPrevious) = (withResets(h.rows(now), window, t), withResets(c.rows(now), window, t))
      multiply(hPrevious, weights.recurrent, transposed: true, plus: gates.rows(now), into: gates.rows(now))
      lstmStep(
        gates: gates.rows(now), bias: window.bias, peepholes: window.peepholes, cPrevious: cPrevious, c: c.rows(next),
        h: h.rows(next))
    }
  }

  /// Rows of step t of a window, with zeros in the lanes that start anew there.
  private func withResets(
    _ x: Matrix<ReferenceStorage>, _ window: LSTMWindow<ReferenceStorage>, _ t: Int
  ) -> Matrix<ReferenceStorage> {
    if window.resets.isEmpty { return x }
    let copied = Matrix(allocate(x.count), rows: x.rows, columns: x.columns)
    copy(x, to: copied)
    clearResets(of: copied, window, t)
    return copied
  }

  private func clearResets(of x: Matrix<ReferenceStorage>, _ window: LSTMWindow<ReferenceStorage>, _ t: Int) {
    for b in 0..<window.lanes where !window.resets.isEmpty && window.resets[t * window.lanes + b] {
      clear(x.rows(b..<b + 1))
    }
  }

  /// The window's gradient: gates from activations to d(pre-activations), and zeros where a state h was not read but
  /// taken for zero.
  public func lstmBackward(
    _ window: LSTMWindow<ReferenceStorage>, weights: ReferencePackedLSTM, dh: Matrix<ReferenceStorage>,
    dc: Matrix<ReferenceStorage>, dBias: Matrix<ReferenceStorage>, dPeepholes: Matrix<ReferenceStorage>?
  ) {
    requireGradients(window, dh, dc, dBias, dPeepholes)
    clear(dc)
    for t in (0..<window.steps).reversed() {
      let (now, next) = (window.rows(ofStep: t), window.rows(ofStep: t + 1))
      let (gates, c) = (window.gates.rows(now), window.c.rows(next))
      let cPrevious = withResets(window.c.rows(now), window, t)
      lstmStepBackward(
        gates: gates, peepholes: window.peepholes, cPrevious: cPrevious, c: c, dh: dh.rows(now), dc: dc)
      clearResets(of: dc, window, t)
      clearResets(of: window.h.rows(now), window, t)
      if t > 0 {  // gates_t has h_{t-1} · W_hᵀ
        let before = dh.rows(window.rows(ofStep: t - 1))
        let read = withResets(gates, window, t)
        multiply(read, weights.recurrent, transposed: false, plus: before, into: before)
      }
      accumulateRowSum(gates, into: dBias)
      if let dPeepholes { accumulate(ofPeepholes: dPeepholes, gates: gates, cPrevious: cPrevious, c: c) }
    }
  }

  /// a_i and a_f have p ∘ c_{t-1}; a_o has p_o ∘ c_t.
  private func accumulate(
    ofPeepholes dp: Matrix<ReferenceStorage>, gates: Matrix<ReferenceStorage>, cPrevious: Matrix<ReferenceStorage>,
    c: Matrix<ReferenceStorage>
  ) {
    let H = c.columns
    c.forEachIndex { b, j in
      dp[0, j] += gates[b, j] * cPrevious[b, j]
      dp[0, H + j] += gates[b, 3 * H + j] * c[b, j]
      dp[0, 2 * H + j] += gates[b, H + j] * cPrevious[b, j]
    }
  }

  /// One step: gates from pre-activations without bias to activations in place, and the new c and h.
  func lstmStep(
    gates: Matrix<ReferenceStorage>, bias: Matrix<ReferenceStorage>, peepholes: Matrix<ReferenceStorage>?,
    cPrevious: Matrix<ReferenceStorage>, c: Matrix<ReferenceStorage>, h: Matrix<ReferenceStorage>
  ) {
    let H = c.columns
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
  private func lstmStepBackward(
    gates: Matrix<ReferenceStorage>, peepholes: Matrix<ReferenceStorage>?, cPrevious: Matrix<ReferenceStorage>,
    c: Matrix<ReferenceStorage>, dh: Matrix<ReferenceStorage>, dc: Matrix<ReferenceStorage>
  ) {
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
}

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
