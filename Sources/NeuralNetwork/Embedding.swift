public import Compute

/// A table with one row of E numbers for each token: x = weight[id].
public struct Embedding: Sendable {
  /// [V, E].
  public let weight: Parameter

  /// A table for V tokens, under the name `embedding.weight`.
  public init(vocabularySize V: Int, size E: Int, in layout: inout ParameterLayout) {
    weight = layout.add("embedding.weight", V, E)
  }

  /// x [rows, E] = weight[ids].
  public func forward<D: Device>(_ ids: [UInt32], values: D.Storage, into x: Matrix<D.Storage>, on device: D) {
    device.gatherRows(weight.view(in: values), ids, into: x)
  }

  /// d(weight)[ids] += dx [rows, E]; the rest of d(weight) is left, or set to zero unless it is `accumulating`.
  public func backward<D: Device>(
    _ ids: [UInt32], dx: Matrix<D.Storage>, gradients: D.Storage, accumulating: Bool, on device: D
  ) {
    let d = weight.view(in: gradients)
    if !accumulating { device.clear(d) }
    device.scatterAddRows(dx, ids, into: d)
  }
}
