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
