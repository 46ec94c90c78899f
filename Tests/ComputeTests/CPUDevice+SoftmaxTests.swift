import Testing

@testable import Compute

struct CPUDeviceSoftmaxTests {
  /// ln p of both devices, and what became of the logits.
  private func crossEntropy(
    _ logits: Twin, _ targets: [UInt32], scale: Float, on devices: Devices
  ) -> (fast: [Double], exact: [Double]) {
    // In the middle of others, which stay.
    let room = [Double](repeating: 7, count: targets.count + 3)
    var (fast, exact) = (room, room)
    devices.fast.crossEntropy(logits: logits.fast, targets: targets[...], scale: scale, into: &fast, at: 2)
    devices.exact.crossEntropy(logits: logits.exact, targets: targets[...], scale: scale, into: &exact, at: 2)
    for found in [fast, exact] { #expect(found.prefix(2) == [7, 7] && found.last == 7) }
    return (Array(fast.dropFirst(2).dropLast()), Array(exact.dropFirst(2).dropLast()))
  }

  @Test(arguments: sizes + [255, 1000, 4099], InstructionSet.available)
  func lossAndGradient(V: Int, set: InstructionSet) {
    let devices = Devices(set)
    for magnitude in [Float(1), 50, 1e4] {
      var generator = Philox4x32(seed: 30, stream: UInt64(V))
      let rows = 5
      let logits = Twin.random(rows, V, in: -magnitude...magnitude, using: &generator)
      let targets = (0..<rows).map { _ in UInt32.random(in: 0..<UInt32(V), using: &generator) }
      var alone = targets.map { _ in 0.0 }
      devices.fast.logProbability(logits: logits.fast, targets: targets[...], into: &alone, at: 0)

      let (fast, exact) = crossEntropy(logits, targets, scale: 0.25, on: devices)
      #expect(alone == fast)
      for (a, b) in zip(fast, exact) { #expect(abs(a - b) < 1e-6 * max(1, abs(b))) }
      #expect(logits.error() < 5e-7)
      let gradient = logits.floats
      for r in 0..<rows {
        let row = gradient[r * V..<(r + 1) * V]
        #expect(abs(row.reduce(0.0) { $0 + Double($1) }) < 1e-6)
        #expect(row.indices.allSatisfy { ($0 - r * V == Int(targets[r])) ? row[$0] <= 0 : row[$0] >= 0 })
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func randomLogits(set: InstructionSet) {
    let devices = Devices(set)
    RandomShapes.forEach(usually: 100) { generator, comment in
      let V = RandomShapes.size(upTo: 300, using: &generator)
      let rows = RandomShapes.size(upTo: 20, using: &generator)
      let logits = Twin.random(rows, V, in: -20...20, using: &generator)
      let targets = (0..<rows).map { _ in UInt32.random(in: 0..<UInt32(V), using: &generator) }
      let (fast, exact) = crossEntropy(logits, targets, scale: 0.5, on: devices)
      for (a, b) in zip(fast, exact) { #expect(abs(a - b) < 1e-6 * max(1, abs(b)), comment) }
      #expect(logits.error() < 5e-7, comment)
    }
  }

  @Test(arguments: InstructionSet.available, [1, 3])
  func logSoftmax(set: InstructionSet, threads: Int) {
    let devices = Devices(set, threads: threads)
    RandomShapes.forEach(usually: 100) { generator, comment in
      let V = RandomShapes.size(upTo: 3000, using: &generator)
      let rows = RandomShapes.size(upTo: 20, using: &generator)
      let logits = Twin.random(rows, V, in: -20...20, using: &generator)
      let start = Twin.withGaps(rows, 1, using: &generator)
      let out = Twin.withGaps(rows, V, using: &generator)
      devices.fast.logSoftmax(logits.fast, plus: start.fast, into: out.fast)
      devices.exact.logSoftmax(logits.exact, plus: start.exact, into: out.exact)
      #expect(out.error() < 1e-6, comment)
    }
  }

  @Test func oneSymbolIsCertain() {
    let logits = Twin([123, -4], rows: 2, columns: 1)
    #expect(crossEntropy(logits, [0, 0], scale: 1, on: Devices()).fast == [0, 0])
    #expect(logits.floats == [0, 0])
  }

  @Test func equalLogitsAreUniform() {
    let logits = Twin([Float](repeating: 1e4, count: 3 * 21), rows: 3, columns: 21)
    for p in crossEntropy(logits, [0, 16, 20], scale: 1, on: Devices()).fast {
      #expect(abs(p + 3.044522437723423) < 1e-6)
    }
  }

  @Test(arguments: [0, 15, 16, 20], InstructionSet.available)
  func whatIsNotANumberStaysInItsRow(place: Int, set: InstructionSet) {
    for value in [Float.nan, .infinity] {
      var generator = Philox4x32(seed: 31)
      var values = Twin.random(3, 21, using: &generator).floats
      values[21 + place] = value
      let logits = Twin(values, rows: 3, columns: 21)
      let (fast, _) = crossEntropy(logits, [1, 1, 1], scale: 1, on: Devices(set))
      #expect(fast.map(\.isNaN) == [false, true, false])
      for (i, gradient) in logits.floats.enumerated() {
        if i / 21 != 1 { #expect(gradient.isFinite) } else if value.isNaN { #expect(gradient.isNaN) }
      }
    }
  }
}
