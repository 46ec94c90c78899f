internal import Compute

/// How fast this machine multiplies two large matrices: the ceiling of what training can reach.
public struct ProductBenchmark: Sendable {
  /// 2 · size³ over the shortest time of a product, in units of 10⁹ a second.
  public let gflops: Double

  /// Multiplies square matrices for some seconds.
  ///
  /// - Parameters:
  ///   - size: their rows and columns.
  ///   - precision: what factors are rounded to; this machine must have it.
  ///   - threads: how many threads work.
  ///   - seconds: how long to measure.
  /// - Throws: `DataError` when a number is out of range.
  public init(size: Int, _ precision: Precision, threads: Int, seconds: Double) throws(DataError) {
    try Threads.check(threads)
    guard 1...16_384 ~= size else {
      throw DataError(.usage, "the size is \(size); it must be from 1 to 16384")
    }
    let device = CPUDevice(precision, team: ThreadTeam(threads: threads))
    let matrices = (0..<3).map { _ in Matrix(device.allocate(size * size), rows: size, columns: size) }
    let start = ContinuousClock.now
    var shortest = Duration.seconds(1 << 20)
    repeat {
      let before = ContinuousClock.now
      device.multiply(matrices[0], matrices[1], transposed: false, plus: nil, into: matrices[2])
      shortest = min(shortest, before.duration(to: .now))
    } while start.duration(to: .now) < .seconds(seconds)
    gflops = 2e-9 * Double(size * size * size) / (shortest / .seconds(1))
  }
}
