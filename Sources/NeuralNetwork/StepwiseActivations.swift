public import Compute

/// What a layer's steps leave for its backward pass, for so many rows (T·B) of up to so many lanes.
public final class StepwiseActivations<D: Device> {
  /// [(T+1)·B, H]: the outputs, after the one that the window starts from.
  public let h: Matrix<D.Storage>
  /// The numbers that all of it takes.
  public private(set) var count = 0
  /// [T·B, gates]: the activations of the gates; after the backward pass the gradients of the products of the input.
  let gates: Matrix<D.Storage>
  /// The products of the state [T·B, gates], later their gradients; of one step alone [B, gates] where the gates' serve.
  let recurrent: Matrix<D.Storage>
  /// [T·B, H]: h before each step, with zeros where lanes start anew; nil where none do.
  let previous: Matrix<D.Storage>?
  let scratch: Scratch?

  /// What a backward pass needs of one step.
  struct Scratch {
    let dh: Matrix<D.Storage>  // [B, H], the gradient of h before it, through the products
    let dPast: Matrix<D.Storage>  // [B, H], and past them
  }

  /// Room for rows of lanes.
  public init(_ layer: StepwiseLayer, rows: Int, lanes B: Int, resets: Bool, trained: Bool, on device: D) {
    let (H, G) = (layer.hiddenSize, layer.gateSize)
    var count = 0
    func room(_ rows: Int, _ columns: Int) -> Matrix<D.Storage> {
      count += rows * columns
      return Matrix(device.allocate(rows * columns), rows: rows, columns: columns)
    }
    h = room(rows + B, H)
    gates = room(rows, G)
    recurrent = room(layer.keepsRecurrentProducts ? rows : B, G)
    previous = resets ? room(rows, H) : nil
    scratch = trained ? Scratch(dh: room(B, H), dPast: room(B, H)) : nil
    self.count = count
  }

  /// The outputs of T steps of B lanes, [T·B, H].
  public func outputs(steps T: Int, lanes B: Int) -> Matrix<D.Storage> { h.rows(B..<(T + 1) * B) }

  /// h before T steps of B lanes, as the cells read it, [T·B, H].
  func read(steps T: Int, lanes B: Int) -> Matrix<D.Storage> { (previous ?? h).rows(0..<T * B) }
}
