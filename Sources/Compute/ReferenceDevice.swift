/// Doubles in an array that anyone may read and write: what tests perturb and compare.
public final class ReferenceStorage: DeviceStorage, @unchecked Sendable {
  /// The numbers.
  public var elements: [Double]
  /// How many numbers it holds.
  public var count: Int { elements.count }

  init(_ count: Int) { elements = [Double](repeating: 0, count: count) }
}

/// The oracle: plain loops over doubles, each operation written as its formula reads.
///
/// Gradient checks run the real layers on it, every operation of a fast device is compared with it, and it works where
/// no kernel does. The factors of products may be rounded as a fast device rounds them.
public final class ReferenceDevice: Device {
  let precision: Precision?

  /// A context; it needs no scratch memory.
  public convenience init() { self.init(rounding: nil) }

  /// A context whose products round their factors.
  public init(rounding precision: Precision?) { self.precision = precision }

  /// A new context, to work beside this one.
  public func makeContext() -> ReferenceDevice { ReferenceDevice(rounding: precision) }

  /// `count` zeros.
  public func allocate(_ count: Int) -> ReferenceStorage { ReferenceStorage(count) }

  /// Copies numbers from the host to `destination`, row by row.
  public func upload(_ values: [Float], to destination: Matrix<ReferenceStorage>) {
    precondition(values.count == destination.count, "\(values.count) values for \(destination.count)")
    destination.forEachIndex { r, j in destination[r, j] = Double(values[r * destination.columns + j]) }
  }

  /// Copies the numbers of `source` to the host, row by row; `values` is resized when its count is another.
  public func download(_ source: Matrix<ReferenceStorage>, to values: inout [Float]) {
    values = [Float](repeating: 0, count: source.count)
    source.forEachIndex { r, j in values[r * source.columns + j] = Float(source[r, j]) }
  }

  /// Copies between matrices of one shape.
  public func copy(_ source: Matrix<ReferenceStorage>, to destination: Matrix<ReferenceStorage>) {
    requireSameShape(source, destination)
    source.forEachIndex { r, j in destination[r, j] = source[r, j] }
  }

  /// Sets every element to zero.
  public func clear(_ x: Matrix<ReferenceStorage>) {
    x.forEachIndex { r, j in x[r, j] = 0 }
  }

  /// c = start + a · b, or start + a · bᵀ, any strides.
  ///
  /// `start` is [1, n] for every row, c itself, or nil for nothing.
  public func multiply(
    _ a: Matrix<ReferenceStorage>, _ b: Matrix<ReferenceStorage>, transposed: Bool,
    plus start: Matrix<ReferenceStorage>?,
    into c: Matrix<ReferenceStorage>
  ) {
    requireProduct(a, b, transposed: transposed, start, c)
    c.forEachIndex { i, j in
      var sum = start.map { $0[$0.rows == 1 ? 0 : i, j] } ?? 0
      for p in 0..<a.columns { sum += factor(a[i, p]) * factor(transposed ? b[j, p] : b[p, j]) }
      c[i, j] = sum
    }
  }

  /// c = aᵀ · b, or c += aᵀ · b: a [k, m], b [k, n], c [m, n]; any strides.
  public func multiplyTransposed(
    _ a: Matrix<ReferenceStorage>, _ b: Matrix<ReferenceStorage>, into c: Matrix<ReferenceStorage>, accumulating: Bool
  ) {
    requireTransposedProduct(a, b, c)
    c.forEachIndex { i, j in
      var sum = accumulating ? c[i, j] : 0
      for p in 0..<a.rows { sum += factor(a[p, i]) * factor(b[p, j]) }
      c[i, j] = sum
    }
  }

  /// A number as a factor of a product.
  func factor(_ x: Double) -> Double {
    switch precision {
    case nil: x
    case .float32: Double(Float(x))
    case .bfloat16: Double(nearestBFloat16(Float(x)))
    }
  }
}

/// The nearest number of 8 significant bits, of two the even one; what is no number stays none.
func nearestBFloat16(_ x: Float) -> Float {
  if x.isNaN { return x }
  return Float(bitPattern: (x.bitPattern + 0x7FFF + (x.bitPattern >> 16 & 1)) & 0xFFFF_0000)
}

extension Matrix<ReferenceStorage> {
  /// Element (r, j); a matrix of one row may be read by column alone as (0, j).
  public subscript(r: Int, j: Int) -> Double {
    get { storage.elements[offset + r * stride + j] }
    nonmutating set { storage.elements[offset + r * stride + j] = newValue }
  }

  func forEachIndex(_ body: (Int, Int) -> Void) {
    for r in 0..<rows {
      for j in 0..<columns { body(r, j) }
    }
  }
}
