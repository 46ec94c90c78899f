import Testing

@testable import Compute

struct CPUDeviceRowTests {
  @Test(arguments: sizes, InstructionSet.available)
  func rowsOfATable(columns: Int, set: InstructionSet) {
    let devices = Devices(set)
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
  }

  @Test(arguments: sizes, InstructionSet.available)
  func scaledRows(columns: Int, set: InstructionSet) {
    let devices = Devices(set)
    var generator = Philox4x32(seed: 17, stream: UInt64(columns))
    let factors = Twin([1, 0, -0.3, 2, 1e-3], rows: 5, columns: 1)
    let x = Twin.random(5, columns, using: &generator)
    let before = x.floats
    devices.fast.scaleRows(x.fast, by: factors.fast)
    devices.exact.scaleRows(x.exact, by: factors.exact)
    #expect(x.error() < 1e-7)
    #expect(x.floats[..<columns] == before[..<columns])
    #expect(x.floats[columns..<2 * columns].allSatisfy { $0 == 0 })
  }

  @Test(arguments: sizes + [2100], InstructionSet.available)
  func productsOfRows(columns: Int, set: InstructionSet) {
    var generator = Philox4x32(seed: 18, stream: UInt64(columns))
    for (rows, threads) in [(1, 1), (7, 1), (40, 3)] {
      let devices = Devices(set, threads: threads)
      let (a, b) = (Twin.random(rows, columns, using: &generator), Twin.random(rows, columns, using: &generator))
      let out = Twin.withGaps(rows, 1, using: &generator)
      devices.fast.addRowDots(a.fast, b.fast, to: out.fast)
      devices.exact.addRowDots(a.exact, b.exact, to: out.exact)
      #expect(out.error() < 1e-5)
    }
  }

  @Test(arguments: sizes + [1023, 1024, 1025, 2100], InstructionSet.available)
  func sumsOfRows(columns: Int, set: InstructionSet) {
    let devices = Devices(set)
    var generator = Philox4x32(seed: 11, stream: UInt64(columns))
    for rows in [0, 1, 2, 17, 130] {
      let x = Twin.withGaps(rows, columns, using: &generator)
      let sum = Twin.random(1, columns, using: &generator)
      devices.fast.accumulateRowSum(x.fast, into: sum.fast)
      devices.exact.accumulateRowSum(x.exact, into: sum.exact)
      #expect(sum.error() < 5e-6)
    }
  }

  @Test(arguments: [0] + sizes + [16_383, 16_384, 16_385, 40_000], InstructionSet.available)
  func vectors(count: Int, set: InstructionSet) {
    let devices = Devices(set)
    var generator = Philox4x32(seed: 12, stream: UInt64(count))
    let x = Twin.random(1, count, using: &generator)
    let y = Twin.random(1, count, using: &generator)
    let expected = zip(x.floats, y.floats).map { $0 + $1 }
    devices.fast.add(x.fast, to: y.fast)
    #expect(y.floats == expected)
    devices.exact.add(x.exact, to: y.exact)
    for factor in [-1, 0, 0.3] {
      devices.fast.add(x.fast, times: factor, to: y.fast)
      devices.exact.add(x.exact, times: factor, to: y.exact)
      #expect(y.error() < 5e-7)
    }
    let exact = devices.exact.sumOfSquares(x.exact)
    #expect(abs(devices.fast.sumOfSquares(x.fast) - exact) <= 1e-12 * exact)
  }

  @Test(arguments: InstructionSet.available)
  func squaresNeitherOverflowNorHideWhatIsNotANumber(set: InstructionSet) {
    let devices = Devices(set)
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

  @Test(arguments: [2, 3, 4])
  func threadsChangeNothing(threads: Int) {
    var generator = Philox4x32(seed: 16)
    let ids = (0..<900).map { _ in UInt32.random(in: 0..<11, using: &generator) }
    let x = Twin.random(ids.count, 90, using: &generator)
    var results: [[Float]] = []
    for threads in [1, threads] {
      let device = Devices(threads: threads).fast
      func zeros(_ rows: Int, _ columns: Int) -> Matrix<CPUStorage> {
        Matrix(device.allocate(rows * columns), rows: rows, columns: columns)
      }
      let (table, sum, dropped, row) = (zeros(11, 90), zeros(900, 90), zeros(900, 90), zeros(1, 90))
      let factors = zeros(900, 1)
      device.upload(ids.map { Float($0) - 5 }, to: factors)
      device.scatterAddRows(x.fast, ids, into: table)
      device.accumulateRowSum(x.fast, into: row)
      device.gatherRows(table, ids, into: sum)
      device.add(x.fast, times: 0.7, to: sum)
      device.scaleRows(sum, by: factors)
      device.dropout(sum, rate: 0.3, seed: 1, stream: 2, into: dropped)
      var logProbabilities = ids.map { _ in 0.0 }
      device.crossEntropy(logits: sum, targets: ids[...], scale: 1, into: &logProbabilities, at: 0)
      var numbers = logProbabilities.map { Float($0) } + [Float(device.sumOfSquares(dropped))]
      for matrix in [table, sum, dropped, row] {
        var floats: [Float] = []
        device.download(matrix, to: &floats)
        numbers += floats
      }
      results.append(numbers)
    }
    #expect(results[0].map(\.bitPattern) == results[1].map(\.bitPattern))
  }
}

struct CPUDeviceDropoutTests {
  @Test(arguments: [1, 15, 16, 17, 63, 64, 65, 127, 1000], InstructionSet.available)
  func masksAreThoseOfTheReference(count: Int, set: InstructionSet) {
    let devices = Devices(set)
    for rate in [Float(0), 0.1, 0.5, 0.99] {
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
  }

  @Test(arguments: InstructionSet.available)
  func theShareThatIsDroppedIsTheRate(set: InstructionSet) {
    let devices = Devices(set)
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
  @Test(arguments: sizes, InstructionSet.available)
  func sgd(count: Int, set: InstructionSet) {
    let devices = Devices(set)
    for momentum in [0, 0.9] {
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
  }

  @Test(arguments: sizes, InstructionSet.available)
  func adam(count: Int, set: InstructionSet) {
    let devices = Devices(set)
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

  @Test(arguments: sizes, InstructionSet.available)
  func rmsprop(count: Int, set: InstructionSet) {
    let devices = Devices(set)
    var generator = Philox4x32(seed: 16, stream: UInt64(count))
    let values = Twin.random(1, count, using: &generator)
    let squares = Twin([Float](repeating: 0, count: count), rows: 1, columns: count)
    for _ in 1...6 {
      let gradients = Twin.random(1, count, using: &generator)
      let step = AdamStep.rmsprop(learningRate: 0.01, alpha: 0.95, weightDecay: 0.1, gradientScale: 0.7)
      devices.fast.adam(
        values.fast, gradients: gradients.fast, firstMoment: nil, secondMoment: squares.fast, step)
      devices.exact.adam(
        values.exact, gradients: gradients.exact, firstMoment: nil, secondMoment: squares.exact, step)
    }
    #expect(values.error() < 2e-6)
    #expect(squares.error(floor: 1e-3) < 2e-6)
  }

  @Test(arguments: sizes, InstructionSet.available)
  func average(count: Int, set: InstructionSet) {
    let devices = Devices(set)
    var generator = Philox4x32(seed: 17, stream: UInt64(count))
    let mean = Twin.random(1, count, using: &generator)
    for share in [0.25, 1.0 / 3, 0.001] {
      let x = Twin.random(1, count, using: &generator)
      devices.fast.average(x.fast, share: share, into: mean.fast)
      devices.exact.average(x.exact, share: share, into: mean.exact)
    }
    #expect(mean.error() < 1e-6)
  }

  @Test(arguments: InstructionSet.available)
  func whatIsNotANumberIsNotHidden(set: InstructionSet) {
    let devices = Devices(set)
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
