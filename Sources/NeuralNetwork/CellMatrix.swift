internal import Compute

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
