/// Where numbers live and every operation on them is computed.
///
/// Layers are written once, against this protocol, and never read an element themselves. A device is one
/// single-threaded context: products use scratch memory of its own, so a thread that multiplies has its own context,
/// while every other operation may be called from any thread. Several threads may work on one storage as long as none
/// writes what another reads. Matrices are row-major views; unless an operation says
/// otherwise its arguments are contiguous. Shapes: B lanes, T time steps, H hidden, V vocabulary.
public protocol Device: AnyObject, Sendable {
  /// The numbers of this kind of device.
  associatedtype Storage: DeviceStorage
  /// The right-hand side of a product, in the layout that the device reads fastest.
  associatedtype PackedMatrix: AnyObject, Sendable
  /// Weights that stay as they are, in the layout and format that inference reads fastest.
  associatedtype InferenceMatrix: AnyObject, Sendable
  /// A layer of such weights.
  associatedtype InferenceLSTM: AnyObject, Sendable

  /// A new context, to work beside this one.
  func makeContext() -> Self

  // MARK: Memory

  /// `count` zeros.
  func allocate(_ count: Int) -> Storage
  /// Copies numbers from the host to `destination`, row by row.
  func upload(_ values: [Float], to destination: Matrix<Storage>)
  /// Copies the numbers of `source` to the host, row by row; `values` is resized when its count is another.
  func download(_ source: Matrix<Storage>, to values: inout [Float])
  /// Copies between matrices of one shape.
  func copy(_ source: Matrix<Storage>, to destination: Matrix<Storage>)
  /// Sets every element to zero.
  func clear(_ x: Matrix<Storage>)

  // MARK: Products

  /// Room for a packed matrix [k, n].
  func allocatePacked(rows k: Int, columns n: Int) -> PackedMatrix
  /// Packs `b`, or its transpose; any stride.
  func pack(_ b: Matrix<Storage>, transposed: Bool, into packed: PackedMatrix)
  /// c = a · b, or c += a · b; any stride of a and c.
  func multiply(_ a: Matrix<Storage>, _ b: PackedMatrix, into c: Matrix<Storage>, accumulating: Bool)
  /// c += aᵀ · b: a [k, m], b [k, n], c [m, n]; any strides.
  func accumulateTransposedProduct(_ a: Matrix<Storage>, _ b: Matrix<Storage>, into c: Matrix<Storage>)

  // MARK: The LSTM cell

  /// One step: gates from pre-activations without bias to activations in place, and the new c and h.
  ///
  /// Gates [B, 4H] stand in the order i, f, g, o, as does `bias` [1, 4H]; peepholes [1, 3H] in the order i, o, f.
  func lstmStep(
    gates: Matrix<Storage>, bias: Matrix<Storage>, peepholes: Matrix<Storage>?, cPrevious: Matrix<Storage>,
    c: Matrix<Storage>, h: Matrix<Storage>)
  /// The step's gradient: gates from activations to d(pre-activations) in place, dc from this step's to the one before.
  func lstmStepBackward(
    gates: Matrix<Storage>, peepholes: Matrix<Storage>?, cPrevious: Matrix<Storage>, c: Matrix<Storage>,
    dh: Matrix<Storage>, dc: Matrix<Storage>)

  // MARK: Softmax

  /// ln p(target) of each row, in nats; logits [rows, V] become (p - onehot(target)) · scale.
  func crossEntropy(
    logits: Matrix<Storage>, targets: ArraySlice<UInt32>, scale: Float, into logProbabilities: inout ArraySlice<Double>)
  /// ln p(target) of each row, in nats; logits stay.
  func logProbability(
    logits: Matrix<Storage>, targets: ArraySlice<UInt32>, into logProbabilities: inout ArraySlice<Double>)

  // MARK: Rows

  /// out[r] = table[ids[r]].
  func gatherRows(_ table: Matrix<Storage>, _ ids: [UInt32], into out: Matrix<Storage>)
  /// table[ids[r]] += x[r], in the order of the rows.
  func scatterAddRows(_ x: Matrix<Storage>, _ ids: [UInt32], into table: Matrix<Storage>)
  /// Every row of `out` becomes `row` [1, columns].
  func fillRows(of out: Matrix<Storage>, with row: Matrix<Storage>)
  /// out [1, columns] += the sum of the rows of x; any stride of x.
  func accumulateRowSum(_ x: Matrix<Storage>, into out: Matrix<Storage>)
  /// out [1, columns] += the sum over rows of x ∘ y; any strides of x and y.
  func accumulateRowSum(of x: Matrix<Storage>, times y: Matrix<Storage>, into out: Matrix<Storage>)

  // MARK: Vectors

  /// y += x.
  func add(_ x: Matrix<Storage>, to y: Matrix<Storage>)
  /// The sum of squares.
  func sumOfSquares(_ x: Matrix<Storage>) -> Double
  /// Inverted dropout: out = x / (1 - rate) where the mask of (seed, stream) keeps, else 0; x and out may be the same.
  ///
  /// The mask is a function of seed, stream and place alone (Philox 4x32-10, Salmon et al. 2011), so the backward pass
  /// applies it again instead of storing it.
  func dropout(_ x: Matrix<Storage>, rate: Float, seed: UInt64, stream: UInt64, into out: Matrix<Storage>)

  // MARK: Optimizers

  /// A step of SGD; velocity is nil without momentum.
  func sgd(
    _ values: Matrix<Storage>, gradients: Matrix<Storage>, velocity: Matrix<Storage>?, _ step: SGDStep)
  /// A step of Adam, with decoupled weight decay.
  func adam(
    _ values: Matrix<Storage>, gradients: Matrix<Storage>, firstMoment: Matrix<Storage>, secondMoment: Matrix<Storage>,
    _ step: AdamStep)

  // MARK: Inference

  /// Lays out W [n, k] for products x · Wᵀ.
  func inferenceMatrix(_ W: Matrix<Storage>, _ format: WeightFormat) -> InferenceMatrix
  /// Lays out a layer; with an embedding [V, I] its input is tokens, whose products by W_x are made once, unrounded.
  func inferenceLSTM(
    _ values: LSTMValues<Storage>, embedding: Matrix<Storage>?, _ format: WeightFormat
  ) -> InferenceLSTM
  /// y [rows, n] = x [rows, k] · Wᵀ + bias [1, n].
  func affine(
    _ x: Matrix<Storage>, _ W: InferenceMatrix, bias: Matrix<Storage>, into y: Matrix<Storage>)
  /// T steps of a layer, of which nothing is kept but the outputs h [T·B, H] and the last cells c [B, H].
  ///
  /// h and c may not be where the lanes come from. The same bits come out for any split of the steps and of the lanes.
  func lstmForward(
    _ layer: InferenceLSTM, _ input: LSTMInput<Storage>, from lanes: LSTMLanes<Storage>, h: Matrix<Storage>,
    c: Matrix<Storage>)
}
