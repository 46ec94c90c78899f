import Testing

@testable import Compute

/// A layer with random values on both devices, and what runs through it.
private struct Layer {
  let H, I, V: Int
  let W_x, W_h, bias, embedding: Twin
  let peepholes: Twin?

  init(hidden H: Int, input I: Int, peepholes: Bool, using generator: inout Philox4x32) {
    (self.H, self.I, V) = (H, I, 11)
    let size = 1 / Float(H).squareRoot()
    W_x = .random(4 * H, I, in: -size...size, using: &generator)
    W_h = .random(4 * H, H, in: -size...size, using: &generator)
    bias = .random(1, 4 * H, using: &generator)
    embedding = .random(V, I, using: &generator)
    self.peepholes = peepholes ? .random(1, 3 * H, using: &generator) : nil
  }

  func fast(_ format: WeightFormat, tokens: Bool, on device: CPUDevice) -> CPUInferenceLSTM {
    device.inferenceLSTM(
      LSTMValues(input: W_x.fast, recurrent: W_h.fast, bias: bias.fast, peepholes: peepholes?.fast),
      embedding: tokens ? embedding.fast : nil, format)
  }

  func exact(_ format: WeightFormat, tokens: Bool, on device: ReferenceDevice) -> ReferenceInferenceLSTM {
    device.inferenceLSTM(
      LSTMValues(input: W_x.exact, recurrent: W_h.exact, bias: bias.exact, peepholes: peepholes?.exact),
      embedding: tokens ? embedding.exact : nil, format)
  }
}

/// T steps of B lanes from random states.
private struct Pass {
  let T, B: Int
  let x, hPrevious, cPrevious, h, c: Twin
  let tokens: [UInt32]
  let rows: [UInt32]
  let resets: [Bool]

  /// Random numbers; a share of the rows starts anew.
  init(_ layer: Layer, steps T: Int, lanes B: Int, resets share: Double = 0, using generator: inout Philox4x32) {
    (self.T, self.B) = (T, B)
    resets = share == 0 ? [] : (0..<T * B).map { _ in Double.random(in: 0..<1, using: &generator) < share }
    tokens = (0..<T * B).map { _ in UInt32.random(in: 0..<UInt32(layer.V), using: &generator) }
    rows = (0..<B).map { _ in UInt32.random(in: 0..<UInt32(B + 2), using: &generator) }
    x = .random(T * B, layer.I, using: &generator)
    hPrevious = .random(B + 2, layer.H, using: &generator)
    cPrevious = .random(B + 2, layer.H, in: -2...2, using: &generator)
    h = .random(T * B, layer.H, using: &generator)
    c = .random(B, layer.H, using: &generator)
  }

  func run(_ layer: CPUInferenceLSTM, tokens isTokens: Bool, on device: CPUDevice) {
    device.lstmSteps(
      layer, isTokens ? .tokens(tokens[...]) : .vectors(x.fast),
      from: LSTMLanes(rows: rows, h: hPrevious.fast, c: cPrevious.fast), resets: resets, h: h.fast,
      c: c.fast)
  }

  func run(_ layer: ReferenceInferenceLSTM, tokens isTokens: Bool, on device: ReferenceDevice) {
    device.lstmSteps(
      layer, isTokens ? .tokens(tokens[...]) : .vectors(x.exact),
      from: LSTMLanes(rows: rows, h: hPrevious.exact, c: cPrevious.exact), resets: resets, h: h.exact,
      c: c.exact)
  }
}

struct CPUDeviceInferenceLSTMTests {
  @Test(arguments: inferenceKernels, sizes)
  func stepsAreThoseOfTheReference(kernel: (set: InstructionSet, format: WeightFormat), hidden H: Int) {
    let (devices, format) = (Devices(kernel.set), kernel.format)
    var generator = Philox4x32(seed: 40, stream: UInt64(H))
    for tokens in [false, true] {
      let I = Int.random(in: 1...70, using: &generator)
      let layer = Layer(hidden: H, input: I, peepholes: Bool.random(using: &generator), using: &generator)
      let (T, B) = (Int.random(in: 1...4, using: &generator), Int.random(in: 1...8, using: &generator))
      let resets = [0, 0.3, 1][.random(in: 0..<3, using: &generator)]
      let pass = Pass(layer, steps: T, lanes: B, resets: resets, using: &generator)
      pass.run(layer.fast(format, tokens: tokens, on: devices.fast), tokens: tokens, on: devices.fast)
      pass.run(layer.exact(format, tokens: tokens, on: devices.exact), tokens: tokens, on: devices.exact)
      // Where a state is rounded to a step, the least difference before it may make it another one.
      let bound = format == .int8 ? 2e-4 : 5e-6
      #expect(pass.h.error() < bound && pass.c.error() < bound, "H \(H), I \(I), T \(T), B \(B)")
    }
  }

  /// Random shapes, in every format those of the reference and in single precision those of training.
  @Test(arguments: inferenceKernels)
  func randomSteps(kernel: (set: InstructionSet, format: WeightFormat)) {
    let (devices, format) = (Devices(kernel.set), kernel.format)
    RandomShapes.forEach(usually: 100) { generator, comment in
      let layer = Layer(
        hidden: RandomShapes.size(upTo: 67, using: &generator), input: RandomShapes.size(upTo: 67, using: &generator),
        peepholes: Bool.random(using: &generator), using: &generator)
      let tokens = Bool.random(using: &generator)
      let pass = Pass(
        layer, steps: RandomShapes.size(upTo: 4, using: &generator),
        lanes: RandomShapes.size(upTo: 11, using: &generator),
        resets: [0, 0.3, 1][.random(in: 0..<3, using: &generator)], using: &generator)
      pass.run(layer.fast(format, tokens: tokens, on: devices.fast), tokens: tokens, on: devices.fast)
      pass.run(layer.exact(format, tokens: tokens, on: devices.exact), tokens: tokens, on: devices.exact)
      let bound = format == .int8 ? 2e-4 : 5e-6
      #expect(pass.h.error() < bound && pass.c.error() < bound, comment)
      if format == .float32 {
        let (h, c) = trained(layer, pass, tokens: tokens, on: devices.fast)
        #expect(pass.h.floats == h && pass.c.floats == c, comment)
      }
    }
  }

  /// In single precision they are, bit for bit, those that models are trained with; a table of products changes nothing.
  @Test(arguments: InstructionSet.available, sizes + [255, 256, 257, 300])
  func stepsAreThoseOfTraining(set: InstructionSet, hidden H: Int) {
    var generator = Philox4x32(seed: 41, stream: UInt64(H))
    let I = [1, 30, 64, 257].randomElement(using: &generator) ?? 1
    let layer = Layer(hidden: H, input: I, peepholes: Bool.random(using: &generator), using: &generator)
    let pass = Pass(
      layer, steps: 3, lanes: Int.random(in: 1...13, using: &generator),
      resets: Bool.random(using: &generator) ? 0.3 : 0, using: &generator)
    let device = Devices(set).fast
    for tokens in [false, true] {
      pass.run(layer.fast(.float32, tokens: tokens, on: device), tokens: tokens, on: device)
      let (h, c) = trained(layer, pass, tokens: tokens, on: device)
      #expect(pass.h.floats == h && pass.c.floats == c, "I \(I), B \(pass.B), tokens \(tokens)")
    }
  }

  /// The outputs and the last cells of a window of training.
  private func trained(
    _ layer: Layer, _ pass: Pass, tokens: Bool, on device: CPUDevice
  ) -> (h: [Float], c: [Float]) {
    let (H, B, rows) = (layer.H, pass.B, pass.T * pass.B)
    func room(_ rows: Int, _ columns: Int) -> Matrix<CPUStorage> {
      Matrix(device.allocate(rows * columns), rows: rows, columns: columns)
    }
    let (x, gates, h, c) = (room(rows, layer.I), room(rows, 4 * H), room(rows + B, H), room(rows + B, H))
    tokens ? device.gatherRows(layer.embedding.fast, pass.tokens, into: x) : device.copy(pass.x.fast, to: x)
    device.gatherRows(pass.hPrevious.fast, pass.rows, into: h.rows(0..<B))
    device.gatherRows(pass.cPrevious.fast, pass.rows, into: c.rows(0..<B))
    let packed = device.allocatePackedLSTM(inputSize: layer.I, hiddenSize: H)
    device.pack(input: layer.W_x.fast, recurrent: layer.W_h.fast, into: packed)
    let window = LSTMWindow(
      .vectors(x), bias: layer.bias.fast, peepholes: layer.peepholes?.fast, lanes: B, resets: pass.resets, h: h,
      c: c, gates: gates)
    device.lstmForward(window, weights: packed)
    var (outputs, cells): ([Float], [Float]) = ([], [])
    device.download(h.rows(B..<rows + B), to: &outputs)
    device.download(c.rows(rows..<rows + B), to: &cells)
    return (outputs, cells)
  }

  /// Any number of threads, more than there are processors too, and a team that has slept: the same bits.
  @Test(arguments: WeightFormat.allCases, [2, 3, 5])
  func threadsChangeNothing(format: WeightFormat, threads: Int) throws {
    let devices = Devices()
    var generator = Philox4x32(seed: 42)
    let members = try #require(ThreadTeam(threads: threads))
    let team = CPUDevice(team: members)
    for (H, I, T, B) in [(7, 5, 3, 2), (64, 33, 9, 1), (130, 64, 40, 3), (100, 20, 300, 7)] {
      let layer = Layer(hidden: H, input: I, peepholes: true, using: &generator)
      let pass = Pass(layer, steps: T, lanes: B, resets: 0.1, using: &generator)
      pass.run(layer.fast(format, tokens: false, on: devices.fast), tokens: false, on: devices.fast)
      let (h, c) = (pass.h.floats, pass.c.floats)
      for _ in 0..<3 {
        devices.fast.clear(pass.h.fast)
        pass.run(layer.fast(format, tokens: false, on: team), tokens: false, on: team)
        #expect(pass.h.floats == h && pass.c.floats == c, "H \(H), T \(T), B \(B)")
      }
    }
  }

  /// Cut anywhere, and lane by lane: the same bits.
  @Test(arguments: inferenceKernels)
  func stepsAndLanesAreTheSameAloneAndTogether(kernel: (set: InstructionSet, format: WeightFormat)) {
    let (devices, format) = (Devices(kernel.set), kernel.format)
    var generator = Philox4x32(seed: 43)
    let (T, B, H) = (6, 5, 37)
    let layer = Layer(hidden: H, input: 9, peepholes: true, using: &generator)
    let fast = layer.fast(format, tokens: false, on: devices.fast)
    let pass = Pass(layer, steps: T, lanes: B, resets: 0.2, using: &generator)
    pass.run(fast, tokens: false, on: devices.fast)
    let expected = pass.h.floats
    /// The rows of a lane among those of all.
    func lane(_ b: Int, of numbers: [Float], width: Int) -> [Float] {
      var rows: [Float] = []
      for t in 0..<T { rows += numbers[(t * B + b) * width..<(t * B + b + 1) * width] }
      return rows
    }
    for b in 0..<B {
      let x = Twin(lane(b, of: pass.x.floats, width: 9), rows: T, columns: 9)
      let resets = (0..<T).map { pass.resets[$0 * B + b] }
      for cut in 1..<T {
        let (h, c) = (Twin.random(T, H, using: &generator), Twin.random(2, H, using: &generator))
        devices.fast.lstmSteps(
          fast, .vectors(x.fast.rows(0..<cut)),
          from: LSTMLanes(rows: [pass.rows[b]], h: pass.hPrevious.fast, c: pass.cPrevious.fast),
          resets: Array(resets[..<cut]), h: h.fast.rows(0..<cut), c: c.fast.rows(0..<1))
        devices.fast.lstmSteps(
          fast, .vectors(x.fast.rows(cut..<T)),
          from: LSTMLanes(rows: [0], h: h.fast.rows(cut - 1..<cut), c: c.fast.rows(0..<1)),
          resets: Array(resets[cut...]), h: h.fast.rows(cut..<T), c: c.fast.rows(1..<2))
        #expect(h.floats == lane(b, of: expected, width: H))
      }
    }
  }
}
