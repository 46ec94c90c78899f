/// What a device computes for layers that go step by step: products by packed weights, and the cells of B lanes.
///
/// A cell's products of the input and of the state before it come without bias. All matrices but the factors and results of
/// products are contiguous.
public protocol CellDevice: AnyObject, Sendable {
  /// The numbers of this kind of device.
  associatedtype Storage: DeviceStorage
  /// A factor that stays as it is for many products, in the layout that they read fastest.
  associatedtype PackedMatrix: AnyObject, Sendable

  // MARK: Products

  /// Room for a right factor of k rows and n columns.
  func allocatePackedMatrix(rows k: Int, columns n: Int) -> PackedMatrix
  /// Packs B [k, n], or a B [n, k] that is to be transposed.
  func pack(_ B: Matrix<Storage>, transposed: Bool, into packed: PackedMatrix)
  /// c [m, n] = a [m, k] · B; any strides.
  func multiply(_ a: Matrix<Storage>, _ B: PackedMatrix, into c: Matrix<Storage>)

  // MARK: Cells

  /// A step of a gated recurrent unit (Cho 2014) in PyTorch's form, gates in the order r, z, n:
  /// h = n + z ∘ (h' - n), where n = tanh(x_n + r ∘ u_n).
  ///
  /// Gates become activations, and the last third of `recurrent` takes on its bias.
  func gru(_ step: CellStep<Storage>, hPrevious: Matrix<Storage>, h: Matrix<Storage>)
  /// The step's gradient: gates and recurrent become the gradients of the products.
  ///
  /// - Parameters:
  ///   - dh: [B, H], the gradient of h.
  ///   - dPrevious: [B, H], where that part of the gradient of h' goes which does not pass through the products.
  func gruBackward(
    _ step: CellStep<Storage>, hPrevious: Matrix<Storage>, dh: Matrix<Storage>, dPrevious: Matrix<Storage>)
  /// A step of a simple recurrent net (Elman 1990): h = tanh(x + u), which the gates become too.
  func elman(_ step: CellStep<Storage>, h: Matrix<Storage>)
  /// The step's gradient: gates become that of the products.
  func elmanBackward(_ step: CellStep<Storage>, dh: Matrix<Storage>)
}

/// The products of one step of B lanes and their biases.
public struct CellStep<Storage: DeviceStorage> {
  /// Products of the input [B, gates].
  public let gates: Matrix<Storage>
  /// Products of the state before [B, gates].
  public let recurrent: Matrix<Storage>
  /// What is added to the former [1, gates].
  public let inputBias: Matrix<Storage>
  /// What is added to the latter [1, gates].
  public let recurrentBias: Matrix<Storage>

  /// A step whose shapes agree.
  public init(
    gates: Matrix<Storage>, recurrent: Matrix<Storage>, inputBias: Matrix<Storage>, recurrentBias: Matrix<Storage>
  ) {
    requireVectors(gates, recurrent)
    requireVectors(inputBias, recurrentBias)
    precondition(
      gates.columns == recurrent.columns && gates.columns == inputBias.count,
      "products [\(gates.rows), \(gates.columns)] with \(inputBias.count) biases")
    self.gates = gates
    self.recurrent = recurrent
    self.inputBias = inputBias
    self.recurrentBias = recurrentBias
  }

  /// Stops the program when a state is not [B, H] of so many gates.
  func require(gates count: Int, _ states: Matrix<Storage>...) {
    for x in states {
      precondition(
        x.rows == gates.rows && x.columns * count == gates.columns && x.isContiguous,
        "a state [\(x.rows), \(x.columns)] beside \(count) gates in [\(gates.rows), \(gates.columns)]")
    }
  }
}

extension Matrix {
  /// Stops the program when the product a [m, k] · B [k, n] does not go into c.
  static func requireProduct(_ a: Matrix, rows k: Int, columns n: Int, into c: Matrix) {
    precondition(
      a.columns == k && c.columns == n && a.rows == c.rows,
      "[\(a.rows), \(a.columns)] · [\(k), \(n)] into [\(c.rows), \(c.columns)]")
  }

  /// Stops the program when it is not B [k, n], or [n, k] that is to be transposed.
  func requireFactor(rows k: Int, columns n: Int, transposed: Bool) {
    precondition(
      (rows, columns) == (transposed ? (n, k) : (k, n)), "[\(rows), \(columns)] in the place of a factor [\(k), \(n)]")
  }
}
