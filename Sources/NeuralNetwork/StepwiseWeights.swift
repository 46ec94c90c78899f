public import Compute

/// W [n, k] for products x · Wᵀ, and in training d · W.
enum CellMatrix<D: Device>: Sendable {
  case trained(forward: D.PackedMatrix, backward: D.PackedMatrix)
  case fixed(D.InferenceMatrix, zeros: Matrix<D.Storage>)

  /// Room for the values of a parameter [n, k], which training changes.
  init(_ parameter: Parameter, on device: D) {
    let (n, k) = (parameter.shape[0], parameter.shape[1])
    self = .trained(
      forward: device.allocatePackedMatrix(rows: k, columns: n),
      backward: device.allocatePackedMatrix(rows: n, columns: k))
  }

  /// Values that stay as they are, in a format.
  init(_ W: Matrix<D.Storage>, _ format: WeightFormat, on device: D) {
    self = .fixed(
      device.inferenceMatrix(W, format), zeros: Matrix(device.allocate(W.rows), rows: 1, columns: W.rows))
  }

  func pack(_ W: Matrix<D.Storage>, on device: D) {
    guard case .trained(let forward, let backward) = self else { return }
    device.pack(W, transposed: true, into: forward)
    device.pack(W, transposed: false, into: backward)
  }

  /// y = x · Wᵀ.
  func multiply(_ x: Matrix<D.Storage>, into y: Matrix<D.Storage>, on device: D) {
    switch self {
    case .trained(let forward, _): device.multiply(x, forward, into: y)
    case .fixed(let W, let zeros): device.affine(x, W, bias: zeros, into: y)
    }
  }

  /// dx = d · W.
  func multiplyBackward(_ d: Matrix<D.Storage>, into dx: Matrix<D.Storage>, on device: D) {
    guard case .trained(_, let backward) = self else { preconditionFailure("a gradient through weights of inference") }
    device.multiply(d, backward, into: dx)
  }
}

/// A layer's weights as its steps read them.
public final class StepwiseWeights<D: Device>: Sendable {
  let input: CellMatrix<D>
  let recurrent: CellMatrix<D>
  let inputBias: Matrix<D.Storage>
  let recurrentBias: Matrix<D.Storage>
  /// The numbers of the packed copies.
  let count: Int

  /// Room for the weights of a layer that is trained, whose values are in `values`; `pack` follows whenever they change.
  public init(_ layer: StepwiseLayer, values: D.Storage, on device: D) {
    input = CellMatrix(layer.inputWeight, on: device)
    recurrent = CellMatrix(layer.recurrentWeight, on: device)
    inputBias = layer.inputBias.view(in: values)
    recurrentBias = layer.recurrentBias.view(in: values)
    count = 2 * (layer.inputWeight.count + layer.recurrentWeight.count)
  }

  /// Copies of values that stay as they are, W_x and W_h in a format.
  public init(_ layer: StepwiseLayer, copying values: D.Storage, format: WeightFormat, on device: D) {
    func copy(_ parameter: Parameter) -> Matrix<D.Storage> {
      let copy = Matrix(device.allocate(parameter.count), rows: 1, columns: parameter.count)
      device.copy(parameter.view(in: values), to: copy)
      return copy
    }
    input = CellMatrix(layer.inputWeight.view(in: values), format, on: device)
    recurrent = CellMatrix(layer.recurrentWeight.view(in: values), format, on: device)
    inputBias = copy(layer.inputBias)
    recurrentBias = copy(layer.recurrentBias)
    count = layer.inputWeight.count + layer.recurrentWeight.count
  }

  /// Brings the weights up to date with `values`; W_h may come from elsewhere.
  public func pack(
    _ layer: StepwiseLayer, recurrent W_h: Matrix<D.Storage>? = nil, values: D.Storage, on device: D
  ) {
    input.pack(layer.inputWeight.view(in: values), on: device)
    recurrent.pack(W_h ?? layer.recurrentWeight.view(in: values), on: device)
  }
}
