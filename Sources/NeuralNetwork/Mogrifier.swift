internal import Compute

/// Rounds in which x and the state before gate each other (Melis, Kočiský & Blunsom 2020).
///
///     x^i = 2σ(Q^i h^{i-1}) ∘ x^{i-2}   for odd i
///     h^i = 2σ(R^i x^{i-1}) ∘ h^{i-2}   for even i
///
/// Q^i [I, S] and R^i [S, I] may be products of two matrices of low rank.
public struct Mogrifier: Sendable {
  /// Q^i or R^i.
  public struct Round: Sendable {
    /// The matrix [n, m], or its left factor [n, rank].
    public let left: Parameter
    /// The right factor [rank, m].
    public let right: Parameter?
  }

  /// The rounds, from the first on.
  public let rounds: [Round]

  init(
    _ k: Int, _ name: String, rounds count: Int, rank: Int?, inputSize I: Int, stateSize S: Int,
    in layout: inout ParameterLayout
  ) {
    rounds = (1...count).map { i in
      let (n, m) = i % 2 == 1 ? (I, S) : (S, I)
      guard let rank else { return Round(left: layout.add("\(name).mogrifier_\(i)_l\(k)", n, m), right: nil) }
      return Round(
        left: layout.add("\(name).mogrifier_\(i)_left_l\(k)", n, rank),
        right: layout.add("\(name).mogrifier_\(i)_right_l\(k)", rank, m))
    }
  }

  /// The x and h of rows `now` that a step reads, from x and the state before it.
  func forward<D: Device>(
    x: Matrix<D.Storage>, h: Matrix<D.Storage>, _ now: Range<Int>, weights: [MogrifierWeights<D>],
    activations: [MogrifierActivations<D>], on device: D
  ) -> (x: Matrix<D.Storage>, h: Matrix<D.Storage>) {
    var (x, h) = (x, h)
    for i in weights.indices {
      let (weights, a) = (weights[i], activations[i])
      let gatesInput = i % 2 == 0  // counted from 1 it is odd
      weights.multiply(gatesInput ? h : x, a, now, on: device)
      let value = a.value.rows(now)
      device.mogrify(a.gate.rows(now), gatesInput ? x : h, into: value)
      if gatesInput { x = value } else { h = value }
    }
    return (x, h)
  }

  /// From the gradients of what the step read, dx and dh, to those of x and of the state before it, in place.
  ///
  /// Gates become gradients of their products; `room` holds a gradient of each.
  func backward<D: Device>(
    x: Matrix<D.Storage>, h: Matrix<D.Storage>, _ now: Range<Int>, weights: [MogrifierWeights<D>],
    activations: [MogrifierActivations<D>], dx: Matrix<D.Storage>, dh: Matrix<D.Storage>,
    room: (x: Matrix<D.Storage>, h: Matrix<D.Storage>), on device: D
  ) {
    for i in rounds.indices.reversed() {
      let gatesInput = i % 2 == 0
      let gated = i >= 2 ? activations[i - 2].value.rows(now) : gatesInput ? x : h
      device.mogrifyBackward(activations[i].gate.rows(now), gated, d: gatesInput ? dx : dh)
      let dSource = gatesInput ? room.h : room.x
      weights[i].multiplyBackward(activations[i], now, into: dSource, on: device)
      device.add(dSource, to: gatesInput ? dh : dx)
    }
  }

  /// The gradients of all matrices over the rows of a window, after `backward` of its steps.
  func weightGradients<D: Device>(
    x: Matrix<D.Storage>, h: Matrix<D.Storage>, activations: [MogrifierActivations<D>], gradients: D.Storage,
    on device: D
  ) {
    let rows = 0..<x.rows
    for i in rounds.indices {
      let (round, a) = (rounds[i], activations[i])
      // What round i read is what the one before it gated, or at first the state.
      let source = i > 0 ? activations[i - 1].value.rows(rows) : h
      let left = round.left.view(in: gradients)
      guard let right = round.right, let low = a.low, let dLow = a.dLow else {
        device.multiplyTransposed(a.gate.rows(rows), source, into: left, accumulating: false)
        continue
      }
      device.multiplyTransposed(a.gate.rows(rows), low.rows(rows), into: left, accumulating: false)
      device.multiplyTransposed(
        dLow.rows(rows), source, into: right.view(in: gradients), accumulating: false)
    }
  }
}

/// The matrices of a round as steps read them.
struct MogrifierWeights<D: Device>: Sendable {
  let left: CellMatrix<D>
  let right: CellMatrix<D>?

  /// The products that the gates of some rows are made of.
  func multiply(_ source: Matrix<D.Storage>, _ a: MogrifierActivations<D>, _ now: Range<Int>, on device: D) {
    guard let right, let low = a.low?.rows(now) else {
      left.multiply(source, into: a.gate.rows(now), on: device)
      return
    }
    right.multiply(source, into: low, on: device)
    left.multiply(low, into: a.gate.rows(now), on: device)
  }

  func multiplyBackward(
    _ a: MogrifierActivations<D>, _ now: Range<Int>, into dSource: Matrix<D.Storage>, on device: D
  ) {
    guard let right, let dLow = a.dLow?.rows(now) else {
      left.multiplyBackward(a.gate.rows(now), into: dSource, on: device)
      return
    }
    left.multiplyBackward(a.gate.rows(now), into: dLow, on: device)
    right.multiplyBackward(dLow, into: dSource, on: device)
  }
}

/// What a round leaves for its backward pass.
struct MogrifierActivations<D: Device> {
  /// [T·B, n]: σ of the products, later the gradient of these.
  let gate: Matrix<D.Storage>
  /// [T·B, n]: what was gated.
  let value: Matrix<D.Storage>
  /// [T·B, rank]: products by the right factor, and their gradient.
  let low, dLow: Matrix<D.Storage>?
}
