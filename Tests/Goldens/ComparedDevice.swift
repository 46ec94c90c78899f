public import Compute

/// A device that golden values of double precision can be put on and taken from.
public protocol ComparedDevice: Device {
  /// A context.
  init()
  /// How close to the golden values its results are to be.
  static var tolerance: Double { get }
  /// Puts numbers on the device, as precisely as it holds them.
  func put(_ values: [Double], into x: Matrix<Storage>)
  /// The numbers on the device, row by row.
  func doubles(_ x: Matrix<Storage>) -> [Double]
}

extension ReferenceDevice: ComparedDevice {
  /// Both sides compute in double precision.
  public static var tolerance: Double { 1e-12 }

  /// Puts the very numbers on the device.
  public func put(_ values: [Double], into x: Matrix<ReferenceStorage>) {
    precondition(values.count == x.count, "\(values.count) values for [\(x.rows), \(x.columns)]")
    for i in values.indices { x[i / x.columns, i % x.columns] = values[i] }
  }

  /// The numbers, row by row.
  public func doubles(_ x: Matrix<ReferenceStorage>) -> [Double] {
    (0..<x.count).map { x[$0 / x.columns, $0 % x.columns] }
  }
}

extension CPUDevice: ComparedDevice {
  /// One side computes in single precision.
  public static var tolerance: Double { 1e-5 }

  /// Puts the nearest numbers of single precision on the device.
  public func put(_ values: [Double], into x: Matrix<CPUStorage>) { upload(values.map { Float($0) }, to: x) }

  /// The numbers, row by row.
  public func doubles(_ x: Matrix<CPUStorage>) -> [Double] {
    var floats: [Float] = []
    download(x, to: &floats)
    return floats.map { Double($0) }
  }
}

/// The greatest difference of two lists; infinite when they differ in length or hold what is not a number.
///
/// Long lists are better compared by it than by `==`, which takes minutes to report where they differ.
public func greatestDifference(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { greatest, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(greatest, difference)
  }
}
