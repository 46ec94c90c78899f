public import Compute

/// The products of a layer by all embeddings: a table x · W_xᵀ [V, 4H] of every token there is.
///
/// Where a window has more places than there are tokens, it is less work than to multiply every place, and its rows are
/// the same bits. The gradients go the same way back: first those of all places of a token are added up.
public struct InputProducts<D: Device>: Sendable {
  /// [V, 4H].
  public let table: Matrix<D.Storage>
  private let embedding: Embedding
  private let layer: LSTMLayer

  /// Room for the products of a layer that reads the embedding.
  public init(_ embedding: Embedding, _ layer: LSTMLayer, on device: D) {
    let (V, H) = (embedding.weight.shape[0], layer.hiddenSize)
    table = Matrix(device.allocate(V * 4 * H), rows: V, columns: 4 * H)
    self.embedding = embedding
    self.layer = layer
  }

  /// Brings the products up to date with `values`.
  public func update(values: D.Storage, on device: D) {
    device.multiply(
      embedding.weight.view(in: values), layer.inputWeight.view(in: values), transposed: true, plus: nil, into: table)
  }

  /// The gradients of W_x and of the embedding, from those of the layer's pre-activations.
  ///
  /// - Parameters:
  ///   - ids: [T·B], the tokens of the window.
  ///   - activations: what the layer's backward pass left.
  ///   - dTable: [V, 4H], memory for the gradient of the table.
  ///   - factors: [V, 1], what the rows of the table were multiplied by; nil for nothing.
  ///   - accumulating: whether the embedding's gradient is added to what its place holds.
  public func backward(
    _ ids: [UInt32], values: D.Storage, activations a: LSTMActivations<D>, dTable: Matrix<D.Storage>,
    factors: Matrix<D.Storage>? = nil, gradients: D.Storage, accumulating: Bool, on device: D
  ) {
    device.clear(dTable)
    device.scatterAddRows(a.gates.rows(0..<ids.count), ids, into: dTable)
    if let factors { device.scaleRows(dTable, by: factors) }
    // table = weight · W_xᵀ
    let d = embedding.weight.view(in: gradients)
    device.multiply(
      dTable, layer.inputWeight.view(in: values), transposed: false, plus: accumulating ? d : nil, into: d)
    device.multiplyTransposed(
      dTable, embedding.weight.view(in: values), into: layer.inputWeight.view(in: gradients), accumulating: false)
  }
}
