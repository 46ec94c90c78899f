public import Compute

/// A linear map from the last layer to an output of another size: y = h · Pᵀ (after Press & Wolf 2017, whose P is
/// square).
public struct OutputProjection: Sendable {
  /// P [E, H].
  public let weight: Parameter

  /// A map from H to E numbers, under the name `projection.weight`.
  public init(inputSize H: Int, size E: Int, in layout: inout ParameterLayout) {
    weight = layout.add("projection.weight", E, H)
  }

  /// y [rows, E] = h [rows, H] · Pᵀ.
  public func forward<D: Device>(
    _ h: Matrix<D.Storage>, values: D.Storage, into y: Matrix<D.Storage>, on device: D
  ) {
    device.multiply(h, weight.view(in: values), transposed: true, plus: nil, into: y)
  }

  /// The gradients of P, and of h [rows, H] into dh, from that of y.
  public func backward<D: Device>(
    _ h: Matrix<D.Storage>, dy: Matrix<D.Storage>, values: D.Storage, dh: Matrix<D.Storage>, gradients: D.Storage,
    on device: D
  ) {
    device.multiply(dy, weight.view(in: values), transposed: false, plus: nil, into: dh)
    device.multiplyTransposed(dy, h, into: weight.view(in: gradients), accumulating: false)
  }
}
