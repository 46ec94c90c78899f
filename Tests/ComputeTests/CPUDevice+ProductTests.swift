import Testing

@testable import Compute

struct CPUDeviceProductTests {
  /// Rows around the tiles' 6 and 8 and the block's 64, inner sizes around the block's 512 and bfloat16's 1024, columns
  /// around the panel's 32 and the 1024 that are packed at a time.
  static let shapes: [(m: Int, k: Int, n: Int)] =
    (Array(0...18) + Array(62...66) + Array(127...130)).map { ($0, 19, 33) }
    + [0, 1, 2, 15, 16, 17, 31, 32, 33, 511, 512, 513, 1023, 1024, 1025, 1100].map { (7, $0, 17) }
    + [0, 1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 49, 64, 1023, 1024, 1025, 2060].map { (5, 11, $0) } + [(129, 513, 49)]

  @Test(arguments: shapes, kernels)
  func products(shape: (m: Int, k: Int, n: Int), kernel: (InstructionSet, Precision)) {
    let devices = Devices(kernel.0, kernel.1)
    var generator = Philox4x32(seed: UInt64(shape.m), stream: UInt64(shape.k * 10_000 + shape.n))
    checkProduct(shape, on: devices, using: &generator)
    checkTransposedProduct(shape, on: devices, using: &generator)
  }

  @Test(arguments: kernels)
  func randomProducts(kernel: (InstructionSet, Precision)) {
    let devices = Devices(kernel.0, kernel.1)
    RandomShapes.forEach(usually: 300) { generator, comment in
      let isDeep = Int.random(in: 0..<16, using: &generator) == 0
      let shape = (
        m: RandomShapes.size(upTo: 70, using: &generator),
        k: RandomShapes.size(upTo: isDeep ? 2100 : 70, using: &generator),
        n: RandomShapes.size(upTo: 70, using: &generator)
      )
      checkProduct(shape, on: devices, using: &generator, comment)
      checkTransposedProduct(shape, on: devices, using: &generator, comment)
    }
  }

  private func checkProduct(
    _ shape: (m: Int, k: Int, n: Int), on devices: Devices, using generator: inout Philox4x32, _ comment: Comment = ""
  ) {
    let (m, k, n) = shape
    let transposed = Bool.random(using: &generator)
    let a = Twin.withGaps(m, k, using: &generator)
    let b = transposed ? Twin.withGaps(n, k, using: &generator) : Twin.withGaps(k, n, using: &generator)
    let c = Twin.withGaps(m, n, using: &generator)
    let start = [nil, c, Twin.random(1, n, using: &generator)][Int.random(in: 0..<3, using: &generator)]
    devices.fast.multiply(a.fast, b.fast, transposed: transposed, plus: start?.fast, into: c.fast)
    devices.exact.multiply(a.exact, b.exact, transposed: transposed, plus: start?.exact, into: c.exact)
    #expect(c.error() < tolerance(inner: k), "\(comment) \(shape), transposed \(transposed)")
  }

  private func checkTransposedProduct(
    _ shape: (m: Int, k: Int, n: Int), on devices: Devices, using generator: inout Philox4x32, _ comment: Comment = ""
  ) {
    let (m, k, n) = shape
    let a = Twin.withGaps(k, m, using: &generator)
    let b = Twin.withGaps(k, n, using: &generator)
    let c = Twin.withGaps(m, n, using: &generator)
    let accumulating = Bool.random(using: &generator)
    devices.fast.multiplyTransposed(a.fast, b.fast, into: c.fast, accumulating: accumulating)
    devices.exact.multiplyTransposed(a.exact, b.exact, into: c.exact, accumulating: accumulating)
    #expect(c.error() < tolerance(inner: k), "\(comment) \(shape), accumulating \(accumulating)")
  }

  /// A sum of k terms of order 1 is of order √k, and each of its k roundings at most 2⁻²⁴ of it.
  private func tolerance(inner k: Int) -> Double { 0x1p-20 * Double(max(k, 1)).squareRoot() }

  @Test(arguments: kernels)
  func gapsBetweenRowsAreLeftAlone(kernel: (InstructionSet, Precision)) {
    let devices = Devices(kernel.0, kernel.1)
    var generator = Philox4x32(seed: 3)
    let a = Twin.random(7, 20, using: &generator)
    let b = Twin.random(20, 19, using: &generator)
    let wide = Twin.random(7, 40, using: &generator)
    let before = wide.floats
    devices.fast.multiply(a.fast, b.fast, transposed: false, plus: nil, into: wide.fast.columns(3..<22))
    for (i, (old, new)) in zip(before, wide.floats).enumerated() {
      #expect((old != new) == (3..<22).contains(i % 40))
    }
  }

  @Test(arguments: Array(1...18) + Array(62...66) + [128, 129], kernels)
  func aRowDoesNotDependOnTheOthers(m: Int, kernel: (InstructionSet, Precision)) {
    let devices = Devices(kernel.0, kernel.1)
    var generator = Philox4x32(seed: 4)
    let n = 37
    for k in [3, 512, 600] {
      let a = Twin.random(m, k, using: &generator)
      let b = Twin.random(k, n, using: &generator)
      let together = Twin.random(m, n, using: &generator)
      let alone = Twin(together.floats, rows: m, columns: n)
      devices.fast.multiply(a.fast, b.fast, transposed: false, plus: together.fast, into: together.fast)
      for r in 0..<m {
        let row = alone.fast.rows(r..<r + 1)
        devices.fast.multiply(a.fast.rows(r..<r + 1), b.fast, transposed: false, plus: row, into: row)
      }
      #expect(alone.floats.map(\.bitPattern) == together.floats.map(\.bitPattern))
    }
  }

  @Test(arguments: [2, 3, 4], kernels)
  func threadsChangeNothing(threads: Int, kernel: (InstructionSet, Precision)) {
    let (one, several) = (Devices(kernel.0, kernel.1), Devices(kernel.0, kernel.1, threads: threads))
    var generator = Philox4x32(seed: 8)
    for (m, k, n) in [(70, 33, 50), (50, 33, 70), (7, 100, 300), (300, 100, 7), (1, 1000, 100), (100, 1000, 1)] {
      let a = Twin.random(m, k, using: &generator)
      let b = Twin.random(k, n, using: &generator)
      let (x, y) = (Twin.random(m, n, using: &generator), Twin.random(m, n, using: &generator))
      one.fast.multiply(a.fast, b.fast, transposed: false, plus: nil, into: x.fast)
      several.fast.multiply(a.fast, b.fast, transposed: false, plus: nil, into: y.fast)
      #expect(x.floats.map(\.bitPattern) == y.floats.map(\.bitPattern))
      let c = Twin.random(m, n, using: &generator)
      let (u, v) = (Twin.random(k, n, using: &generator), Twin.random(k, n, using: &generator))
      one.fast.multiplyTransposed(a.fast, c.fast, into: u.fast, accumulating: false)
      several.fast.multiplyTransposed(a.fast, c.fast, into: v.fast, accumulating: false)
      #expect(u.floats.map(\.bitPattern) == v.floats.map(\.bitPattern))
    }
  }

  @Test(arguments: kernels)
  func whatIsNotANumberStaysInItsRow(kernel: (InstructionSet, Precision)) {
    let devices = Devices(kernel.0, kernel.1)
    var generator = Philox4x32(seed: 5)
    let a = Twin.random(9, 21, using: &generator)
    let b = Twin.random(21, 19, using: &generator)
    for place in [7, 20] {  // within, and where a pair is filled up
      var values = Twin.random(9, 21, using: &generator).floats
      values[4 * 21 + place] = .nan
      devices.fast.upload(values, to: a.fast)
      let c = Twin.random(9, 19, using: &generator)
      devices.fast.multiply(a.fast, b.fast, transposed: false, plus: nil, into: c.fast)
      for (i, value) in c.floats.enumerated() { #expect(value.isNaN == (i / 19 == 4)) }
    }
  }
}
