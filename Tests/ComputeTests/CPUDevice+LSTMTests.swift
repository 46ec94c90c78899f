import Compute
import Testing

struct CPUDeviceLSTMTests {
  private let devices = Devices()

  /// The arguments of one step, on both devices.
  private struct Cell {
    let gates, bias, old, c, h: Twin
    let peepholes: Twin?

    init(lanes B: Int, hidden H: Int, peepholes: Bool, using generator: inout Philox4x32) {
      gates = .random(B, 4 * H, in: -3...3, using: &generator)
      bias = .random(1, 4 * H, using: &generator)
      self.peepholes = peepholes ? .random(1, 3 * H, using: &generator) : nil
      old = .random(B, H, in: -2...2, using: &generator)
      c = .random(B, H, using: &generator)
      h = .random(B, H, using: &generator)
    }

    func step(on devices: Devices) {
      devices.fast.lstmStep(
        gates: gates.fast, bias: bias.fast, peepholes: peepholes?.fast, cPrevious: old.fast, c: c.fast, h: h.fast)
      devices.exact.lstmStep(
        gates: gates.exact, bias: bias.exact, peepholes: peepholes?.exact, cPrevious: old.exact, c: c.exact,
        h: h.exact)
    }
  }

  @Test(arguments: sizes, [false, true])
  func stepAndItsGradient(hidden H: Int, peepholes: Bool) {
    var generator = Philox4x32(seed: 20, stream: UInt64(H))
    for B in [1, 3] {
      let cell = Cell(lanes: B, hidden: H, peepholes: peepholes, using: &generator)
      cell.step(on: devices)
      for x in [cell.gates, cell.c, cell.h] { #expect(x.error() < 1e-6) }

      let dh = Twin.random(B, H, using: &generator)
      let dc = Twin.random(B, H, using: &generator)
      devices.fast.lstmStepBackward(
        gates: cell.gates.fast, peepholes: cell.peepholes?.fast, cPrevious: cell.old.fast, c: cell.c.fast,
        dh: dh.fast, dc: dc.fast)
      devices.exact.lstmStepBackward(
        gates: cell.gates.exact, peepholes: cell.peepholes?.exact, cPrevious: cell.old.exact, c: cell.c.exact,
        dh: dh.exact, dc: dc.exact)
      for x in [cell.gates, dc] { #expect(x.error() < 2e-6) }
    }
  }

  /// Gates of every kind of number: what comes out is σ and tanh of it, to the last digits even where they are small.
  @Test func accuracyOfSigmoidAndTanh() {
    let subnormal = Float.leastNonzeroMagnitude
    var inputs: [Float] = [0, 1e-4, 1e-8, 1e-30, subnormal, 1000 * subnormal, 20, 80, 87, 88, 89, 100, 1e4, 1e30]
    inputs.append(.infinity)
    inputs += inputs.map { -$0 }
    inputs += stride(from: Float(-30), through: 30, by: 0.003)
    let H = inputs.count
    var generator = Philox4x32(seed: 21)
    let cell = Cell(lanes: 1, hidden: H, peepholes: false, using: &generator)
    let zeros = [Float](repeating: 0, count: 4 * H)
    devices.fast.upload(zeros, to: cell.bias.fast)
    devices.exact.upload(zeros, to: cell.bias.exact)
    let four = inputs + inputs + inputs + inputs
    devices.fast.upload(four, to: cell.gates.fast)
    devices.exact.upload(four, to: cell.gates.exact)
    cell.step(on: devices)

    for gate in [0, 1, 3] {  // σ never falls below e^-88, which is all of the difference where it is smaller than that
      #expect(cell.gates.columns(gate * H..<(gate + 1) * H).error(floor: 0x1p-104) < 4e-7)
    }
    #expect(cell.gates.columns(2 * H..<3 * H).error(floor: Double(subnormal)) < 4e-7)
    for x in [cell.gates, cell.c, cell.h] { #expect(x.floats.allSatisfy { $0.isFinite }) }
    for x in [cell.c, cell.h] { #expect(x.error() < 1e-6) }
  }

  @Test func aStateOfAnySizeGivesAFiniteOutput() {
    let states: [Float] = [0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 100, -100, 1e30, -1e30]
    let H = states.count
    var generator = Philox4x32(seed: 22)
    let cell = Cell(lanes: 1, hidden: H, peepholes: false, using: &generator)
    devices.fast.upload(states, to: cell.old.fast)
    devices.exact.upload(states, to: cell.old.exact)
    cell.step(on: devices)
    for x in [cell.gates, cell.c, cell.h] { #expect(x.error() < 1e-6) }
  }

  @Test(arguments: [0, 15, 16, 18])
  func whatIsNotANumberStaysInItsUnit(unit: Int) {
    let H = 19
    for gate in 0..<4 {
      var generator = Philox4x32(seed: 23)
      let cell = Cell(lanes: 2, hidden: H, peepholes: true, using: &generator)
      var values = cell.gates.floats
      values[4 * H + gate * H + unit] = .nan
      devices.fast.upload(values, to: cell.gates.fast)
      devices.exact.upload(values, to: cell.gates.exact)
      cell.step(on: devices)
      #expect(cell.h.floats.enumerated().allSatisfy { $1.isNaN == ($0 == H + unit) })
      #expect(cell.h.error() < 1e-6)
    }
  }
}
