internal import Compute
internal import LanguageModeling
internal import Tokenization

/// How far back a prediction's gradient reaches: its norm with respect to what each layer put out some steps before.
///
/// Where it shrinks by the same factor from one lag to the next, a net cannot learn what lies so far back (Hochreiter 1991;
/// Bengio, Simard & Frasconi 1994).
public struct GradientReach: Sendable {
  /// ‖∂(-ln p) / ∂h‖, in nats, of each layer and lag, the mean over the lines that are long enough; lag 0 is the step that
  /// the prediction is made from.
  public private(set) var norms: [[Double]]
  /// How many lines each lag is of.
  public private(set) var lines: [Int] = []

  /// The most tokens of a line, since a line goes through the model as one window.
  static let longestLine = 10_000

  /// Measures a model on the last token of each line of texts, line feeds left out, every line from the initial state.
  ///
  /// - Parameters:
  ///   - path: a model file, or a run's folder, whose best model is taken.
  ///   - inputs: the texts.
  ///   - invalidUTF8: what is done with bytes that are not UTF-8.
  /// - Throws: `DataError` when the model or a text cannot be read, a line has more than 10,000 tokens, or none has any.
  public init(of path: String, linesOf inputs: [CorpusInput], invalidUTF8: InvalidUTF8Policy? = nil) throws(DataError) {
    let base = try BaseModel(path: path)
    let (network, device) = (LSTMNetwork(base.file.configuration), CPUDevice())
    let weights = NetworkWeights(network, windowSize: 0, on: device)
    try base.file.load(into: weights.values, of: network, on: device)
    weights.pack(on: device)
    let gradients = device.allocate(network.parameterCount)
    norms = network.layers.map { _ in [] }
    let encoder = try LineEncoder(base.vocabulary, inputs, invalidUTF8: invalidUTF8)
    var window: Window<CPUDevice>?
    var (ids, number): ([UInt32], Int) = ([], 0)
    while try encoder.next(into: &ids) != nil {
      number += 1
      if let end = ids.last, base.vocabulary.isLineEnd(end) { ids.removeLast() }
      guard let target = ids.popLast() else { continue }
      ids.insert(base.vocabulary.boundary, at: 0)
      guard ids.count <= Self.longestLine else {
        throw DataError(
          .data,
          "line \(number) has \(ids.count) tokens; a gradient is followed over \(Self.longestLine) at most, so cut the line"
        )
      }
      if (window?.steps ?? 0) < ids.count {
        window = Window(network, weights: weights, steps: ids.count, lanes: 1, trained: true, on: device)
      }
      let state = LSTMState(network.configuration, lanes: 1, on: device)
      if let window {
        add(window.gradientNorms(ids, target: target, weights: weights, state: state, gradients: gradients))
      }
    }
    if lines.isEmpty {
      throw DataError(.data, "the texts have no line with a token to predict; give a text of at least one line")
    }
    for k in norms.indices { norms[k] = zip(norms[k], lines).map { $0 / Double($1) } }
  }

  private mutating func add(_ found: [[Double]]) {
    let steps = found[0].count
    while lines.count < steps {
      lines.append(0)
      for k in norms.indices { norms[k].append(0) }
    }
    for lag in 0..<steps {
      lines[lag] += 1
      for k in norms.indices { norms[k][lag] += found[k][steps - 1 - lag] }
    }
  }

  /// The norms by layer, and the lines, of all lags from 0 on.
  public var json: JSONValue {
    .object([
      .init("kind", .string("gradients")), .init("lines", .array(lines.map { .integer($0) })),
      .init("norms", .array(norms.map { .array($0.map { .number($0) }) })),
    ])
  }
}

extension Vocabulary {
  /// Whether a token is the end of a line and nothing else.
  fileprivate func isLineEnd(_ token: UInt32) -> Bool { token == endOfLine || bytes(of: token) == [0x0A] }
}
