import Compute
import Testing

struct CPUDeviceRowTests {
  private let devices = Devices()

  @Test(arguments: sizes)
  func rowsOfATable(columns: Int) {
    var generator = Philox4x32(seed: 10, stream: UInt64(columns))
    let table = Twin.random(9, columns, using: &generator)
    let ids: [UInt32] = [8, 0, 3, 3, 8, 3]
    let x = Twin.random(ids.count, columns, using: &generator)
    devices.fast.gatherRows(table.fast, ids, into: x.fast)
    devices.exact.gatherRows(table.exact, ids, into: x.exact)
    #expect(x.error() == 0)
    devices.fast.scatterAddRows(x.fast, ids, into: table.fast)
    devices.exact.scatterAddRows(x.exact, ids, into: table.exact)
    #expect(table.error() < 5e-7)

    let row = Twin.random(1, columns, using: &generator)
    devices.fast.fillRows(of: x.fast, with: row.fast)
    devices.exact.fillRows(of: x.exact, with: row.exact)
    #expect(x.error() == 0)
  }

  @Test(arguments: sizes, [1, 2, 17, 130])
  func sumsOfRows(columns: Int, rows: Int) {
    var generator = Philox4x32(seed: 11, stream: UInt64(columns))
    let x = Twin.withGaps(rows, columns, using: &generator)
    let y = Twin.withGaps(rows, columns, using: &generator)
    let sum = Twin.random(1, columns, using: &generator)
    devices.fast.accumulateRowSum(x.fast, into: sum.fast)
    devices.exact.accumulateRowSum(x.exact, into: sum.exact)
    #expect(sum.error() < 5e-6)
    devices.fast.accumulateRowSum(of: x.fast, times: y.fast, into: sum.fast)
    devices.exact.accumulateRowSum(of: x.exact, times: y.exact, into: sum.exact)
    #expect(sum.error() < 5e-6)
  }

  @Test(arguments: sizes)
  func vectors(count: Int) {
    var generator = Philox4x32(seed: 12, stream: UInt64(count))
    let x = Twin.random(1, count, using: &generator)
    let y = Twin.random(1, count, using: &generator)
    let expected = zip(x.floats, y.floats).map { $0 + $1 }
    devices.fast.add(x.fast, to: y.fast)
    #expect(y.floats == expected)
    let exact = devices.exact.sumOfSquares(x.exact)
    #expect(abs(devices.fast.sumOfSquares(x.fast) / exact - 1) < 1e-14)
  }

  @Test func squaresNeitherOverflowNorHideWhatIsNotANumber() {
    let large = Twin([Float](repeating: 3e38, count: 33), rows: 1, columns: 33)
    #expect(abs(devices.fast.sumOfSquares(large.fast) / (33 * 9e76) - 1) < 1e-6)
    for place in [0, 15, 16, 32] {
      for value in [Float.nan, .infinity, -.infinity] {
        var values = [Float](repeating: 1, count: 33)
        values[place] = value
        #expect(!devices.fast.sumOfSquares(Twin(values, rows: 1, columns: 33).fast).isFinite)
      }
    }
  }
}

struct CPUDeviceDropoutTests {
  private let devices = Devices()

  @Test(arguments: [1, 15, 16, 17, 63, 64, 65, 127, 1000], [Float(0), 0.1, 0.5, 0.99])
  func masksAreThoseOfTheReference(count: Int, rate: Float) {
    var generator = Philox4x32(seed: 13)
    let x = Twin.random(1, count, in: 1...2, using: &generator)
    let out = Twin.random(1, count, using: &generator)
    let (seed, stream) = (UInt64(0x0123_4567_89AB_CDEF), UInt64(0xFEDC_BA98_7654_3210))
    devices.fast.dropout(x.fast, rate: rate, seed: seed, stream: stream, into: out.fast)
    devices.exact.dropout(x.exact, rate: rate, seed: seed, stream: stream, into: out.exact)
    #expect(out.floats.map { $0 == 0 } == out.doubles.map { $0 == 0 })
    #expect(out.error() < 3e-7)
    devices.fast.dropout(x.fast, rate: rate, seed: seed, stream: stream, into: x.fast)
    #expect(x.floats == out.floats)
  }

  @Test func theShareThatIsDroppedIsTheRate() {
    let count = 100_000
    let ones = Twin([Float](repeating: 1, count: count), rows: 1, columns: count)
    let out = Twin(ones.floats, rows: 1, columns: count)
    var masks: [[Bool]] = []
    for (seed, stream) in [(1, 0), (1, 1), (2, 0), (1, 1 << 40)] as [(UInt64, UInt64)] {
      devices.fast.dropout(ones.fast, rate: 0.3, seed: seed, stream: stream, into: out.fast)
      masks.append(out.floats.map { $0 == 0 })
      let dropped = Double(masks[masks.count - 1].filter { $0 }.count) / Double(count)
      #expect(abs(dropped - 0.3) < 0.01)  // 7 standard deviations
    }
    #expect(Set(masks).count == 4)
  }
}

struct CPUDeviceOptimizerTests {
  private let devices = Devices()

  @Test(arguments: sizes, [0.0, 0.9])
  func sgd(count: Int, momentum: Double) {
    var generator = Philox4x32(seed: 14, stream: UInt64(count))
    let values = Twin.random(1, count, using: &generator)
    let velocity = momentum > 0 ? Twin([Float](repeating: 0, count: count), rows: 1, columns: count) : nil
    let step = SGDStep(learningRate: 0.3, momentum: momentum, weightDecay: 0.01, gradientScale: 0.7)
    for _ in 0..<4 {
      let gradients = Twin.random(1, count, using: &generator)
      devices.fast.sgd(values.fast, gradients: gradients.fast, velocity: velocity?.fast, step)
      devices.exact.sgd(values.exact, gradients: gradients.exact, velocity: velocity?.exact, step)
    }
    #expect(values.error() < 1e-6)
    #expect(velocity?.error() ?? 0 < 1e-6)
  }

  @Test(arguments: sizes)
  func adam(count: Int) {
    var generator = Philox4x32(seed: 15, stream: UInt64(count))
    let values = Twin.random(1, count, using: &generator)
    let first = Twin([Float](repeating: 0, count: count), rows: 1, columns: count)
    let second = Twin([Float](repeating: 0, count: count), rows: 1, columns: count)
    for t in 1...6 {
      let gradients = Twin.random(1, count, using: &generator)
      let step = AdamStep(t: t, learningRate: 0.01, weightDecay: 0.1, gradientScale: 0.7)
      devices.fast.adam(
        values.fast, gradients: gradients.fast, firstMoment: first.fast, secondMoment: second.fast, step)
      devices.exact.adam(
        values.exact, gradients: gradients.exact, firstMoment: first.exact, secondMoment: second.exact, step)
    }
    #expect(values.error() < 2e-6)
    #expect(first.error(floor: 0.1) < 2e-6)
    #expect(second.error(floor: 1e-3) < 2e-6)
  }

  @Test func whatIsNotANumberIsNotHidden() {
    let gradients = Twin([.nan, 1, 1], rows: 1, columns: 3)
    for rule in ["sgd", "adam"] {
      let values = Twin([1, .nan, 1], rows: 1, columns: 3)
      if rule == "sgd" {
        devices.fast.sgd(values.fast, gradients: gradients.fast, velocity: nil, SGDStep(learningRate: 0.1))
      } else {
        let (first, second) = (Twin([0, 0, 0], rows: 1, columns: 3), Twin([0, 0, 0], rows: 1, columns: 3))
        devices.fast.adam(
          values.fast, gradients: gradients.fast, firstMoment: first.fast, secondMoment: second.fast,
          AdamStep(t: 1, learningRate: 0.1))
      }
      #expect(values.floats.map(\.isNaN) == [true, true, false])
    }
  }
}
