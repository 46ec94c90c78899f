public import Compute

/// The place of one named tensor in a flat buffer.
///
/// The same place holds its value in the buffer of values, its gradient in the buffer of gradients, and each of its
/// moments in an optimizer's buffers.
public struct Parameter: Sendable, Equatable {
  /// The tensor's name in a model file, as PyTorch has it.
  public let name: String
  /// Its shape, of one or two dimensions.
  public let shape: [Int]
  /// The place of its first element.
  public let offset: Int

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// The tensor in one of the buffers: [rows, columns], or [1, columns] of a vector.
  public func view<Storage>(in storage: Storage) -> Matrix<Storage> {
    let (rows, columns) = shape.count == 2 ? (shape[0], shape[1]) : (1, shape[0])
    return Matrix(storage, offset: offset, rows: rows, columns: columns)
  }
}

extension Parameter {
  /// A vector in one of the buffers, as a table [count, 1] with a row for each element.
  func column<Storage>(in storage: Storage) -> Matrix<Storage> {
    Matrix(storage, offset: offset, rows: count, columns: 1)
  }
}

/// The table of the named tensors that share one flat buffer per role.
public struct ParameterLayout: Sendable, Equatable {
  /// The tensors, in the order of their places.
  public private(set) var parameters: [Parameter] = []
  /// The size of a buffer.
  public private(set) var count = 0

  /// An empty table.
  public init() {}

  /// Gives the next free place to a tensor.
  public mutating func add(_ name: String, _ shape: Int...) -> Parameter {
    let parameter = Parameter(name: name, shape: shape, offset: count)
    parameters.append(parameter)
    count += parameter.count
    return parameter
  }

  /// A whole buffer as one row.
  public func all<Storage>(of storage: Storage) -> Matrix<Storage> {
    Matrix(storage, rows: 1, columns: count)
  }
}
