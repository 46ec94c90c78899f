import Testing

@testable import Compute

struct CPUDeviceCellsTests {
  @Test(arguments: kernels)
  func packedProducts(kernel: (InstructionSet, Precision)) {
    let devices = Devices(kernel.0, kernel.1)
    RandomShapes.forEach(usually: 300) { generator, comment in
      let (m, k) = (RandomShapes.size(upTo: 70, using: &generator), RandomShapes.size(upTo: 600, using: &generator))
      let n = RandomShapes.size(upTo: 200, using: &generator)
      check(devices, m, n, k, transposed: Bool.random(using: &generator), comment, using: &generator)
    }
    var generator = Philox4x32(seed: 3)
    for (m, n, k) in [(1, 64, 1100), (65, 33, 513), (130, 17, 40)] {
      check(devices, m, n, k, transposed: true, "", using: &generator)
    }
  }

  private func check(
    _ devices: Devices, _ m: Int, _ n: Int, _ k: Int, transposed: Bool, _ comment: Comment,
    using generator: inout Philox4x32
  ) {
    let (a, c) = (Twin.withGaps(m, k, using: &generator), Twin.withGaps(m, n, using: &generator))
    let b = transposed ? Twin.withGaps(n, k, using: &generator) : Twin.withGaps(k, n, using: &generator)
    func run<D: Device>(_ device: D, _ side: KeyPath<Twin, Matrix<D.Storage>>) {
      let packed = device.allocatePackedMatrix(rows: k, columns: n)
      device.pack(b[keyPath: side], transposed: transposed, into: packed)
      device.multiply(a[keyPath: side], packed, into: c[keyPath: side])
    }
    run(devices.fast, \.fast)
    run(devices.exact, \.exact)
    #expect(c.error(floor: Double(k).squareRoot()) < 3e-6, comment)
  }

  /// In single precision the bits of a packed product are those of any other.
  @Test(arguments: [1, 2, 5])
  func packedProductsAreProducts(threads: Int) {
    let (device, alone) = (Devices(threads: threads).fast, Devices().fast)
    var generator = Philox4x32(seed: 4)
    for (m, n, k) in [(64, 256, 256), (3, 700, 1030), (300, 20, 64), (1, 512, 512)] {
      let (a, b) = (Twin.random(m, k, using: &generator), Twin.random(n, k, using: &generator))
      let (c, expected) = (Twin.random(m, n, using: &generator), Twin.random(m, n, using: &generator))
      let packed = device.allocatePackedMatrix(rows: k, columns: n)
      device.pack(b.fast, transposed: true, into: packed)
      device.multiply(a.fast, packed, into: c.fast)
      alone.multiply(a.fast, b.fast, transposed: true, plus: nil, into: expected.fast)
      #expect(c.floats.map(\.bitPattern) == expected.floats.map(\.bitPattern))
    }
  }

  @Test(arguments: sizes, InstructionSet.available)
  func cellsAndTheirGradients(hidden H: Int, set: InstructionSet) {
    var generator = Philox4x32(seed: 20, stream: UInt64(H))
    for lanes in [1, 3, 8] {
      for gates in [1, 3] {
        let check = CellCheck(lanes: lanes, hidden: H, gates: gates, using: &generator)
        check.run(on: Devices(set))
        #expect(check.outcome.map { $0.error() }.max() ?? 1 < 3e-6, "\(lanes) lanes, \(gates) gates")
      }
    }
  }

  @Test(arguments: sizes, InstructionSet.available)
  func stepsOfAnLSTMAndTheirGradients(hidden H: Int, set: InstructionSet) {
    var generator = Philox4x32(seed: 21, stream: UInt64(H))
    for gate in InputGate.allCases {
      for peepholes in [false, true] {
        let check = LSTMStepCheck(lanes: 3, hidden: H, gate, peepholes: peepholes, using: &generator)
        check.run(on: Devices(set))
        #expect(check.outcome.map { $0.error() }.max() ?? 1 < 5e-6, "\(gate), peepholes \(peepholes)")
      }
    }
  }

  @Test(arguments: sizes + [512, 1030], InstructionSet.available)
  func norms(columns n: Int, set: InstructionSet) {
    let devices = Devices(set)
    var generator = Philox4x32(seed: 22, stream: UInt64(n))
    let (x, y, dy) = (
      Twin.random(5, n, in: -3...3, using: &generator), Twin.random(5, n, using: &generator),
      Twin.random(5, n, using: &generator)
    )
    let (gain, bias) = (Twin.random(1, n, using: &generator), Twin.random(1, n, using: &generator))
    let (inverse, sum) = (Twin.random(5, 1, using: &generator), Twin.random(1, n, using: &generator))
    func run<D: Device>(_ device: D, _ side: KeyPath<Twin, Matrix<D.Storage>>) {
      let x = x[keyPath: side]
      device.normalize(
        x, gain: gain[keyPath: side], bias: bias[keyPath: side], inverse: inverse[keyPath: side],
        into: y[keyPath: side])
      device.accumulateRowSum(dy[keyPath: side], times: x, into: sum[keyPath: side])
      device.normalizeBackward(x, gain: gain[keyPath: side], inverse: inverse[keyPath: side], dy: dy[keyPath: side])
    }
    run(devices.fast, \.fast)
    run(devices.exact, \.exact)
    for twin in [x, y, inverse, sum] { #expect(twin.error() < (n < 4 ? 1e-3 : 5e-6)) }
  }

  @Test(arguments: sizes, InstructionSet.available)
  func gatedMixedAndMaskedNumbers(count n: Int, set: InstructionSet) {
    let devices = Devices(set)
    var generator = Philox4x32(seed: 23, stream: UInt64(n))
    let twins = (0..<8).map { _ in Twin.random(3, n, in: -2...2, using: &generator) }
    func run<D: Device>(_ device: D, _ side: KeyPath<Twin, Matrix<D.Storage>>) {
      let m = twins.map { $0[keyPath: side] }
      device.mogrify(m[0], m[1], into: m[2])
      device.mogrifyBackward(m[0], m[1], d: m[3])
      device.mask(rate: 0.375, seed: 5, stream: 6, into: m[4])
      device.mix(m[5], with: m[1], keeping: .mask(m[4]))
      device.mixBackward(m[6], keeping: .mask(m[4]), into: m[7])
      device.mix(m[2], with: m[5], keeping: .share(0.75))
      device.mixBackward(m[3], keeping: .share(0.75), into: m[1])
    }
    run(devices.fast, \.fast)
    run(devices.exact, \.exact)
    for twin in twins { #expect(twin.error() < 2e-6) }
    let kept = twins[4].floats.filter { $0 == 1 }.count
    #expect(kept + twins[4].floats.filter { $0 == 0 }.count == 3 * n && (n < 20 || kept > n && kept < 3 * n))
  }

  @Test(arguments: [2, 3, 5], [1, 3])
  func threadsChangeNothing(threads: Int, gates: Int) {
    let results = [1, threads].map { threads in
      var generator = Philox4x32(seed: 26)
      let check = CellCheck(lanes: 65, hidden: 131, gates: gates, using: &generator)
      check.run(on: Devices(threads: threads), exactly: false)
      return check.outcome.flatMap(\.floats).map(\.bitPattern)
    }
    #expect(results[0] == results[1])
  }
}

/// Both parts of a step of an LSTM on both devices, forward and backward.
private struct LSTMStepCheck {
  let gates, recurrent, inputBias, recurrentBias, cPrevious, c, h, dh, dc, dy, activations: Twin
  let peepholes: Twin?
  private let gate: InputGate

  init(
    lanes B: Int, hidden H: Int, _ gate: InputGate, peepholes: Bool, using generator: inout Philox4x32
  ) {
    let count = gate == .coupled ? 3 : 4
    self.gate = gate
    gates = .random(B, count * H, in: -2...2, using: &generator)
    recurrent = .random(B, count * H, in: -2...2, using: &generator)
    inputBias = .random(1, count * H, using: &generator)
    recurrentBias = .random(1, count * H, using: &generator)
    self.peepholes = peepholes ? .random(1, (count - 1) * H, using: &generator) : nil
    cPrevious = .random(B, H, in: -2...2, using: &generator)
    c = .random(B, H, using: &generator)
    h = .random(B, H, using: &generator)
    dh = .random(B, H, using: &generator)
    dc = .random(B, H, using: &generator)
    dy = .random(B, H, using: &generator)
    activations = .random(B, count * H, using: &generator)
  }

  /// Everything that a forward and a backward pass leave.
  var outcome: [Twin] { [gates, c, h, dc, dy, activations] }

  func run(on devices: Devices) {
    run(on: devices.fast, \.fast)
    run(on: devices.exact, \.exact)
  }

  private func run<D: Device>(on device: D, _ side: KeyPath<Twin, Matrix<D.Storage>>) {
    let step = CellStep(
      gates: gates[keyPath: side], recurrent: recurrent[keyPath: side], inputBias: inputBias[keyPath: side],
      recurrentBias: recurrentBias[keyPath: side])
    let form = LSTMForm(gate, peepholes: peepholes?[keyPath: side])
    let (c, dc, dy) = (c[keyPath: side], dc[keyPath: side], dy[keyPath: side])
    device.lstmGates(step, form, cPrevious: cPrevious[keyPath: side], into: c)
    device.lstmOutput(step, form, c: c, into: h[keyPath: side])
    device.copy(step.gates, to: activations[keyPath: side])
    device.lstmOutputBackward(step, form, c: c, dh: dh[keyPath: side], into: dy)
    device.add(dy, to: dc)
    device.lstmGatesBackward(step, form, cPrevious: cPrevious[keyPath: side], dc: dc)
  }
}

/// A step of a GRU or of a simple net on both devices, forward and backward.
private struct CellCheck {
  let gates, recurrent, inputBias, recurrentBias, hPrevious, h, dh, dPrevious, activations: Twin
  private let count: Int

  init(lanes B: Int, hidden H: Int, gates count: Int, using generator: inout Philox4x32) {
    self.count = count
    gates = .random(B, count * H, in: -2...2, using: &generator)
    recurrent = .random(B, count * H, in: -2...2, using: &generator)
    inputBias = .random(1, count * H, using: &generator)
    recurrentBias = .random(1, count * H, using: &generator)
    hPrevious = .random(B, H, using: &generator)
    h = .random(B, H, using: &generator)
    dh = .random(B, H, using: &generator)
    dPrevious = .random(B, H, using: &generator)
    activations = .random(B, count * H, using: &generator)
  }

  /// Everything that a forward and a backward pass leave.
  var outcome: [Twin] { [gates, recurrent, h, dPrevious, activations] }

  func run(on devices: Devices, exactly: Bool = true) {
    run(on: devices.fast, \.fast)
    if exactly { run(on: devices.exact, \.exact) }
  }

  private func run<D: Device>(on device: D, _ side: KeyPath<Twin, Matrix<D.Storage>>) {
    let step = CellStep(
      gates: gates[keyPath: side], recurrent: recurrent[keyPath: side], inputBias: inputBias[keyPath: side],
      recurrentBias: recurrentBias[keyPath: side])
    let (h, dh) = (h[keyPath: side], dh[keyPath: side])
    if count == 3 {
      device.gru(step, hPrevious: hPrevious[keyPath: side], h: h)
      device.copy(step.gates, to: activations[keyPath: side])
      device.gruBackward(
        step, hPrevious: hPrevious[keyPath: side], dh: dh, dPrevious: dPrevious[keyPath: side])
    } else {
      device.elman(step, h: h)
      device.copy(step.gates, to: activations[keyPath: side])
      device.elmanBackward(step, dh: dh)
    }
  }
}
