public import Compute

/// The layer that makes a distribution over the tokens of what the stack puts out.
///
/// Whoever trains, scores or writes with a model works with its passes and does not see which kind it is.
public enum OutputLayer: Sendable {
  /// One table of all tokens.
  case full(SoftmaxOutput)
  /// A table of the frequent tokens and smaller ones of the others.
  case adaptive(AdaptiveSoftmax)

  /// The bias: of all tokens, or of the head.
  public var bias: Parameter {
    switch self {
    case .full(let softmax): softmax.bias
    case .adaptive(let softmax): softmax.headBias
    }
  }

  /// How often what each number of the bias stands for occurs, from the counts of the V tokens.
  public func biasCounts(_ counts: [Int]) -> [Int] {
    switch self {
    case .full: counts
    case .adaptive(let softmax): softmax.headCounts(counts)
    }
  }

  /// How many inputs each number of a table is one weight of, which the values of a new model depend on.
  public func inputSize(of parameter: Parameter) -> Int? {
    switch self {
    case .full: nil
    case .adaptive(let softmax): softmax.clusters.first { $0.weight == parameter }?.size
    }
  }

  /// Memory for windows of so many rows; with a sample of its tokens, a full softmax is trained on that.
  public func makePass<D: Device>(
    rows: Int, sample: SoftmaxSample<D>? = nil, on device: D
  ) -> any OutputPass<D> {
    switch self {
    case .full(let softmax):
      if let sample {
        SampledPass(sample, rows: rows, on: device)
      } else {
        SoftmaxPass(softmax, rows: rows, on: device)
      }
    case .adaptive(let softmax): AdaptivePass(softmax, rows: rows, on: device)
    }
  }

  /// The numbers that the memory for so many rows holds, with a sample of so many tokens, if there is one.
  public func passSize(rows: Int, sample N: Int?) -> Int {
    switch self {
    case .full(let softmax):
      N.map { softmax.sampledPassSize(rows: rows, sample: $0) }
        ?? softmax.block(of: rows) * softmax.vocabularySize
    case .adaptive(let softmax): softmax.passSize(rows: rows)
    }
  }

  /// The layer's values in the layout and format of inference; they are copied.
  public func forInference<D: Device>(
    values: D.Storage, format: WeightFormat, on device: D
  ) -> any InferenceOutput<D> {
    switch self {
    case .full(let softmax): SoftmaxInference(softmax, values: values, format: format, on: device)
    case .adaptive(let softmax): AdaptiveInference(softmax, values: values, format: format, on: device)
    }
  }
}

/// An output layer's work on windows of training, with the memory that it needs; one thread uses it at a time.
public protocol OutputPass<D>: AnyObject {
  /// Where it computes.
  associatedtype D: Device

  /// ln p(target), in nats, of every row of h [rows, H].
  func logProbabilities(
    _ h: Matrix<D.Storage>, targets: [UInt32], values: D.Storage, into logProbabilities: inout [Double])

  /// The same, with the gradients of -scale · Σ ln p(target).
  ///
  /// - Parameters:
  ///   - dh: [rows, H], where the gradient of h goes.
  ///   - gradients: the flat buffer whose places of the layer's parameters are overwritten.
  func trainingStep(
    _ h: Matrix<D.Storage>, targets: [UInt32], scale: Float, values: D.Storage, dh: Matrix<D.Storage>,
    gradients: D.Storage, into logProbabilities: inout [Double])
}

/// An output layer's values as a model reads them that only predicts; several threads may share them.
public protocol InferenceOutput<D>: AnyObject, Sendable {
  /// Where it computes.
  associatedtype D: Device

  /// Memory for blocks of so many rows.
  func makePass(rows: Int, on device: D) -> any InferenceOutputPass<D>
}

/// An output layer's work on what is only predicted, with the memory that it needs; one thread uses it at a time.
public protocol InferenceOutputPass<D>: AnyObject {
  /// Where it computes.
  associatedtype D: Device

  /// The logits [rows, V] of h [rows, H]: log-probabilities in nats but for a number that is added to a whole row.
  func logits(_ h: Matrix<D.Storage>) -> Matrix<D.Storage>

  /// ln p(target), in nats, of every row of h [rows, H].
  func logProbabilities(
    _ h: Matrix<D.Storage>, targets: ArraySlice<UInt32>, into logProbabilities: inout [Double], at start: Int)
}

/// How many rows of logits are held at a time, of `rows` there are: about 16 MB of them, but 128 rows at least, since
/// the gradient of a table is read and written once for each block.
public func logitsBlock(of rows: Int, columns: Int) -> Int {
  let most = max(128, 1 << 22 / columns)
  let blocks = max(1, (rows + most - 1) / most)
  return max(1, (rows + blocks - 1) / blocks)
}

/// Calls `body` with one block of rows after another.
func forEachBlock(of block: Int, rows: Int, _ body: (Range<Int>) -> Void) {
  var start = 0
  while start < rows {
    let end = min(start + block, rows)
    body(start..<end)
    start = end
  }
}
