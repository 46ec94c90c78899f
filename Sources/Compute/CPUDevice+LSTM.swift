internal import CKernels

/// A layer's weights by gates, in panels, as the windows of the CPU read them.
public final class CPUPackedLSTM: Sendable {
  let inputSize: Int
  let hiddenSize: Int
  let storage: CPUStorage

  init(inputSize: Int, hiddenSize: Int, byteCount: Int) {
    self.inputSize = inputSize
    self.hiddenSize = hiddenSize
    storage = CPUStorage(byteCount / MemoryLayout<Float>.stride)
  }
}

extension CPUDevice {
  /// Room for the weights of a layer; an input size of 0 leaves out those of the input.
  public func allocatePackedLSTM(inputSize I: Int, hiddenSize H: Int) -> CPUPackedLSTM {
    CPUPackedLSTM(inputSize: I, hiddenSize: H, byteCount: ck_packed_lstm_size(context, I, H))
  }

  /// Packs W_x [4H, I], or nothing of it, and W_h [4H, H].
  public func pack(input W_x: Matrix<CPUStorage>?, recurrent W_h: Matrix<CPUStorage>, into packed: CPUPackedLSTM) {
    requireLSTM(W_x, W_h, packed.inputSize, packed.hiddenSize)
    ck_pack_lstm(context, packed.inputSize, packed.hiddenSize, W_x?.base, W_h.base, packed.storage.base)
  }

  /// From the state before a window to the states and the gates of all its steps.
  public func lstmForward(_ window: LSTMWindow<CPUStorage>, weights: CPUPackedLSTM) {
    window.resets.withUnsafeBufferPointer { resets in
      window.input.tokens.withUnsafeBufferPointer { tokens in
        var kernel = kernelWindow(window, weights, resets, tokens)
        ck_lstm_forward_window(context, &kernel)
      }
    }
  }

  /// The window's gradient: gates from activations to d(pre-activations), and zeros where a state h was not read but
  /// taken for zero.
  public func lstmBackward(
    _ window: LSTMWindow<CPUStorage>, weights: CPUPackedLSTM, dh: Matrix<CPUStorage>, dc: Matrix<CPUStorage>,
    dBias: Matrix<CPUStorage>, dPeepholes: Matrix<CPUStorage>?
  ) {
    requireGradients(window, dh, dc, dBias, dPeepholes)
    let (dh, dc, dBias, dPeepholes) = (dh.base, dc.base, dBias.base, dPeepholes?.base)
    window.resets.withUnsafeBufferPointer { resets in
      window.input.tokens.withUnsafeBufferPointer { tokens in
        var kernel = kernelWindow(window, weights, resets, tokens)
        ck_lstm_backward_window(context, &kernel, dh, dc, dBias, dPeepholes)
      }
    }
  }

  /// A window as the kernels take it.
  private func kernelWindow(
    _ window: LSTMWindow<CPUStorage>, _ weights: CPUPackedLSTM, _ resets: UnsafeBufferPointer<Bool>,
    _ tokens: UnsafeBufferPointer<UInt32>
  ) -> ck_window {
    precondition(
      weights.inputSize == window.inputSize && weights.hiddenSize == window.hiddenSize,
      "weights of \(weights.inputSize), \(weights.hiddenSize) for \(window.inputSize), \(window.hiddenSize)")
    var kernel = ck_window(
      steps: window.steps, lanes: window.lanes, input: window.inputSize, hidden: window.hiddenSize, x: nil, table: nil,
      tokens: nil, weights: weights.storage.base, bias: window.bias.base, peepholes: window.peepholes?.base,
      resets: resets.isEmpty ? nil : resets.baseAddress, gates: window.gates.base, c: window.c.base, h: window.h.base)
    switch window.input {
    case .vectors(let x): kernel.x = UnsafePointer(x.base)
    case .products(let table, _):
      kernel.table = UnsafePointer(table.base)
      kernel.tokens = tokens.baseAddress
    }
    return kernel
  }
}
