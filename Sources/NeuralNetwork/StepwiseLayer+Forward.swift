public import Compute

extension StepwiseLayer {
  /// The layer's output for T steps of B lanes, from the state in the first B rows of `activations` to the one after them.
  ///
  /// - Parameters:
  ///   - x: [T·B, I].
  ///   - resets: [T·B], whether the state before a step is taken for zero; empty for nowhere.
  ///   - weights: what `pack` made of the values in force, or what inference reads.
  ///   - activations: holds what the backward pass needs afterwards.
  ///   - masks: what training drops of the state; nil drops nothing and zones out by the expectation.
  public func forward<D: Device>(
    _ x: Matrix<D.Storage>, steps T: Int, lanes B: Int, resets: [Bool] = [], weights: StepwiseWeights<D>,
    activations a: StepwiseActivations<D>, masks: StateMasks? = nil, on device: D
  ) {
    if let masks {
      func fill(_ mask: Matrix<D.Storage>?, _ rate: Double, _ stream: UInt64) {
        guard let mask else { return }
        device.mask(rate: Float(rate), seed: masks.seed, stream: stream, into: mask.rows(0..<T * B))
      }
      fill(a.cellMask, cell.zoneoutCell, masks.cellStream)
      fill(a.hiddenMask, cell.zoneoutHidden, masks.hiddenStream)
    }
    if mogrifier == nil { multiplyInput(x, 0..<T * B, weights, a, on: device) }
    for t in 0..<T {
      let (now, next) = (t * B..<(t + 1) * B, (t + 1) * B..<(t + 2) * B)
      if let previous = a.previous?.rows(now) {
        device.copy(a.h.rows(now), to: previous)
        clearResets(of: previous, resets, t, on: device)
        if let c = a.c?.rows(now) { clearResets(of: c, resets, t, on: device) }
      }
      var read = a.previous(now)
      if let masks, let dropped = a.read?.rows(now) {
        masks.drop(read, into: dropped, on: device)
        read = dropped
      }
      if let mogrifier {
        let gated = mogrifier.forward(
          x: x.rows(now), h: read, now, weights: weights.mogrifier, activations: a.mogrifier, on: device)
        multiplyInput(gated.x, now, weights, a, on: device)
        read = gated.h
      }
      multiplyState(read, now, weights, a, on: device)
      runCells(now, next, weights, a, masks, on: device)
      if cell.zoneoutHidden > 0 {
        device.mix(
          a.h.rows(next), with: a.previous(now), keeping: kept(a.hiddenMask, cell.zoneoutHidden, now, masks))
      }
    }
  }

  /// gates = W_x x, or N(W_x x).
  private func multiplyInput<D: Device>(
    _ x: Matrix<D.Storage>, _ now: Range<Int>, _ weights: StepwiseWeights<D>, _ a: StepwiseActivations<D>,
    on device: D
  ) {
    guard let norms = a.norms, let gains = weights.norms else {
      weights.input.multiply(x, into: a.gates.rows(now), on: device)
      return
    }
    weights.input.multiply(x, into: norms.input.x.rows(now), on: device)
    device.normalize(
      norms.input.x.rows(now), gain: gains.input, bias: nil, inverse: norms.input.inverse.rows(now),
      into: a.gates.rows(now))
  }

  /// recurrent = W_h h, or N(W_h h).
  private func multiplyState<D: Device>(
    _ h: Matrix<D.Storage>, _ now: Range<Int>, _ weights: StepwiseWeights<D>, _ a: StepwiseActivations<D>,
    on device: D
  ) {
    let products = recurrent(now, a)
    guard let norms = a.norms, let gains = weights.norms else {
      weights.recurrent.multiply(h, into: products, on: device)
      return
    }
    weights.recurrent.multiply(h, into: norms.recurrent.x.rows(now), on: device)
    device.normalize(
      norms.recurrent.x.rows(now), gain: gains.recurrent, bias: nil, inverse: norms.recurrent.inverse.rows(now),
      into: products)
  }

  /// From the products of a step to its new state.
  private func runCells<D: Device>(
    _ now: Range<Int>, _ next: Range<Int>, _ weights: StepwiseWeights<D>, _ a: StepwiseActivations<D>,
    _ masks: StateMasks?, on device: D
  ) {
    let step = step(now, weights, a)
    switch cell.kind {
    case .gru: device.gru(step, hPrevious: a.previous(now), h: a.h.rows(next))
    case .rnn: device.elman(step, h: a.h.rows(next))
    case .lstm:
      guard let c = a.c, let cells = a.cells(now, lanes: now.count) else { return }
      let form = form(weights)
      device.lstmGates(step, form, cPrevious: c.rows(now), into: cells)
      if a.cells != nil { device.copy(cells, to: c.rows(next)) }
      if cell.zoneoutCell > 0 {
        device.mix(c.rows(next), with: c.rows(now), keeping: kept(a.cellMask, cell.zoneoutCell, now, masks))
      }
      let out = a.hidden?.rows(now) ?? a.h.rows(next)
      if let norms = a.norms, let gains = weights.norms {
        device.copy(cells, to: norms.cell.x.rows(now))
        device.normalize(
          norms.cell.x.rows(now), gain: gains.cell, bias: gains.cellBias, inverse: norms.cell.inverse.rows(now),
          into: norms.y.rows(now))
      }
      device.lstmOutput(step, form, c: a.norms?.y.rows(now) ?? cells, into: out)
      weights.projection?.multiply(out, into: a.h.rows(next), on: device)
    }
  }

  /// The products of a step.
  func step<D: Device>(
    _ now: Range<Int>, _ weights: StepwiseWeights<D>, _ a: StepwiseActivations<D>
  ) -> CellStep<D.Storage> {
    CellStep(
      gates: a.gates.rows(now), recurrent: recurrent(now, a), inputBias: weights.inputBias,
      recurrentBias: weights.recurrentBias)
  }

  private func recurrent<D: Device>(_ now: Range<Int>, _ a: StepwiseActivations<D>) -> Matrix<D.Storage> {
    a.recurrent.rows(keepsRecurrentProducts ? now : 0..<now.count)
  }

  /// What zoneout leaves of a step: what its mask says in training, elsewhere the share that the mask keeps on average.
  func kept<S>(_ mask: Matrix<S>?, _ rate: Double, _ now: Range<Int>, _ masks: StateMasks?) -> Kept<S> {
    if masks != nil, let mask { .mask(mask.rows(now)) } else { .share(1 - rate) }
  }

  /// Sets a state [B, n] to zero in the lanes that start anew at step t.
  func clearResets<D: Device>(of x: Matrix<D.Storage>, _ resets: [Bool], _ t: Int, on device: D) {
    if resets.isEmpty { return }
    for b in 0..<x.rows where resets[t * x.rows + b] { device.clear(x.rows(b..<b + 1)) }
  }
}
