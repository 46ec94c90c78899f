import Testing

@testable import Compute

struct CPUDeviceLSTMTests {
  @Test(arguments: sizes, kernels)
  func windowAndItsGradient(hidden H: Int, kernel: (InstructionSet, Precision)) {
    let devices = Devices(kernel.0, kernel.1)
    var generator = Philox4x32(seed: 20, stream: UInt64(H))
    let shapes = [(false, 1, 1, 0), (true, 3, 3, 0), (false, 4, 9, 0), (true, 5, 4, 0.3), (false, 2, 3, 1)]
    for (peepholes, steps, lanes, resets) in shapes {
      let check = LSTMCheck(
        steps: steps, lanes: lanes, input: 5, hidden: H, peepholes: peepholes, tokens: peepholes ? 4 : nil, scale: 1,
        resets: resets, using: &generator)
      check.run(on: devices)
      check.expectAgreement(kernel.1)
    }
  }

  @Test(arguments: kernels)
  func randomWindows(kernel: (InstructionSet, Precision)) {
    let devices = Devices(kernel.0, kernel.1)
    RandomShapes.forEach(usually: 300) { generator, comment in
      let (I, H) = (
        RandomShapes.size(upTo: 40, using: &generator), RandomShapes.size(upTo: 67, using: &generator)
      )
      let check = LSTMCheck(
        steps: RandomShapes.size(upTo: 5, using: &generator), lanes: RandomShapes.size(upTo: 11, using: &generator),
        input: I, hidden: H, peepholes: Bool.random(using: &generator),
        tokens: Bool.random(using: &generator) ? 3 : nil,
        scale: 2 / Float(I + H).squareRoot(), resets: [0, 0.4, 1][.random(in: 0..<3, using: &generator)],
        using: &generator)
      check.run(on: devices)
      check.expectAgreement(kernel.1, comment)
    }
  }

  /// Lanes around the block's 64, states of more than one block of the inner size.
  @Test(arguments: [(2, 64, 3, 33), (2, 65, 3, 17), (5, 20, 40, 16), (1, 2, 600, 5), (2, 1, 3, 530)], kernels)
  func largerWindows(shape: (steps: Int, lanes: Int, input: Int, hidden: Int), kernel: (InstructionSet, Precision)) {
    var generator = Philox4x32(seed: 25)
    let check = LSTMCheck(
      steps: shape.steps, lanes: shape.lanes, input: shape.input, hidden: shape.hidden, peepholes: false, tokens: nil,
      scale: 0.2, using: &generator)
    check.run(on: Devices(kernel.0, kernel.1))
    check.expectAgreement(kernel.1)
  }

  @Test(arguments: [2, 3, 5], kernels)
  func threadsChangeNothing(threads: Int, kernel: (InstructionSet, Precision)) {
    for (lanes, input, hidden) in [(7, 33, 70), (20, 16, 129), (64, 5, 64)] {
      for (tokens, resets) in [(nil, 0), (9, 0), (nil, 0.1), (9, 0.5)] {
        var results: [[Float]] = []
        for threads in [1, threads] {
          var generator = Philox4x32(seed: 26)
          let check = LSTMCheck(
            steps: 7, lanes: lanes, input: input, hidden: hidden, peepholes: true, tokens: tokens, scale: 0.3,
            resets: resets, using: &generator)
          check.run(on: Devices(kernel.0, kernel.1, threads: threads), exactly: false)
          results.append(check.outcome.flatMap(\.floats))
        }
        #expect(results[0].map(\.bitPattern) == results[1].map(\.bitPattern))
      }
    }
  }

  /// Every lane is the same bits alone and among others.
  @Test(arguments: kernels)
  func aLaneDoesNotDependOnTheOthers(kernel: (InstructionSet, Precision)) {
    var generator = Philox4x32(seed: 27)
    let (T, B, I, H) = (3, 11, 6, 19)
    let together = LSTMCheck(
      steps: T, lanes: B, input: I, hidden: H, peepholes: true, tokens: nil, scale: 1, using: &generator)
    let devices = Devices(kernel.0, kernel.1)
    let before = [together.x, together.h, together.c].map(\.floats)
    together.run(on: devices, exactly: false)
    let outputs = together.h.floats
    for lane in 0..<B {
      let alone = LSTMCheck(like: together, lanes: 1)
      for (i, matrix) in [alone.x, alone.h, alone.c].enumerated() {
        let columns = matrix.fast.columns
        var own: [Float] = []
        for t in 0..<matrix.fast.rows {
          let start = (t * B + lane) * columns
          own += before[i][start..<start + columns]
        }
        devices.fast.upload(own, to: matrix.fast)
      }
      alone.run(on: devices, exactly: false, backward: false)
      for t in 1...T {
        let expected = outputs[(t * B + lane) * H..<(t * B + lane + 1) * H]
        #expect(Array(alone.h.floats[t * H..<(t + 1) * H]) == Array(expected))
      }
    }
  }
}

/// One step of a layer whose weights are zero: the bias is all that its gates see, so the functions of the cell show.
struct CPUDeviceCellTests {
  private func cell(
    _ set: InstructionSet, bias: [Float], state: [Float]? = nil, nan: Int? = nil, lanes B: Int = 1
  ) -> LSTMCheck {
    var generator = Philox4x32(seed: 21)
    let H = bias.count / 4
    let check = LSTMCheck(
      steps: 1, lanes: B, input: 1, hidden: H, peepholes: false, tokens: nil, scale: 0, using: &generator)
    check.bias.set(bias)
    if let state { check.c.set(state + [Float](repeating: 0, count: H)) }
    check.run(on: Devices(set), backward: false)
    return check
  }

  /// Gates of every kind of number: what comes out is σ and tanh of it, to the last digits even where they are small.
  @Test(arguments: InstructionSet.available)
  func accuracyOfSigmoidAndTanh(set: InstructionSet) {
    let subnormal = Float.leastNonzeroMagnitude
    var inputs: [Float] = [0, 1e-4, 1e-8, 1e-30, subnormal, 1000 * subnormal, 20, 80, 87, 88, 89, 100, 1e4, 1e30]
    inputs.append(.infinity)
    inputs += inputs.map { -$0 }
    inputs += stride(from: Float(-30), through: 30, by: 0.003)
    for start in stride(from: 0, to: inputs.count, by: 61) {
      let some = Array(inputs[start..<min(start + 61, inputs.count)])
      let H = some.count
      let check = cell(set, bias: some + some + some + some)
      // σ never falls below e^-88, which is all of the difference where it is smaller than that.
      for gate in [0, 1, 3] {
        #expect(check.gates.columns(gate * H..<(gate + 1) * H).error(floor: 0x1p-104) < 4e-7)
      }
      #expect(check.gates.columns(2 * H..<3 * H).error(floor: Double(subnormal)) < 4e-7)
      for x in [check.gates, check.c, check.h] { #expect(x.floats.allSatisfy { $0.isFinite }) }
      for x in [check.c, check.h] { #expect(x.error() < 1e-6) }
    }
  }

  @Test(arguments: InstructionSet.available)
  func aStateOfAnySizeGivesAFiniteOutput(set: InstructionSet) {
    let states: [Float] = [0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 100, -100, 1e30, -1e30]
    let check = cell(set, bias: (0..<4 * states.count).map { Float($0 % 5) - 2 }, state: states)
    for x in [check.gates, check.c, check.h] { #expect(x.error() < 1e-6) }
  }

  @Test(arguments: [0, 15, 16, 18], InstructionSet.available)
  func whatIsNotANumberStaysInItsUnit(unit: Int, set: InstructionSet) {
    let H = 19
    for gate in 0..<4 {
      var bias = (0..<4 * H).map { Float($0 % 7) - 3 }
      bias[gate * H + unit] = .nan
      let check = cell(set, bias: bias)
      #expect(check.h.floats.enumerated().allSatisfy { $1.isNaN == ($0 == H + unit) })
      #expect(check.h.error() < 1e-6)
    }
  }
}
