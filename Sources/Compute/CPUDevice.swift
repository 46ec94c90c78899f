internal import CKernels

/// Floats of the main memory, in one aligned piece.
public final class CPUStorage: DeviceStorage, @unchecked Sendable {
  /// How many floats it holds.
  public let count: Int
  let base: UnsafeMutablePointer<Float>

  init(_ count: Int) {
    precondition(count >= 0, "a storage of \(count) numbers")
    self.count = count
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
    base = raw.bindMemory(to: Float.self, capacity: count)
    base.initialize(repeating: 0, count: count)
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}

/// A right-hand side [k, n] in panels, as the product of the CPU reads it.
public final class CPUPackedMatrix: Sendable {
  let rows: Int
  let columns: Int
  let storage: CPUStorage

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    storage = CPUStorage(ck_packed_count(rows, columns))
  }
}

/// The fast device: single-precision kernels for the instruction set of the machine.
public final class CPUDevice: Device, @unchecked Sendable {
  private let scratch: CPUStorage
  let team: ThreadTeam?
  var inferenceScratch = AlignedMemory(byteCount: 0)

  /// A context with scratch memory of its own.
  public convenience init() { self.init(team: nil) }

  /// A context whose passes of inference a team shares out; the bits are those of a single thread.
  public init(team: ThreadTeam?) {
    scratch = CPUStorage(ck_scratch_count())
    self.team = team
  }

  /// A new context, to work beside this one.
  public func makeContext() -> CPUDevice { CPUDevice() }

  /// `count` zeros.
  public func allocate(_ count: Int) -> CPUStorage { CPUStorage(count) }

  /// Copies numbers from the host to `destination`, row by row.
  public func upload(_ values: [Float], to destination: Matrix<CPUStorage>) {
    precondition(values.count == destination.count, "\(values.count) values for \(destination.count)")
    values.withUnsafeBufferPointer { source in
      guard let from = source.baseAddress else { return }
      for r in 0..<destination.rows {
        destination.row(r).update(from: from + r * destination.columns, count: destination.columns)
      }
    }
  }

  /// Copies the numbers of `source` to the host, row by row; `values` is resized when its count is another.
  public func download(_ source: Matrix<CPUStorage>, to values: inout [Float]) {
    if values.count != source.count { values = [Float](repeating: 0, count: source.count) }
    values.withUnsafeMutableBufferPointer { out in
      guard let to = out.baseAddress else { return }
      for r in 0..<source.rows {
        (to + r * source.columns).update(from: source.row(r), count: source.columns)
      }
    }
  }

  /// Copies between matrices of one shape.
  public func copy(_ source: Matrix<CPUStorage>, to destination: Matrix<CPUStorage>) {
    requireSameShape(source, destination)
    for r in 0..<source.rows { destination.row(r).update(from: source.row(r), count: source.columns) }
  }

  /// Sets every element to zero.
  public func clear(_ x: Matrix<CPUStorage>) {
    for r in 0..<x.rows { x.row(r).update(repeating: 0, count: x.columns) }
  }

  /// Room for a packed matrix [k, n].
  public func allocatePacked(rows k: Int, columns n: Int) -> CPUPackedMatrix {
    CPUPackedMatrix(rows: k, columns: n)
  }

  /// Packs `b`, or its transpose; any stride.
  public func pack(_ b: Matrix<CPUStorage>, transposed: Bool, into packed: CPUPackedMatrix) {
    let (k, n) = transposed ? (b.columns, b.rows) : (b.rows, b.columns)
    precondition(packed.rows == k && packed.columns == n, "[\(k), \(n)] into [\(packed.rows), \(packed.columns)]")
    ck_pack(k, n, b.base, transposed ? 1 : b.stride, transposed ? b.stride : 1, packed.storage.base)
  }

  /// c = a · b, or c += a · b; any stride of a and c.
  public func multiply(
    _ a: Matrix<CPUStorage>, _ b: CPUPackedMatrix, into c: Matrix<CPUStorage>, accumulating: Bool
  ) {
    precondition(
      a.columns == b.rows && c.rows == a.rows && c.columns == b.columns,
      "[\(a.rows), \(a.columns)] · [\(b.rows), \(b.columns)] into [\(c.rows), \(c.columns)]")
    ck_multiply_packed(
      a.rows, b.columns, a.columns, a.base, a.stride, 1, b.storage.base, c.base, c.stride, accumulating ? 1 : 0,
      scratch.base)
  }

  /// c += aᵀ · b: a [k, m], b [k, n], c [m, n]; any strides.
  public func accumulateTransposedProduct(
    _ a: Matrix<CPUStorage>, _ b: Matrix<CPUStorage>, into c: Matrix<CPUStorage>
  ) {
    precondition(
      a.rows == b.rows && c.rows == a.columns && c.columns == b.columns,
      "[\(a.rows), \(a.columns)]ᵀ · [\(b.rows), \(b.columns)] into [\(c.rows), \(c.columns)]")
    ck_multiply(
      a.columns, b.columns, a.rows, a.base, 1, a.stride, b.base, b.stride, 1, c.base, c.stride, 1, scratch.base)
  }
}

extension Matrix<CPUStorage> {
  /// The first element; every view was checked against its storage when it was made.
  var base: UnsafeMutablePointer<Float> { storage.base + offset }

  func row(_ r: Int) -> UnsafeMutablePointer<Float> { base + r * stride }
}
