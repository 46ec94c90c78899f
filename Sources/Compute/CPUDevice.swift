internal import CKernels

/// Floats of the main memory, in one aligned piece.
public final class CPUStorage: DeviceStorage, @unchecked Sendable {
  /// How many floats it holds.
  public let count: Int
  let base: UnsafeMutablePointer<Float>
  private let memory: AlignedMemory

  init(_ count: Int) {
    precondition(count >= 0, "a storage of \(count) numbers")
    self.count = count
    memory = AlignedMemory(byteCount: count * MemoryLayout<Float>.stride)
    base = memory.base.bindMemory(to: Float.self, capacity: count)
  }
}

/// The fast device: kernels of single precision for the instruction set of the machine, and products of factors that
/// may be rounded first.
public final class CPUDevice: Device, @unchecked Sendable {
  let context: OpaquePointer
  private let instructionSet: InstructionSet
  private let precision: Precision
  private let team: ThreadTeam?

  /// A context of a single thread, in single precision.
  public convenience init() { self.init(team: nil) }

  /// A context whose operations a team shares out; the bits are those of a single thread.
  public convenience init(_ precision: Precision = .float32, team: ThreadTeam?) {
    guard let instructionSet = InstructionSet.best(for: precision) else {
      preconditionFailure("products of \(precision.rawValue) on a machine that has none")
    }
    self.init(precision, instructionSet, team: team)
  }

  /// A context for an instruction set that this machine has.
  init(_ precision: Precision = .float32, _ instructionSet: InstructionSet, team: ThreadTeam? = nil) {
    precondition(instructionSet.supports(precision), "\(instructionSet) on a machine that has none")
    guard let context = ck_context_create(instructionSet.rawValue, precision.kernel, team?.team) else {
      preconditionFailure("no memory for a context")
    }
    self.context = context
    self.instructionSet = instructionSet
    self.precision = precision
    self.team = team
  }

  deinit { ck_context_destroy(context) }

  /// Whether this machine has instructions for products of a precision.
  public static func supports(_ precision: Precision) -> Bool { InstructionSet.best(for: precision) != nil }

  /// A new context of a single thread, to work beside this one.
  public func makeContext() -> CPUDevice { CPUDevice(precision, instructionSet) }

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
    if x.isContiguous {
      ck_clear(context, x.count, x.base)
    } else {
      for r in 0..<x.rows { x.row(r).update(repeating: 0, count: x.columns) }
    }
  }

  /// c = start + a · b, or start + a · bᵀ, any strides.
  ///
  /// `start` is [1, n] for every row, c itself, or nil for nothing.
  public func multiply(
    _ a: Matrix<CPUStorage>, _ b: Matrix<CPUStorage>, transposed: Bool, plus start: Matrix<CPUStorage>?,
    into c: Matrix<CPUStorage>
  ) {
    requireProduct(a, b, transposed: transposed, start, c)
    ck_multiply(
      context, c.rows, c.columns, a.columns, a.base, a.stride, 1, b.base, transposed ? 1 : b.stride,
      transposed ? b.stride : 1, start?.base, start.map { $0.rows == 1 ? 0 : $0.stride } ?? 0, c.base, c.stride)
  }

  /// c = aᵀ · b, or c += aᵀ · b: a [k, m], b [k, n], c [m, n]; any strides.
  public func multiplyTransposed(
    _ a: Matrix<CPUStorage>, _ b: Matrix<CPUStorage>, into c: Matrix<CPUStorage>, accumulating: Bool
  ) {
    requireTransposedProduct(a, b, c)
    ck_multiply(
      context, c.rows, c.columns, a.rows, a.base, 1, a.stride, b.base, b.stride, 1, accumulating ? c.base : nil,
      c.stride, c.base, c.stride)
  }
}

extension Matrix<CPUStorage> {
  /// The first element; every view was checked against its storage when it was made.
  var base: UnsafeMutablePointer<Float> { storage.base + offset }

  func row(_ r: Int) -> UnsafeMutablePointer<Float> { base + r * stride }
}
