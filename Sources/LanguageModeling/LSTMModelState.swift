public import Compute

/// What a stack of layers remembers of each of B lanes: h and c of every layer, or h alone.
///
/// It is a value: advancing one state leaves all others as they are. Lanes are only pointed at, so choosing some of them
/// copies nothing.
public struct LSTMModelState<D: Device> {
  var memory: LSTMStateMemory<D>
  /// The row of the memory that each lane stands in.
  let rows: [UInt32]

  /// B.
  public var lanes: Int { rows.count }
}

/// h and c of every layer for some lanes, written once and then only read.
final class LSTMStateMemory<D: Device> {
  /// [B + 1, S] and [B + 1, H] of each layer; the last row stays zero.
  let h, c: [Matrix<D.Storage>]
  /// 0 ..< B.
  let rows: [UInt32]

  /// Zeros.
  init(_ configuration: ModelConfiguration, lanes B: Int, on device: D) {
    let (L, H, S, n) = (configuration.layers, configuration.hiddenSize, configuration.layerSize, B + 1)
    let storage = device.allocate(L * n * (configuration.hasCells ? S + H : S))
    h = (0..<L).map { Matrix(storage, offset: $0 * n * S, rows: n, columns: S) }
    c = (0..<(configuration.hasCells ? L : 0)).map {
      Matrix(storage, offset: L * n * S + $0 * n * H, rows: n, columns: H)
    }
    rows = (0..<UInt32(B)).map { $0 }
  }

  /// The row of a stream before its first token.
  var zeroRow: UInt32 { UInt32(rows.count) }
}
