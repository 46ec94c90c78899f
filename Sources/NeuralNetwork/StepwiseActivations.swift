public import Compute

/// What a layer's steps leave for its backward pass, for so many rows (T·B) of up to so many lanes.
public final class StepwiseActivations<D: Device> {
  /// [(T+1)·B, S]: the outputs, after the one that the window starts from.
  public let h: Matrix<D.Storage>
  /// [(T+1)·B, H]: the cells of an LSTM, likewise; zeros where lanes start anew.
  public let c: Matrix<D.Storage>?
  /// The numbers that all of it takes.
  public let count: Int
  /// [T·B, gates]: the activations of the gates; after the backward pass the gradients of their sums of products.
  let gates: Matrix<D.Storage>
  /// The products of the state [T·B, gates], later their gradients; of one step alone [B, gates] where the gates' serve.
  let recurrent: Matrix<D.Storage>
  /// [T·B, S]: h before each step, with zeros where lanes start anew; nil where none do.
  let previous: Matrix<D.Storage>?
  /// [T·B, S]: what state dropout leaves of it; nil without one.
  let read: Matrix<D.Storage>?
  /// [T·B, H]: c as the step makes it; nil where nothing changes it afterwards, so that `c` holds it.
  let cells: Matrix<D.Storage>?
  /// [T·B, H]: what is projected to h.
  let hidden: Matrix<D.Storage>?
  let norms: Norms?
  let mogrifier: [MogrifierActivations<D>]
  /// [T·B, I]: the gradient of x, which the Mogrifier's steps make.
  let dx: Matrix<D.Storage>?
  /// [T·B, H] and [T·B, S]: 1 where c and h are not zoned out.
  let cellMask, hiddenMask: Matrix<D.Storage>?
  let scratch: Scratch?

  /// What layer normalization keeps: normalized numbers, which become gradients of what they were, and the inverse of
  /// each row's deviation.
  struct Norms {
    let input, recurrent, cell: (x: Matrix<D.Storage>, inverse: Matrix<D.Storage>)
    let y: Matrix<D.Storage>  // [T·B, H], c with gain and bias
  }

  /// What a backward pass needs of one step.
  struct Scratch {
    let dRead: Matrix<D.Storage>  // [B, S], the gradient of h before it, through the products
    let dPast: Matrix<D.Storage>  // [B, S], and past them
    let dKept: Matrix<D.Storage>  // [B, S], and past the whole step
    let dc, dcKept, dy, dHidden: Matrix<D.Storage>  // [B, H], of c, of c past the step, of N(c), of what is projected
    let room: (x: Matrix<D.Storage>, h: Matrix<D.Storage>)  // [B, I] and [B, S]
  }

  /// Room for rows of lanes.
  ///
  /// - Parameters:
  ///   - resets: whether lanes may start anew within a window.
  ///   - dropsState: whether products may see a part of h alone.
  ///   - trained: whether there are backward passes.
  public init(
    _ layer: StepwiseLayer, rows: Int, lanes B: Int, resets: Bool, dropsState: Bool = false, trained: Bool,
    on device: D
  ) {
    let (I, H, S, G, cell) = (layer.inputSize, layer.hiddenSize, layer.outputSize, layer.gateSize, layer.cell)
    let isLSTM = cell.kind == .lstm
    var count = 0
    func room(_ rows: Int, _ columns: Int) -> Matrix<D.Storage> {
      count += rows * columns
      return Matrix(device.allocate(rows * columns), rows: rows, columns: columns)
    }
    func room(_ rows: Int, _ columns: Int, if isNeeded: Bool) -> Matrix<D.Storage>? {
      isNeeded ? room(rows, columns) : nil
    }
    func norm(_ columns: Int) -> (x: Matrix<D.Storage>, inverse: Matrix<D.Storage>) {
      (room(rows, columns), room(rows, 1))
    }
    h = room(rows + B, S)
    c = room(rows + B, H, if: isLSTM)
    gates = room(rows, G)
    recurrent = room(layer.keepsRecurrentProducts ? rows : B, G)
    previous = room(rows, S, if: resets)
    read = room(rows, S, if: dropsState && trained)
    cells = room(rows, H, if: isLSTM && (resets || cell.zoneoutCell > 0))
    hidden = room(rows, H, if: cell.projectionSize != nil)
    norms = cell.layerNorm ? Norms(input: norm(G), recurrent: norm(G), cell: norm(H), y: room(rows, H)) : nil
    mogrifier = (layer.mogrifier?.rounds ?? []).map { round in
      let (n, rank) = (round.left.shape[0], round.left.shape[1])
      return MogrifierActivations(
        gate: room(rows, n), value: room(rows, n), low: room(rows, rank, if: round.right != nil),
        dLow: room(rows, rank, if: round.right != nil && trained))
    }
    dx = room(rows, I, if: trained && layer.mogrifier != nil)
    cellMask = room(rows, H, if: trained && cell.zoneoutCell > 0)
    hiddenMask = room(rows, S, if: trained && cell.zoneoutHidden > 0)
    scratch =
      trained
      ? Scratch(
        dRead: room(B, S), dPast: room(B, S), dKept: room(B, S), dc: room(B, H), dcKept: room(B, H), dy: room(B, H),
        dHidden: room(B, H), room: (room(B, I), room(B, S))) : nil
    self.count = count
  }

  /// The outputs of T steps of B lanes, [T·B, S].
  public func outputs(steps T: Int, lanes B: Int) -> Matrix<D.Storage> { h.rows(B..<(T + 1) * B) }

  /// h before some rows, as cells see it.
  func previous(_ now: Range<Int>) -> Matrix<D.Storage> { (previous ?? h).rows(now) }

  /// c of some rows, as the step makes it; the state before them stands B rows further up.
  func cells(_ now: Range<Int>, lanes B: Int) -> Matrix<D.Storage>? {
    cells?.rows(now) ?? c?.rows(now.lowerBound + B..<now.upperBound + B)
  }
}
