internal import CKernels

/// W [n, k], or a layer's [4H, k] with its columns in the order of the units.
public final class CPUInferenceMatrix: @unchecked Sendable {
  let n: Int
  let k: Int
  let weights: ck_weights
  private let memory: AlignedMemory

  init(_ W: Matrix<CPUStorage>, _ format: WeightFormat, gates: Int) {
    n = W.rows
    k = W.columns
    memory = AlignedMemory(byteCount: ck_weights_size(format.kernel, n, k, gates))
    ck_pack_weights(format.kernel, n, k, gates, W.base, W.stride, memory.base)
    weights = ck_weights(format: format.kernel, n: n, k: k, gates: gates, packed: UnsafeRawPointer(memory.base))
  }
}

/// A layer whose weights are laid out by units.
public final class CPUInferenceLSTM: @unchecked Sendable {
  let layer: ck_lstm
  /// I, or nil where the input is tokens.
  let inputSize: Int?
  /// V, where the input is tokens.
  let tokens: Int
  private let recurrent: CPUInferenceMatrix
  private let input: CPUInferenceMatrix?
  private let storages: [CPUStorage]

  init(
    _ values: LSTMValues<CPUStorage>, embedding: Matrix<CPUStorage>?, _ format: WeightFormat, on device: CPUDevice
  ) {
    let H = values.recurrent.columns
    func copied(_ x: Matrix<CPUStorage>) -> CPUStorage {
      let copy = CPUStorage(x.count)
      device.copy(x.flattened, to: Matrix(copy, rows: 1, columns: x.count))
      return copy
    }
    let bias = copied(values.bias)
    let peepholes = values.peepholes.map(copied)
    var table: CPUStorage?
    recurrent = CPUInferenceMatrix(values.recurrent, format, gates: 4)
    if let embedding {
      let W_x = CPUInferenceMatrix(values.input, .float32, gates: 4)
      let columns = ck_columns(4 * H, 4)
      let products = CPUStorage(embedding.rows * columns)
      device.affine(embedding, W_x, bias: nil, rows: embedding.rows, into: products.base)
      table = products
      input = nil
    } else {
      input = CPUInferenceMatrix(values.input, format, gates: 4)
    }
    inputSize = embedding == nil ? values.input.columns : nil
    tokens = embedding?.rows ?? 0
    storages = [bias, peepholes, table].compactMap { $0 }
    layer = ck_lstm(
      hidden: H, recurrent: recurrent.weights, input: input?.weights ?? ck_weights(), table: table?.base,
      bias: bias.base, peepholes: peepholes?.base)
  }
}

extension CPUDevice {
  /// Lays out W [n, k] for products x · Wᵀ.
  public func inferenceMatrix(_ W: Matrix<CPUStorage>, _ format: WeightFormat) -> CPUInferenceMatrix {
    CPUInferenceMatrix(W, format, gates: 1)
  }

  /// Lays out a layer; with an embedding [V, I] its input is tokens, whose products by W_x are made once, unrounded.
  public func inferenceLSTM(
    _ values: LSTMValues<CPUStorage>, embedding: Matrix<CPUStorage>?, _ format: WeightFormat
  ) -> CPUInferenceLSTM {
    requireValues(values, embedding)
    return CPUInferenceLSTM(values, embedding: embedding, format, on: self)
  }

  /// y [rows, n] = x [rows, k] · Wᵀ + bias [1, n].
  public func affine(
    _ x: Matrix<CPUStorage>, _ W: CPUInferenceMatrix, bias: Matrix<CPUStorage>, into y: Matrix<CPUStorage>
  ) {
    precondition(
      x.columns == W.k && y.rows == x.rows && y.columns == W.n && y.isContiguous && bias.count == W.n
        && bias.isContiguous,
      "[\(x.rows), \(x.columns)] · [\(W.n), \(W.k)]ᵀ + [\(bias.count)] into [\(y.rows), \(y.columns)]")
    affine(x, W, bias: bias.base, rows: x.rows, into: y.base)
  }

  fileprivate func affine(
    _ x: Matrix<CPUStorage>, _ W: CPUInferenceMatrix, bias: UnsafePointer<Float>?, rows: Int,
    into y: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: W.weights) { ck_affine(context, $0, rows, x.base, x.stride, bias, y) }
  }

  /// T steps of a layer, of which nothing is kept but the outputs h [T·B, H] and the last cells c [B, H].
  public func lstmSteps(
    _ layer: CPUInferenceLSTM, _ input: LSTMInput<CPUStorage>, from lanes: LSTMLanes<CPUStorage>, resets: [Bool],
    h: Matrix<CPUStorage>, c: Matrix<CPUStorage>
  ) {
    let B = lanes.rows.count
    requireSteps(layer.layer.hidden, input, layer.inputSize, layer.tokens, lanes, resets, h: h, c: c)
    withUnsafePointer(to: layer.layer) { pointer in
      func run(_ x: UnsafePointer<Float>?, _ tokens: UnsafePointer<UInt32>?) {
        resets.withUnsafeBufferPointer { resets in
          ck_lstm_infer(
            context, pointer, h.rows / B, B, x, tokens, lanes.rows, resets.isEmpty ? nil : resets.baseAddress,
            lanes.h.base, lanes.c.base, h.base, c.base)
        }
      }
      switch input {
      case .vectors(let x): run(x.base, nil)
      case .tokens(let tokens): tokens.withUnsafeBufferPointer { run(nil, $0.baseAddress) }
      }
    }
  }
}

extension WeightFormat {
  /// The format's number among the kernels.
  fileprivate var kernel: Int32 {
    switch self {
    case .float32: Int32(ck_float32)
    case .bfloat16: Int32(ck_bfloat16)
    case .int8: Int32(ck_int8)
    }
  }
}
