/// Doubles in an array that anyone may read and write: what tests perturb and compare.
public final class ReferenceStorage: DeviceStorage, @unchecked Sendable {
  /// The numbers.
  public var elements: [Double]
  /// How many numbers it holds.
  public var count: Int { elements.count }

  init(_ count: Int) { elements = [Double](repeating: 0, count: count) }
}

/// A copy of the right-hand side [k, n].
public final class ReferencePackedMatrix: @unchecked Sendable {
  let rows: Int
  let columns: Int
  var elements: [Double]

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    elements = [Double](repeating: 0, count: rows * columns)
  }
}

/// The oracle: plain loops over doubles, each operation written as its formula reads.
///
/// Gradient checks run the real layers on it, every operation of a fast device is compared with it, and it works where
/// no kernel does.
public final class ReferenceDevice: Device {
  /// A context; it needs no scratch memory.
  public init() {}

  /// A new context, to work beside this one.
  public func makeContext() -> ReferenceDevice { ReferenceDevice() }

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

  /// Room for a packed matrix [k, n].
  public func allocatePacked(rows k: Int, columns n: Int) -> ReferencePackedMatrix {
    ReferencePackedMatrix(rows: k, columns: n)
  }

  /// Packs `b`, or its transpose; any stride.
  public func pack(_ b: Matrix<ReferenceStorage>, transposed: Bool, into packed: ReferencePackedMatrix) {
    let (k, n) = transposed ? (b.columns, b.rows) : (b.rows, b.columns)
    precondition(packed.rows == k && packed.columns == n, "[\(k), \(n)] into [\(packed.rows), \(packed.columns)]")
    for p in 0..<k {
      for j in 0..<n { packed.elements[p * n + j] = transposed ? b[j, p] : b[p, j] }
    }
  }

  /// c = a · b, or c += a · b; any stride of a and c.
  public func multiply(
    _ a: Matrix<ReferenceStorage>, _ b: ReferencePackedMatrix, into c: Matrix<ReferenceStorage>, accumulating: Bool
  ) {
    precondition(
      a.columns == b.rows && c.rows == a.rows && c.columns == b.columns,
      "[\(a.rows), \(a.columns)] · [\(b.rows), \(b.columns)] into [\(c.rows), \(c.columns)]")
    c.forEachIndex { i, j in
      var sum = accumulating ? c[i, j] : 0
      for p in 0..<b.rows { sum += a[i, p] * b.elements[p * b.columns + j] }
      c[i, j] = sum
    }
  }

  /// c += aᵀ · b: a [k, m], b [k, n], c [m, n]; any strides.
  public func accumulateTransposedProduct(
    _ a: Matrix<ReferenceStorage>, _ b: Matrix<ReferenceStorage>, into c: Matrix<ReferenceStorage>
  ) {
    precondition(
      a.rows == b.rows && c.rows == a.columns && c.columns == b.columns,
      "[\(a.rows), \(a.columns)]ᵀ · [\(b.rows), \(b.columns)] into [\(c.rows), \(c.columns)]")
    c.forEachIndex { i, j in
      for p in 0..<a.rows { c[i, j] += a[p, i] * b[p, j] }
    }
  }
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
