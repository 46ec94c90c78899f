internal import Compute

/// The memory of an adaptive softmax for up to some rows, and what training and inference do alike in it.
///
/// `multiply` makes x · Wᵀ of one of the tables, in whatever layout its values are.
final class AdaptiveRoom<D: Device> {
  typealias Table = AdaptiveSoftmax.Table
  typealias Products = (_ table: Table, _ x: Matrix<D.Storage>, _ y: Matrix<D.Storage>) -> Void

  let layer: AdaptiveSoftmax
  private let device: D
  private let logits: D.Storage  // a block of the widest softmax
  private let h, y: D.Storage  // [rows, H] and [rows, size], of the rows whose targets are in one cluster
  /// What the head is to choose in each row: the target itself, or its cluster.
  private(set) var headTargets: [UInt32] = []
  /// The rows whose targets are in each cluster, and the targets counted from its start.
  private(set) var places: [[UInt32]]
  private(set) var targets: [[UInt32]]
  /// ln p_i(target) of the rows of one cluster.
  private var own: [Double] = []

  init(_ layer: AdaptiveSoftmax, rows: Int, on device: D) {
    self.layer = layer
    self.device = device
    logits = device.allocate(layer.logitsSize(rows: rows))
    h = device.allocate(rows * layer.inputSize)
    y = device.allocate(rows * layer.clusters[0].size)
    places = layer.clusters.map { _ in [] }
    targets = places
  }

  /// Sorts the rows by the clusters of their targets.
  func sort(_ tokens: ArraySlice<UInt32>) {
    headTargets.removeAll(keepingCapacity: true)
    for i in places.indices {
      places[i].removeAll(keepingCapacity: true)
      targets[i].removeAll(keepingCapacity: true)
    }
    let c = layer.headTokens
    for (row, token) in tokens.enumerated() {
      guard token >= c, let i = layer.clusters.firstIndex(where: { token < $0.tokens.upperBound }) else {
        headTargets.append(token)
        continue
      }
      headTargets.append(UInt32(c + i))
      places[i].append(UInt32(row))
      targets[i].append(token - UInt32(layer.clusters[i].tokens.lowerBound))
    }
  }

  /// The logits of the head for all rows of h, in blocks.
  func forEachHeadBlock(
    _ h: Matrix<D.Storage>, _ multiply: Products, _ body: (Range<Int>, _ logits: Matrix<D.Storage>) -> Void
  ) {
    forEachBlock(.head, h, multiply) { rows, logits in body(rows, logits) }
  }

  /// h and its projection for the rows of cluster i.
  func gather(_ all: Matrix<D.Storage>, cluster i: Int, _ multiply: Products) -> (Matrix<D.Storage>, Matrix<D.Storage>)
  {
    let n = places[i].count
    let h = Matrix(h, rows: n, columns: layer.inputSize)
    let y = Matrix(y, rows: n, columns: layer.clusters[i].size)
    device.gatherRows(all, places[i], into: h)
    multiply(.projection(i), h, y)
    return (h, y)
  }

  /// The logits of cluster i for rows of its projection, in blocks; `score` puts ln p_i(target) where it is told to, and
  /// it is added to the log-probabilities of the rows.
  func forEachTailBlock(
    _ y: Matrix<D.Storage>, cluster i: Int, _ multiply: Products, into logProbabilities: inout [Double], at start: Int,
    score: (Range<Int>, _ logits: Matrix<D.Storage>, inout [Double]) -> Void
  ) {
    own.removeAll(keepingCapacity: true)
    own.append(contentsOf: repeatElement(0, count: y.rows))
    forEachBlock(.tail(i), y, multiply) { rows, logits in score(rows, logits, &own) }
    for (row, p) in zip(places[i], own) { logProbabilities[start + Int(row)] += p }
  }

  /// ln p(target), in nats, of every row of h, of row r at place `start` + r.
  func logProbabilities(
    _ h: Matrix<D.Storage>, targets tokens: ArraySlice<UInt32>, into logProbabilities: inout [Double], at start: Int,
    _ multiply: Products
  ) {
    sort(tokens)
    forEachHeadBlock(h, multiply) { rows, logits in
      device.logProbability(
        logits: logits, targets: headTargets[rows], into: &logProbabilities, at: start + rows.lowerBound)
    }
    for i in places.indices where !places[i].isEmpty {
      let (_, y) = gather(h, cluster: i, multiply)
      forEachTailBlock(y, cluster: i, multiply, into: &logProbabilities, at: start) { rows, logits, own in
        device.logProbability(logits: logits, targets: targets[i][rows], into: &own, at: rows.lowerBound)
      }
    }
  }

  /// The logits [rows, V] of h [rows, H]: those of the head, and behind them for each cluster the logit of its symbol
  /// plus the log-probabilities within it.
  ///
  /// - Parameter head: [rows, c₁ + clusters], memory for the head's logits.
  func logits(_ h: Matrix<D.Storage>, head: Matrix<D.Storage>, into out: Matrix<D.Storage>, _ multiply: Products) {
    let c = layer.headTokens
    multiply(.head, h, head)
    device.copy(head.columns(0..<c), to: out.columns(0..<c))
    for (i, cluster) in layer.clusters.enumerated() {
      let y = Matrix(y, rows: h.rows, columns: cluster.size)
      let own = Matrix(logits, rows: h.rows, columns: cluster.tokens.count)
      multiply(.projection(i), h, y)
      multiply(.tail(i), y, own)
      device.logSoftmax(own, plus: head.columns(c + i..<c + i + 1), into: out.columns(cluster.tokens))
    }
  }

  private func forEachBlock(
    _ table: Table, _ x: Matrix<D.Storage>, _ multiply: Products,
    _ body: (Range<Int>, _ logits: Matrix<D.Storage>) -> Void
  ) {
    let n = layer.parameter(table).shape[0]
    NeuralNetwork.forEachBlock(of: logitsBlock(of: x.rows, columns: n), rows: x.rows) { rows in
      let logits = Matrix(logits, rows: rows.count, columns: n)
      multiply(table, x.rows(rows), logits)
      body(rows, logits)
    }
  }
}
