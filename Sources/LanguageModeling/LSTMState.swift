public import Compute

/// h and c of every layer for B lanes, or h alone where a cell has no more.
///
/// It is advanced in place; assigning it shares the numbers.
public struct LSTMState<D: Device> {
  /// B.
  public let lanes: Int
  /// [B, S] of each layer.
  public let h: [Matrix<D.Storage>]
  /// [B, H] of each layer; none where h is the whole state.
  public let c: [Matrix<D.Storage>]

  /// The zero state.
  public init(_ configuration: ModelConfiguration, lanes B: Int, on device: D) {
    let (L, H, S) = (configuration.layers, configuration.hiddenSize, configuration.layerSize)
    let storage = device.allocate(L * B * (configuration.hasCells ? S + H : S))
    lanes = B
    h = (0..<L).map { Matrix(storage, offset: $0 * B * S, rows: B, columns: S) }
    c = (0..<(configuration.hasCells ? L : 0)).map {
      Matrix(storage, offset: L * B * S + $0 * B * H, rows: B, columns: H)
    }
  }

  /// Forgets everything.
  public func clear(on device: D) {
    for x in h { device.clear(x) }
    for x in c { device.clear(x) }
  }

  /// Forgets everything in one lane.
  public func clear(lane: Int, on device: D) {
    for x in h { device.clear(x.rows(lane..<lane + 1)) }
    for x in c { device.clear(x.rows(lane..<lane + 1)) }
  }
}
