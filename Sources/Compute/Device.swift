/// Where numbers live and every operation on them is computed.
///
/// Layers are written once, against this protocol, and never read an element themselves. A device is one context: it has
/// scratch memory of its own, and one thread uses it at a time; within an operation it may have other threads of its
/// own. No result depends on how many they are. Matrices are row-major views; unless an operation says otherwise its
/// arguments are contiguous. Shapes: B lanes, T time steps, H hidden, V vocabulary.
public protocol Device: CellDevice {
  /// The weights of an LSTM layer, in the layout that the device's windows read fastest.
  associatedtype PackedLSTM: AnyObject, Sendable
  /// Weights that stay as they are, in the layout and format that inference reads fastest.
  associatedtype InferenceMatrix: AnyObject, Sendable
  /// A layer of such weights.
  associatedtype InferenceLSTM: AnyObject, Sendable

  /// A new context of a single thread, to work beside this one.
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

  /// c = start + a · b, or start + a · bᵀ, any strides.
  ///
  /// `start` is [1, n] for every row, c itself, or nil for nothing.
  func multiply(
    _ a: Matrix<Storage>, _ b: Matrix<Storage>, transposed: Bool, plus start: Matrix<Storage>?,
    into c: Matrix<Storage>)
  /// c = aᵀ · b, or c += aᵀ · b: a [k, m], b [k, n], c [m, n]; any strides.
  func multiplyTransposed(
    _ a: Matrix<Storage>, _ b: Matrix<Storage>, into c: Matrix<Storage>, accumulating: Bool)

  // MARK: Windows of an LSTM layer

  /// Room for the weights of a layer; an input size of 0 leaves out those of the input.
  func allocatePackedLSTM(inputSize I: Int, hiddenSize H: Int) -> PackedLSTM
  /// Packs W_x [4H, I], or nothing of it, and W_h [4H, H].
  func pack(input W_x: Matrix<Storage>?, recurrent W_h: Matrix<Storage>, into packed: PackedLSTM)
  /// From the state before a window to the states and the gates of all its steps.
  func lstmForward(_ window: LSTMWindow<Storage>, weights: PackedLSTM)
  /// The window's gradient: gates from activations to d(pre-activations), and zeros where a state h was not read but
  /// taken for zero.
  ///
  /// - Parameters:
  ///   - dh: [T·B, H], the gradient of the outputs; it takes in what comes back through the recurrence.
  ///   - dc: [B, H], where the gradient of the cells before the window goes.
  ///   - dBias: [1, 4H], to which d(pre-activations) of all rows are added.
  ///   - dPeepholes: [1, 3H], to which the gradient is added.
  func lstmBackward(
    _ window: LSTMWindow<Storage>, weights: PackedLSTM, dh: Matrix<Storage>, dc: Matrix<Storage>,
    dBias: Matrix<Storage>, dPeepholes: Matrix<Storage>?)

  // MARK: Softmax

  /// ln p(target) of each row, in nats, of row r at place `start` + r; logits [rows, V] become (p - onehot(target)) ·
  /// scale.
  func crossEntropy(
    logits: Matrix<Storage>, targets: ArraySlice<UInt32>, scale: Float, into logProbabilities: inout [Double],
    at start: Int)
  /// ln p(target) of each row, in nats, of row r at place `start` + r; logits stay.
  func logProbability(
    logits: Matrix<Storage>, targets: ArraySlice<UInt32>, into logProbabilities: inout [Double], at start: Int)

  /// out[r] = logits[r] - ln Σ e^logits[r] + start[r]: logits [rows, V]; start [rows, 1] and out [rows, V] of any stride.
  func logSoftmax(_ logits: Matrix<Storage>, plus start: Matrix<Storage>, into out: Matrix<Storage>)

  // MARK: Rows

  /// out[r] = table[ids[r]].
  func gatherRows(_ table: Matrix<Storage>, _ ids: [UInt32], into out: Matrix<Storage>)
  /// table[ids[r]] += x[r], in the order of the rows.
  func scatterAddRows(_ x: Matrix<Storage>, _ ids: [UInt32], into table: Matrix<Storage>)
  /// out[r] += a[r] · b[r]: a and b [rows, n]; out [rows, 1] of any stride. No factor is rounded.
  func addRowDots(_ a: Matrix<Storage>, _ b: Matrix<Storage>, to out: Matrix<Storage>)
  /// x[r] = factors[r] · x[r]; factors [rows, 1].
  func scaleRows(_ x: Matrix<Storage>, by factors: Matrix<Storage>)
  /// out [1, columns] += the sum of the rows of x; any stride of x.
  func accumulateRowSum(_ x: Matrix<Storage>, into out: Matrix<Storage>)

  // MARK: Vectors

  /// y += factor · x.
  func add(_ x: Matrix<Storage>, times factor: Double, to y: Matrix<Storage>)
  /// mean += share · (x - mean).
  func average(_ x: Matrix<Storage>, share: Double, into mean: Matrix<Storage>)
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
  /// A step of Adam, with decoupled weight decay; the first moment is nil for RMSprop, where m is the gradient.
  func adam(
    _ values: Matrix<Storage>, gradients: Matrix<Storage>, firstMoment: Matrix<Storage>?, secondMoment: Matrix<Storage>,
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
  ///
  /// - Parameter resets: [T·B], whether the state before a step is taken for zero; empty for nowhere.
  func lstmSteps(
    _ layer: InferenceLSTM, _ input: LSTMInput<Storage>, from lanes: LSTMLanes<Storage>, resets: [Bool],
    h: Matrix<Storage>, c: Matrix<Storage>)
}

extension Device {
  /// y += x.
  public func add(_ x: Matrix<Storage>, to y: Matrix<Storage>) { add(x, times: 1, to: y) }
}
