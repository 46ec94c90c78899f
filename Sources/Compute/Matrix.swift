/// A run of numbers that a device owns and only the device reads.
public protocol DeviceStorage: AnyObject, Sendable {
  /// How many numbers it holds.
  var count: Int { get }
}

/// A view of `rows` by `columns` numbers of a storage, row-major, with `stride` numbers from row to row.
public struct Matrix<Storage: DeviceStorage>: Sendable {
  /// Where the numbers are.
  public let storage: Storage
  /// The place of element (0, 0).
  public let offset: Int
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The distance from a row to the next; equal to `columns` when the view is contiguous.
  public let stride: Int

  /// A contiguous view, from `offset` on.
  public init(_ storage: Storage, offset: Int = 0, rows: Int, columns: Int) {
    self.init(storage, offset: offset, rows: rows, columns: columns, stride: columns)
  }

  private init(_ storage: Storage, offset: Int, rows: Int, columns: Int, stride: Int) {
    precondition(
      rows >= 0 && columns >= 0 && stride >= columns && offset >= 0
        && (rows == 0 || offset + (rows - 1) * stride + columns <= storage.count),
      "a view [\(rows), \(columns)] at \(offset), stride \(stride), leaves its storage of \(storage.count)")
    self.storage = storage
    self.offset = offset
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// rows · columns.
  public var count: Int { rows * columns }

  /// Whether the elements stand without a gap.
  public var isContiguous: Bool { stride == columns || rows <= 1 }

  /// The view of some of the rows.
  public func rows(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return Matrix(
      storage, offset: offset + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// The view of some of the columns.
  public func columns(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) of \(columns)")
    return Matrix(storage, offset: offset + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// The same elements as one row; the view must be contiguous.
  public var flattened: Matrix {
    precondition(isContiguous, "a view with gaps cannot be flattened")
    return Matrix(storage, offset: offset, rows: 1, columns: count)
  }
}
