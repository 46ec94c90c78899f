public import Compute
internal import NeuralNetwork
internal import TokenFiles

/// The memory of one forward and backward pass over up to T steps of B lanes.
///
/// All memory of numbers is allocated here, once. Ids and targets are time-major: [T·B].
public final class Window<D: Device> {
  /// The layers it runs.
  public let network: LSTMNetwork
  /// The most steps of a pass.
  public let steps: Int
  /// B.
  public let lanes: Int
  /// Where it computes.
  public let device: D
  let x: Matrix<D.Storage>?  // [T·B, E], unless the first layer reads products
  let passes: [LayerPass<D>]
  let projected: Matrix<D.Storage>?  // [T·B, E], what the output reads where it is another size than S
  let output: any OutputPass<D>
  let training: TrainingRoom?
  /// [T·B]: where the window that runs starts anew, behind the ends of documents; empty for nowhere.
  private(set) var resets: [Bool] = []

  /// What only the backward pass needs.
  struct TrainingRoom {
    let factors: Matrix<D.Storage>?  // [T·B, 1], what keeps the embedding at each place, and how
    let dropped: [Matrix<D.Storage>?]  // [T·B, S] of each layer, after dropout
    let d: [D.Storage]  // two buffers of [T·B, max(E, S)] that gradients pass between
    let scratch: LSTMScratch<D>
    let dTable: Matrix<D.Storage>?  // [V, 4H], of the products that the first layer reads
  }

  /// Room for a pass over a network with some weights, and for what they drop where it is trained.
  public init(
    _ network: LSTMNetwork, weights: NetworkWeights<D>, steps T: Int, lanes B: Int, trained: Bool, on device: D
  ) {
    let (V, E, H) = (
      network.configuration.vocabularySize, network.configuration.embeddingSize, network.configuration.hiddenSize
    )
    let S = network.configuration.layerSize
    self.network = network
    self.device = device
    steps = T
    lanes = B
    let hasProducts = weights.inputProducts != nil
    let L = network.layers.count
    func rows(of columns: Int, if isNeeded: Bool = true) -> Matrix<D.Storage>? {
      isNeeded ? Matrix(device.allocate(T * B * columns), rows: T * B, columns: columns) : nil
    }
    x = rows(of: E, if: !hasProducts)
    passes = weights.layers.map {
      LayerPass(
        $0, steps: T, lanes: B, resets: network.configuration.documentBoundary != nil,
        dropsState: weights.regularization.stateDropout > 0, trained: trained, on: device)
    }
    projected = rows(of: E, if: network.projection != nil)
    output = network.output.makePass(rows: T * B, sample: trained ? weights.sample : nil, on: device)
    training =
      trained
      ? TrainingRoom(
        factors: rows(of: 1, if: !hasProducts && weights.embeddingMask != nil),
        dropped: (0..<L).map { rows(of: S, if: weights.regularization.dropout(ofLayer: $0, of: L) > 0) },
        d: (0..<2).map { _ in device.allocate(T * B * max(E, S)) },
        scratch: LSTMScratch(lanes: B, hiddenSize: H, on: device),
        dTable: hasProducts ? Matrix(device.allocate(V * 4 * H), rows: V, columns: 4 * H) : nil) : nil
  }

  /// The numbers that the layers take which go step by step.
  public var stepwiseCount: Int { passes.reduce(0) { $0 + $1.stepwiseCount } }

  /// Runs the stack over `ids` [T·B] and advances the state; what the output reads comes back, [T·B, S] or [T·B, E].
  public func forward(
    _ ids: [UInt32], weights: NetworkWeights<D>, state: LSTMState<D>, dropout: Dropout? = nil
  ) -> Matrix<D.Storage> {
    let T = ids.count / lanes
    precondition(ids.count == T * lanes && T <= steps, "\(ids.count) ids in a window of \(steps) · \(lanes)")
    precondition(dropout == nil || training != nil, "dropout in a window without room for it")
    resets.mark(network.configuration.documentBoundary, in: ids[...])
    if let x {
      let x = x.rows(0..<ids.count)
      network.embedding.forward(ids, values: weights.values, into: x, on: device)
      if let dropout { drop(x, ids, weights, dropout) }
    }
    let end = ids.count..<ids.count + lanes
    for k in passes.indices {
      let pass = passes[k]
      device.copy(state.h[k], to: pass.h.rows(0..<lanes))
      if let c = pass.c { device.copy(state.c[k], to: c.rows(0..<lanes)) }
      pass.forward(
        input(ofLayer: k, ids, weights, dropout: dropout), steps: T, lanes: lanes, resets: resets,
        masks: dropout?.stateMasks(ofLayer: k, weights.regularization), on: device)
      device.copy(pass.h.rows(end), to: state.h[k])
      if let c = pass.c { device.copy(c.rows(end), to: state.c[k]) }
      let out = output(ofLayer: k, ids, dropout: dropout)
      if let dropout { drop(outputs(ofLayer: k, ids.count), ofLayer: k, weights, dropout, into: out) }
    }
    let h = output(ofLayer: network.layers.count - 1, ids, dropout: dropout)
    guard let projection = network.projection, let projected else { return h }
    projection.forward(h, values: weights.values, into: projected.rows(0..<ids.count), on: device)
    return projected.rows(0..<ids.count)
  }

  /// What layer k reads.
  func input(
    ofLayer k: Int, _ ids: [UInt32], _ weights: NetworkWeights<D>, dropout: Dropout?
  ) -> LSTMWindowInput<D.Storage> {
    if k > 0 { return .vectors(output(ofLayer: k - 1, ids, dropout: dropout)) }
    if let x { return .vectors(x.rows(0..<ids.count)) }
    guard let products = weights.inputProducts else { preconditionFailure("a window for other weights") }
    return .products(products.table, tokens: ids)
  }

  /// The outputs of layer k at so many places, [T·B, S].
  func outputs(ofLayer k: Int, _ rows: Int) -> Matrix<D.Storage> { passes[k].h.rows(lanes..<lanes + rows) }

  /// What layer k hands up: its outputs, or what dropout leaves of them.
  func output(ofLayer k: Int, _ ids: [UInt32], dropout: Dropout?) -> Matrix<D.Storage> {
    guard dropout != nil, let dropped = training?.dropped[k] else {
      return outputs(ofLayer: k, ids.count)
    }
    return dropped.rows(0..<ids.count)
  }

  /// Drops embeddings, and numbers of them, in place: what the first layer reads, or its gradient.
  func drop(_ x: Matrix<D.Storage>, _ ids: [UInt32], _ weights: NetworkWeights<D>, _ dropout: Dropout) {
    if let mask = weights.embeddingMask, let factors = training?.factors?.rows(0..<ids.count) {
      device.gatherRows(mask, ids, into: factors)
      device.scaleRows(x, by: factors)
    }
    let rate = weights.regularization.inputDropout
    if rate == 0 { return }
    dropout.apply(
      to: x, rate: rate, .input, isLocked: weights.regularization.isLocked, lanes: lanes, into: x, on: device)
  }

  /// Drops outputs of layer k, or their gradient; `out` may be the same.
  func drop(
    _ h: Matrix<D.Storage>, ofLayer k: Int, _ weights: NetworkWeights<D>, _ dropout: Dropout,
    into out: Matrix<D.Storage>
  ) {
    let rate = weights.regularization.dropout(ofLayer: k, of: network.layers.count)
    if rate == 0 { return }
    dropout.apply(
      to: h, rate: rate, .outputs(layer: k), isLocked: weights.regularization.isLocked, lanes: lanes, into: out,
      on: device)
  }

  /// ln p(target), in nats, of every row of h, which `forward` gave.
  public func logProbabilities(
    _ h: Matrix<D.Storage>, targets: [UInt32], weights: NetworkWeights<D>, into logProbabilities: inout [Double]
  ) {
    output.logProbabilities(h, targets: targets, values: weights.values, into: &logProbabilities)
  }
}

extension [Bool] {
  /// Says of each token whether it is the one between documents; empty where none is.
  mutating func mark(_ boundary: TokenID?, in tokens: ArraySlice<TokenID>) {
    removeAll(keepingCapacity: true)
    guard let boundary, tokens.contains(boundary) else { return }
    for token in tokens { append(token == boundary) }
  }
}
