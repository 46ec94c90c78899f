/// What the first layer of a network reads at each place, or a further one.
public enum LSTMInput<Storage: DeviceStorage> {
  /// x [T·B, I].
  case vectors(Matrix<Storage>)
  /// Tokens [T·B], each of which stands for its row of the embedding that the layer was made with.
  case tokens(ArraySlice<UInt32>)
}

/// The values of an LSTM layer that are laid out for inference: gates in the order i, f, g, o.
public struct LSTMValues<Storage: DeviceStorage> {
  /// W_x [4H, I].
  public let input: Matrix<Storage>
  /// W_h [4H, H].
  public let recurrent: Matrix<Storage>
  /// b [1, 4H].
  public let bias: Matrix<Storage>
  /// p [1, 3H] in the order i, o, f.
  public let peepholes: Matrix<Storage>?

  /// The values of one layer.
  public init(
    input: Matrix<Storage>, recurrent: Matrix<Storage>, bias: Matrix<Storage>, peepholes: Matrix<Storage>?
  ) {
    self.input = input
    self.recurrent = recurrent
    self.bias = bias
    self.peepholes = peepholes
  }
}

/// The lanes of a layer's state before its first step.
public struct LSTMLanes<Storage: DeviceStorage> {
  /// The row of each lane, B in all; rows may be taken several times.
  public let rows: [UInt32]
  /// [B', H].
  public let h: Matrix<Storage>
  /// [B', H].
  public let c: Matrix<Storage>

  /// Rows of states.
  public init(rows: [UInt32], h: Matrix<Storage>, c: Matrix<Storage>) {
    self.rows = rows
    self.h = h
    self.c = c
  }
}
