public import Compute

extension StepwiseLayer {
  /// The gradient of `forward`, truncated at the window's start; that of W_x and of the input is left to
  /// `inputBackward`.
  ///
  /// - Parameters:
  ///   - x: what the forward pass read.
  ///   - dh: [T·B, S], the gradient of the outputs; it takes in what comes back through the recurrence.
  ///   - resets: where the forward pass started anew.
  ///   - weights: what it read.
  ///   - activations: what it left, which turns into gradients.
  ///   - masks: what it dropped.
  ///   - gradients: the flat buffer whose places of this layer's parameters are overwritten.
  public func backward<D: Device>(
    x: Matrix<D.Storage>, dh: Matrix<D.Storage>, steps T: Int, lanes B: Int, resets: [Bool] = [],
    weights: StepwiseWeights<D>, activations a: StepwiseActivations<D>, masks: StateMasks? = nil,
    gradients: D.Storage, on device: D
  ) {
    guard let scratch = a.scratch else { preconditionFailure("a backward pass in memory without room for it") }
    clearSums(gradients, on: device)
    device.clear(scratch.dc)
    for t in (0..<T).reversed() {
      let now = t * B..<(t + 1) * B
      // h = keep ∘ h̃ + (1 - keep) ∘ h'
      if cell.zoneoutHidden > 0 {
        device.mixBackward(
          dh.rows(now), keeping: kept(a.hiddenMask, cell.zoneoutHidden, now, masks), into: scratch.dKept)
      }
      cellsBackward(now, dh.rows(now), weights, a, scratch, masks, gradients, on: device)
      clearResets(of: scratch.dc, resets, t, on: device)
      let dRecurrent = stateBackward(now, weights, a, gradients, on: device)
      if t == 0 && mogrifier == nil { break }
      // recurrent = W_h h'
      weights.recurrent.multiplyBackward(dRecurrent, into: scratch.dRead, on: device)
      if let mogrifier, let dx = a.dx?.rows(now) {
        normBackward(now, a, weights, gradients, on: device)
        weights.input.multiplyBackward(dInput(now, a), into: dx, on: device)
        mogrifier.backward(
          x: x.rows(now), h: read(now, a, masks), now, weights: weights.mogrifier, activations: a.mogrifier, dx: dx,
          dh: scratch.dRead, room: scratch.room, on: device)
        if t == 0 { break }
      }
      if let masks, a.read != nil { masks.drop(scratch.dRead, into: scratch.dRead, on: device) }
      if cell.kind == .gru { device.add(scratch.dPast, to: scratch.dRead) }
      if cell.zoneoutHidden > 0 { device.add(scratch.dKept, to: scratch.dRead) }
      clearResets(of: scratch.dRead, resets, t, on: device)
      device.add(scratch.dRead, to: dh.rows((t - 1) * B..<t * B))
    }
    if mogrifier == nil { normBackward(0..<T * B, a, weights, gradients, on: device) }
    weightGradients(x, dh, 0..<T * B, lanes: B, a, masks, gradients, on: device)
  }

  /// The gradients of W_x, and of x [T·B, I] into dx, after `backward`.
  public func inputBackward<D: Device>(
    x: Matrix<D.Storage>, weights: StepwiseWeights<D>, activations a: StepwiseActivations<D>, dx: Matrix<D.Storage>,
    gradients: D.Storage, on device: D
  ) {
    let rows = 0..<x.rows
    var read = x
    if let steps = a.dx {
      device.copy(steps.rows(rows), to: dx)
      // The last round that gated x, of which the first is one.
      read = a.mogrifier[(a.mogrifier.count - 1) / 2 * 2].value.rows(rows)
    } else {
      weights.input.multiplyBackward(dInput(rows, a), into: dx, on: device)
    }
    device.multiplyTransposed(dInput(rows, a), read, into: inputWeight.view(in: gradients), accumulating: false)
  }

  /// From the gradient of h to those of the sums in the gates and of what past them came from the state before.
  private func cellsBackward<D: Device>(
    _ now: Range<Int>, _ dh: Matrix<D.Storage>, _ weights: StepwiseWeights<D>, _ a: StepwiseActivations<D>,
    _ scratch: StepwiseActivations<D>.Scratch, _ masks: StateMasks?, _ gradients: D.Storage, on device: D
  ) {
    let step = step(now, weights, a)
    switch cell.kind {
    case .gru: device.gruBackward(step, hPrevious: a.previous(now), dh: dh, dPrevious: scratch.dPast)
    case .rnn: device.elmanBackward(step, dh: dh)
    case .lstm:
      guard let c = a.c, let cells = a.cells(now, lanes: now.count) else { return }
      let form = form(weights)
      // h = W_r (o ∘ tanh(N(c)))
      weights.projection?.multiplyBackward(dh, into: scratch.dHidden, on: device)
      let dOut = weights.projection == nil ? dh : scratch.dHidden
      device.lstmOutputBackward(step, form, c: a.norms?.y.rows(now) ?? cells, dh: dOut, into: scratch.dy)
      var dCells = scratch.dy
      if let norms = a.norms, let gains = weights.norms, let places = self.norms {
        let normal = norms.cell.x.rows(now)
        device.accumulateRowSum(dCells, times: normal, into: places.cell.view(in: gradients))
        device.accumulateRowSum(dCells, into: places.cellBias.view(in: gradients))
        device.normalizeBackward(normal, gain: gains.cell, inverse: norms.cell.inverse.rows(now), dy: dCells)
        dCells = normal
      }
      // c = keep ∘ c̃ + (1 - keep) ∘ c'
      if cell.zoneoutCell > 0 {
        device.mixBackward(
          scratch.dc, keeping: kept(a.cellMask, cell.zoneoutCell, now, masks), into: scratch.dcKept)
      }
      device.add(dCells, to: scratch.dc)
      device.lstmGatesBackward(step, form, cPrevious: c.rows(now), dc: scratch.dc)
      if cell.zoneoutCell > 0 { device.add(scratch.dcKept, to: scratch.dc) }
    }
  }

  /// The gradient of W_h h' in some rows, from that of the gates.
  private func stateBackward<D: Device>(
    _ now: Range<Int>, _ weights: StepwiseWeights<D>, _ a: StepwiseActivations<D>, _ gradients: D.Storage, on device: D
  ) -> Matrix<D.Storage> {
    if let norms = a.norms, let gains = weights.norms, let places = self.norms {
      let (normal, d) = (norms.recurrent.x.rows(now), a.gates.rows(now))
      device.accumulateRowSum(d, times: normal, into: places.recurrent.view(in: gradients))
      device.normalizeBackward(normal, gain: gains.recurrent, inverse: norms.recurrent.inverse.rows(now), dy: d)
    }
    return dRecurrent(now, a)
  }

  /// The gradient of W_x x in some rows, from that of the gates, where it is normalized.
  private func normBackward<D: Device>(
    _ now: Range<Int>, _ a: StepwiseActivations<D>, _ weights: StepwiseWeights<D>, _ gradients: D.Storage, on device: D
  ) {
    guard let norms = a.norms, let gains = weights.norms, let places = self.norms else { return }
    let (normal, d) = (norms.input.x.rows(now), a.gates.rows(now))
    device.accumulateRowSum(d, times: normal, into: places.input.view(in: gradients))
    device.normalizeBackward(normal, gain: gains.input, inverse: norms.input.inverse.rows(now), dy: d)
  }

  /// Where the gradients of W_x x stand after a backward pass.
  private func dInput<D: Device>(_ rows: Range<Int>, _ a: StepwiseActivations<D>) -> Matrix<D.Storage> {
    (a.norms?.input.x ?? a.gates).rows(rows)
  }

  /// Where the gradients of W_h h' stand after a backward pass.
  private func dRecurrent<D: Device>(_ rows: Range<Int>, _ a: StepwiseActivations<D>) -> Matrix<D.Storage> {
    (a.norms?.recurrent.x ?? (keepsRecurrentProducts ? a.recurrent : a.gates)).rows(rows)
  }

  /// h before some rows, as the Mogrifier or the products saw it.
  private func read<D: Device>(
    _ rows: Range<Int>, _ a: StepwiseActivations<D>, _ masks: StateMasks?
  ) -> Matrix<D.Storage> {
    if masks != nil, let read = a.read { read.rows(rows) } else { a.previous(rows) }
  }

  /// Sets the gradients to zero that steps add to.
  private func clearSums<D: Device>(_ gradients: D.Storage, on device: D) {
    func clear(_ parameter: Parameter?) {
      if let parameter { device.clear(parameter.view(in: gradients)) }
    }
    clear(inputBias)
    clear(recurrentBias)
    clear(peepholes)
    clear(norms?.input)
    clear(norms?.recurrent)
    clear(norms?.cell)
    clear(norms?.cellBias)
  }

  /// The gradients of what all steps share but W_x, from those of the products of all rows.
  private func weightGradients<D: Device>(
    _ x: Matrix<D.Storage>, _ dh: Matrix<D.Storage>, _ rows: Range<Int>, lanes B: Int, _ a: StepwiseActivations<D>,
    _ masks: StateMasks?, _ gradients: D.Storage, on device: D
  ) {
    let h = read(rows, a, masks)
    mogrifier?.weightGradients(
      x: x.rows(rows), h: h, activations: a.mogrifier, gradients: gradients, on: device)
    // What the last round that gated h left of it; the second is the first such one.
    let gated = a.mogrifier.count >= 2 ? a.mogrifier[a.mogrifier.count / 2 * 2 - 1].value.rows(rows) : h
    device.multiplyTransposed(
      dRecurrent(rows, a), gated, into: recurrentWeight.view(in: gradients), accumulating: false)
    device.accumulateRowSum(a.gates.rows(rows), into: inputBias.view(in: gradients))
    device.accumulateRowSum(
      (keepsRecurrentProducts ? a.recurrent : a.gates).rows(rows), into: recurrentBias.view(in: gradients))
    if let projection, let hidden = a.hidden?.rows(rows) {
      device.multiplyTransposed(dh.rows(rows), hidden, into: projection.view(in: gradients), accumulating: false)
    }
    if let peepholes, let c = a.c, let cells = a.cells(rows, lanes: B) {
      peepholeGradients(peepholes.view(in: gradients), a.gates.rows(rows), c.rows(rows), cells, on: device)
    }
  }

  /// a_i and a_f have p ∘ c'; a_o has p_o ∘ c.
  private func peepholeGradients<D: Device>(
    _ d: Matrix<D.Storage>, _ gates: Matrix<D.Storage>, _ cPrevious: Matrix<D.Storage>, _ c: Matrix<D.Storage>,
    on device: D
  ) {
    let (H, F) = (hiddenSize, cell.inputGate == .coupled ? 0 : hiddenSize)
    func add(_ gate: Int, _ state: Matrix<D.Storage>, _ place: Int) {
      device.accumulateRowSum(gates.columns(gate..<gate + H), times: state, into: d.columns(place..<place + H))
    }
    if F > 0 { add(0, cPrevious, 0) }
    add(F + 2 * H, c, F)
    add(F, cPrevious, F + H)
  }
}
