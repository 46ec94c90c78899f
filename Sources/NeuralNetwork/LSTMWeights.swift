public import Compute

/// A layer's weights as the products of the device read them, made anew whenever the values change.
public final class LSTMWeights<D: Device>: Sendable {
  let input: D.PackedMatrix  // W_xᵀ [I, 4H], for x · W_xᵀ
  let recurrent: D.PackedMatrix  // W_hᵀ [H, 4H], for h · W_hᵀ
  let bias: Matrix<D.Storage>  // [1, 4H], the sum of both halves
  let peepholes: Matrix<D.Storage>?  // [1, 3H]
  private let backward: (input: D.PackedMatrix, recurrent: D.PackedMatrix)?

  /// Room for the weights of a layer whose values are in `values`; with those of the backward pass when it is trained.
  public init(_ layer: LSTMLayer, values: D.Storage, trained: Bool, on device: D) {
    let (I, H) = (layer.inputSize, layer.hiddenSize)
    input = device.allocatePacked(rows: I, columns: 4 * H)
    recurrent = device.allocatePacked(rows: H, columns: 4 * H)
    bias = Matrix(device.allocate(4 * H), rows: 1, columns: 4 * H)
    peepholes = layer.peepholes?.view(in: values)
    backward =
      trained
      ? (device.allocatePacked(rows: 4 * H, columns: I), device.allocatePacked(rows: 4 * H, columns: H)) : nil
  }

  /// W_x [4H, I], for d(gates) · W_x.
  var inputBackward: D.PackedMatrix { requireBackward().input }
  /// W_h [4H, H], for d(gates) · W_h.
  var recurrentBackward: D.PackedMatrix { requireBackward().recurrent }

  private func requireBackward() -> (input: D.PackedMatrix, recurrent: D.PackedMatrix) {
    guard let backward else { preconditionFailure("the backward pass of weights that are not trained") }
    return backward
  }

  /// The jobs that bring the weights up to date with `values`; each may run on a thread of its own.
  public func packing(_ layer: LSTMLayer, values: D.Storage, on device: D) -> [@Sendable () -> Void] {
    let W_x = layer.inputWeight.view(in: values)
    let W_h = layer.recurrentWeight.view(in: values)
    let halves = (layer.inputBias.view(in: values), layer.recurrentBias.view(in: values))
    var jobs: [@Sendable () -> Void] = [
      { [input] in device.pack(W_x, transposed: true, into: input) },
      { [recurrent] in device.pack(W_h, transposed: true, into: recurrent) },
      { [bias] in
        device.copy(halves.0, to: bias)
        device.add(halves.1, to: bias)
      },
    ]
    if let backward {
      jobs.append { device.pack(W_x, transposed: false, into: backward.input) }
      jobs.append { device.pack(W_h, transposed: false, into: backward.recurrent) }
    }
    return jobs
  }
}
