import Testing

@testable import Compute

struct CPUDeviceTests {
  private let devices = Devices()

  @Test(arguments: [(1, 1), (3, 7), (5, 16), (4, 33)])
  func numbersGoThereAndBack(rows: Int, columns: Int) {
    var generator = Philox4x32(seed: 1)
    let wide = Twin.random(rows, columns + 3, using: &generator)
    let values = (0..<rows * columns).map { Float($0) + 0.5 }
    let before = wide.floats
    let x = wide.columns(1..<columns + 1)
    devices.fast.upload(values, to: x.fast)
    #expect(x.floats == values)
    let copy = Twin([Float](repeating: 9, count: rows * columns), rows: rows, columns: columns)
    devices.fast.copy(x.fast, to: copy.fast)
    #expect(copy.floats == values)
    devices.fast.clear(x.fast)
    #expect(x.floats == [Float](repeating: 0, count: rows * columns))
    for r in 0..<rows {  // the gaps are as they were
      #expect(wide.floats[r * (columns + 3)] == before[r * (columns + 3)])
      #expect(wide.floats[(r + 1) * (columns + 3) - 1] == before[(r + 1) * (columns + 3) - 1])
    }
    devices.fast.clear(copy.fast)
    #expect(copy.floats == [Float](repeating: 0, count: rows * columns))
  }

  @Test func newStoragesHoldZeros() {
    let x = Matrix(devices.fast.allocate(1000), rows: 1, columns: 1000)
    var values: [Float] = []
    devices.fast.download(x, to: &values)
    #expect(values == [Float](repeating: 0, count: 1000))
  }

  @Test func everyMachineHasSinglePrecision() {
    #expect(CPUDevice.supports(.float32))
    #expect(InstructionSet.plain.supports(.float32))
    #expect(!InstructionSet.plain.supports(.bfloat16))
    #expect(CPUDevice.supports(.bfloat16) == InstructionSet.avx512.supports(.bfloat16))
  }

  /// Every instruction set with fused multiply-add computes the same bits.
  @Test(.enabled(if: InstructionSet.available.count > 1))
  func instructionSetsAgreeToTheBit() {
    var results: [[Float]] = []
    for set in InstructionSet.available where set != .plain {
      var generator = Philox4x32(seed: 6)
      let check = LSTMCheck(
        steps: 3, lanes: 13, input: 21, hidden: 37, peepholes: true, tokens: nil, scale: 1, using: &generator)
      check.run(on: Devices(set))
      results.append(check.outcome.flatMap(\.floats))
    }
    for result in results { #expect(result.map(\.bitPattern) == results[0].map(\.bitPattern)) }
  }
}
