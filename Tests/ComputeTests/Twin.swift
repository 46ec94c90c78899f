@testable import Compute

/// The same numbers on both devices: one operation runs on each, and what comes out is compared.
struct Twin {
  let fast: Matrix<CPUStorage>
  let exact: Matrix<ReferenceStorage>
  private static let devices = Devices()  // for memory, which any thread may move

  /// A matrix of given numbers.
  init(_ values: [Float], rows: Int, columns: Int) {
    let devices = Twin.devices
    fast = Matrix(devices.fast.allocate(rows * columns), rows: rows, columns: columns)
    exact = Matrix(devices.exact.allocate(rows * columns), rows: rows, columns: columns)
    devices.fast.upload(values, to: fast)
    devices.exact.upload(values, to: exact)
  }

  private init(fast: Matrix<CPUStorage>, exact: Matrix<ReferenceStorage>) {
    self.fast = fast
    self.exact = exact
  }

  /// A matrix of random numbers.
  static func random(
    _ rows: Int, _ columns: Int, in range: ClosedRange<Float> = -1...1, using generator: inout Philox4x32
  ) -> Twin {
    Twin((0..<rows * columns).map { _ in Float.random(in: range, using: &generator) }, rows: rows, columns: columns)
  }

  /// Random numbers between two columns of others, so that rows have gaps.
  static func withGaps(_ rows: Int, _ columns: Int, using generator: inout Philox4x32) -> Twin {
    random(rows, columns + 5, using: &generator).columns(2..<columns + 2)
  }

  /// Gives both sides other numbers.
  func set(_ values: [Float]) {
    Twin.devices.fast.upload(values, to: fast)
    Twin.devices.exact.upload(values, to: exact)
  }

  func columns(_ range: Range<Int>) -> Twin { Twin(fast: fast.columns(range), exact: exact.columns(range)) }

  /// What the fast device holds.
  var floats: [Float] {
    var values: [Float] = []
    Twin.devices.fast.download(fast, to: &values)
    return values
  }

  /// What the exact device holds.
  var doubles: [Double] {
    (0..<exact.rows).flatMap { r in (0..<exact.columns).map { exact[r, $0] } }
  }

  /// The greatest difference, relative to the exact value where that is above `floor`; infinite where just one of the
  /// two is not finite.
  func error(floor: Double = 1) -> Double {
    zip(floats, doubles).map { float, double in
      if Double(float) == double || float.isNaN && double.isNaN { return 0 }
      let difference = abs(Double(float) - double) / max(floor, abs(double))
      return difference.isNaN ? .infinity : difference
    }.max() ?? 0
  }
}

/// A context of each kind, of one precision.
struct Devices {
  let fast: CPUDevice
  let exact: ReferenceDevice

  /// Contexts for an instruction set, or the best one, and for a number of threads.
  init(_ instructionSet: InstructionSet? = nil, _ precision: Precision = .float32, threads: Int = 1) {
    let team = ThreadTeam(threads: threads)
    fast = instructionSet.map { CPUDevice(precision, $0, team: team) } ?? CPUDevice(precision, team: team)
    exact = ReferenceDevice(rounding: precision == .float32 ? nil : precision)
  }
}

extension InstructionSet {
  /// Those that this machine has.
  static let available = allCases.filter { $0.supports(.float32) }
}

/// Every instruction set of this machine with every precision that it has.
let kernels = InstructionSet.available.flatMap { set in
  Precision.allCases.filter(set.supports).map { (set, $0) }
}

/// Sizes around every edge that the kernels have: one, primes, the 16 lanes of a vector and the 32 columns of a panel.
let sizes = [1, 2, 3, 5, 7, 11, 13, 15, 16, 17, 29, 31, 32, 33, 47, 48, 63, 64, 65]
