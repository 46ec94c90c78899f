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
  /// A step of an LSTM up to its new c; gates become activations, an input gate that is capped what it was before.
  func lstmGates(
    _ step: CellStep<Storage>, _ form: LSTMForm<Storage>, cPrevious: Matrix<Storage>, into c: Matrix<Storage>)
  /// Its gradient, after that of the output: gates become the gradients of the products.
  ///
  /// - Parameter dc: [B, H], the gradient of the new c, which becomes that of the one before.
  func lstmGatesBackward(
    _ step: CellStep<Storage>, _ form: LSTMForm<Storage>, cPrevious: Matrix<Storage>, dc: Matrix<Storage>)
  /// h = o ∘ tanh(c), of an LSTM whose gates are activations.
  func lstmOutput(_ step: CellStep<Storage>, _ form: LSTMForm<Storage>, c: Matrix<Storage>, into h: Matrix<Storage>)
  /// Its gradient, that of c into dc; o becomes the gradient of its products.
  func lstmOutputBackward(
    _ step: CellStep<Storage>, _ form: LSTMForm<Storage>, c: Matrix<Storage>, dh: Matrix<Storage>,
    into dc: Matrix<Storage>)
  /// A step of a simple recurrent net (Elman 1990): h = tanh(x + u), which the gates become too.
  func elman(_ step: CellStep<Storage>, h: Matrix<Storage>)
  /// The step's gradient: gates become that of the products.
  func elmanBackward(_ step: CellStep<Storage>, dh: Matrix<Storage>)

  // MARK: What stands beside a cell

  /// y = gain ∘ (x - mean) / √(variance + 1e-5) + bias of every row (Ba 2016).
  ///
  /// - Parameters:
  ///   - x: [rows, n]; becomes what is multiplied by the gain.
  ///   - gain: [1, n].
  ///   - bias: [1, n], or nil for none.
  ///   - inverse: [rows, 1], where 1 / √(variance + 1e-5) goes.
  func normalize(
    _ x: Matrix<Storage>, gain: Matrix<Storage>, bias: Matrix<Storage>?, inverse: Matrix<Storage>,
    into y: Matrix<Storage>)
  /// From what `normalize` left in x to the gradient of what stood there before.
  func normalizeBackward(
    _ x: Matrix<Storage>, gain: Matrix<Storage>, inverse: Matrix<Storage>, dy: Matrix<Storage>)
  /// out [1, columns] += the sum of the rows of a ∘ b; any strides.
  func accumulateRowSum(_ a: Matrix<Storage>, times b: Matrix<Storage>, into out: Matrix<Storage>)
  /// gate = σ(gate), and y = 2 gate ∘ x (Melis 2020).
  func mogrify(_ gate: Matrix<Storage>, _ x: Matrix<Storage>, into y: Matrix<Storage>)
  /// From d of y to that of x, in place; the gate becomes the gradient of what it was before σ.
  func mogrifyBackward(_ gate: Matrix<Storage>, _ x: Matrix<Storage>, d: Matrix<Storage>)
  /// x = keep ∘ x + (1 - keep) ∘ previous (zoneout, Krueger 2017).
  func mix(_ x: Matrix<Storage>, with previous: Matrix<Storage>, keeping keep: Kept<Storage>)
  /// From d of the mixture to that of x, in place, and that of what it was mixed with.
  func mixBackward(_ d: Matrix<Storage>, keeping keep: Kept<Storage>, into dPrevious: Matrix<Storage>)
  /// 1 where `dropout` keeps an element of a vector, else 0.
  func mask(rate: Float, seed: UInt64, stream: UInt64, into out: Matrix<Storage>)
}

/// What is kept of each of some numbers.
public enum Kept<Storage: DeviceStorage> {
  /// A share of its own of each.
  case mask(Matrix<Storage>)
  /// The same of all.
  case share(Double)
}

/// What the input gate of an LSTM is.
public enum InputGate: String, Sendable, CaseIterable {
  /// A gate of its own.
  case free
  /// 1 - f, what the forget gate lets go.
  case coupled
  /// The lesser of a gate of its own and 1 - f (Melis 2020).
  case capped
}

/// What an LSTM's gates are: i, f, g, o, or f, g, o where i is coupled.
public struct LSTMForm<Storage: DeviceStorage> {
  /// The input gate.
  public let inputGate: InputGate
  /// p [1, 3H] in the order i, o, f, or [1, 2H] of o and f; nil without peepholes.
  public let peepholes: Matrix<Storage>?

  /// A form.
  public init(_ inputGate: InputGate, peepholes: Matrix<Storage>?) {
    self.inputGate = inputGate
    self.peepholes = peepholes
  }

  /// How many gates there are.
  public var gates: Int { inputGate == .coupled ? 3 : 4 }

  /// Where the columns of the forget gate begin, of H cells.
  public func forgetPlace(_ H: Int) -> Int { (gates - 3) * H }

  /// Stops the program when the step's shapes do not agree.
  func require(_ step: CellStep<Storage>, _ states: Matrix<Storage>...) {
    for x in states { step.require(gates: gates, x) }
    precondition(
      peepholes.map { $0.count * gates == (gates - 1) * step.gates.columns && $0.isContiguous } ?? true,
      "peepholes [\(peepholes?.count ?? 0)] beside gates [\(step.gates.rows), \(step.gates.columns)]")
  }
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

/// Rows [rows, n] with gain and bias [1, n] and a deviation of each [rows, 1].
func requireNorm<S>(
  _ x: Matrix<S>, _ gain: Matrix<S>, _ bias: Matrix<S>?, _ inverse: Matrix<S>, _ y: Matrix<S>
) {
  requireVectors(x, y)
  requireSameShape(x, y)
  precondition(
    gain.count == x.columns && gain.isContiguous && (bias.map { $0.count == x.columns && $0.isContiguous } ?? true)
      && inverse.count == x.rows && inverse.isContiguous,
    "a norm of [\(x.rows), \(x.columns)] with gain [\(gain.count)], deviations [\(inverse.count)]")
}

/// Numbers with as many others, and as many of what is kept.
func requireMixture<S>(_ x: Matrix<S>, _ previous: Matrix<S>, _ keep: Kept<S>) {
  requireVectors(x, previous)
  if case .mask(let mask) = keep { requireVectors(x, mask) }
}
