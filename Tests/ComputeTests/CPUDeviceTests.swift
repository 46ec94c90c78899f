import Compute
import Testing

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
  }

  @Test func newStoragesHoldZeros() {
    let x = Matrix(devices.fast.allocate(1000), rows: 1, columns: 1000)
    var values: [Float] = []
    devices.fast.download(x, to: &values)
    #expect(values == [Float](repeating: 0, count: 1000))
  }

  /// Rows around the tile's 6 and the block's 120, inner sizes around the block's 256, columns around the panel's 16.
  static let shapes: [(m: Int, k: Int, n: Int)] =
    (Array(1...14) + Array(119...125)).map { ($0, 19, 33) }
    + [1, 2, 15, 16, 17, 255, 256, 257, 511, 512, 513, 600].map { (7, $0, 17) }
    + [1, 2, 15, 16, 17, 31, 32, 33, 64, 2047, 2048, 2049, 4100].map { (5, 11, $0) } + [(121, 257, 49)]

  @Test(arguments: shapes, [false, true])
  func products(shape: (m: Int, k: Int, n: Int), accumulating: Bool) {
    let (m, k, n) = shape
    var generator = Philox4x32(seed: UInt64(m), stream: UInt64(k * 10_000 + n))
    let a = Twin.withGaps(m, k, using: &generator)
    let c = Twin.withGaps(m, n, using: &generator)
    for transposed in [false, true] {
      let b = transposed ? Twin.withGaps(n, k, using: &generator) : Twin.withGaps(k, n, using: &generator)
      let fast = devices.fast.allocatePacked(rows: k, columns: n)
      let exact = devices.exact.allocatePacked(rows: k, columns: n)
      devices.fast.pack(b.fast, transposed: transposed, into: fast)
      devices.exact.pack(b.exact, transposed: transposed, into: exact)
      devices.fast.multiply(a.fast, fast, into: c.fast, accumulating: accumulating)
      devices.exact.multiply(a.exact, exact, into: c.exact, accumulating: accumulating)
      #expect(c.error() < tolerance(inner: k))
    }
  }

  /// The transposed product packs 2048 columns of b at a time.
  @Test(arguments: shapes)
  func transposedProducts(shape: (m: Int, k: Int, n: Int)) {
    let (m, k, n) = shape
    var generator = Philox4x32(seed: UInt64(m + 1), stream: UInt64(k * 10_000 + n))
    let a = Twin.withGaps(k, m, using: &generator)
    let b = Twin.withGaps(k, n, using: &generator)
    let c = Twin.withGaps(m, n, using: &generator)
    devices.fast.accumulateTransposedProduct(a.fast, b.fast, into: c.fast)
    devices.exact.accumulateTransposedProduct(a.exact, b.exact, into: c.exact)
    #expect(c.error() < tolerance(inner: k))
  }

  /// A sum of k terms of order 1 is of order √k, and each of its k roundings at most 2⁻²⁴ of it.
  private func tolerance(inner k: Int) -> Double { 0x1p-20 * Double(k).squareRoot() }

  @Test func gapsBetweenRowsAreLeftAlone() {
    var generator = Philox4x32(seed: 3)
    let a = Twin.random(7, 20, using: &generator)
    let b = Twin.random(20, 19, using: &generator)
    let wide = Twin.random(7, 40, using: &generator)
    let before = wide.floats
    let packed = devices.fast.allocatePacked(rows: 20, columns: 19)
    devices.fast.pack(b.fast, transposed: false, into: packed)
    devices.fast.multiply(a.fast, packed, into: wide.fast.columns(3..<22), accumulating: false)
    for (i, (old, new)) in zip(before, wide.floats).enumerated() {
      #expect((old != new) == (3..<22).contains(i % 40))
    }
  }

  @Test(arguments: Array(1...14) + Array(119...125) + [240, 241], [3, 256, 300])
  func aRowDoesNotDependOnTheOthers(m: Int, k: Int) {
    var generator = Philox4x32(seed: 4)
    let n = 37
    let a = Twin.random(m, k, using: &generator)
    let b = Twin.random(k, n, using: &generator)
    let together = Twin.random(m, n, using: &generator)
    let packed = devices.fast.allocatePacked(rows: k, columns: n)
    devices.fast.pack(b.fast, transposed: false, into: packed)
    for accumulating in [false, true] {
      let alone = Twin(together.floats, rows: m, columns: n)
      devices.fast.multiply(a.fast, packed, into: together.fast, accumulating: accumulating)
      for r in 0..<m {
        devices.fast.multiply(
          a.fast.rows(r..<r + 1), packed, into: alone.fast.rows(r..<r + 1), accumulating: accumulating)
      }
      #expect(alone.floats.map(\.bitPattern).elementsEqual(together.floats.map(\.bitPattern)))
    }
  }

  @Test func whatIsNotANumberStaysInItsRow() {
    var generator = Philox4x32(seed: 5)
    let a = Twin.random(9, 20, using: &generator)
    let b = Twin.random(20, 19, using: &generator)
    var values = a.floats
    values[4 * 20 + 7] = .nan
    devices.fast.upload(values, to: a.fast)
    let packed = devices.fast.allocatePacked(rows: 20, columns: 19)
    devices.fast.pack(b.fast, transposed: false, into: packed)
    let c = Twin.random(9, 19, using: &generator)
    devices.fast.multiply(a.fast, packed, into: c.fast, accumulating: false)
    for (i, value) in c.floats.enumerated() { #expect(value.isNaN == (i / 19 == 4)) }
  }
}
