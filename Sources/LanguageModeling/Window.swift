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
  let activations: [LSTMActivations<D>]
  let logits: Matrix<D.Storage>  // [block, V]
  let training: TrainingRoom?
  /// [T·B]: where the window that runs starts anew, behind the ends of documents; empty for nowhere.
  private(set) var resets: [Bool] = []

  /// What only the backward pass needs.
  struct TrainingRoom {
    let dropped: [Matrix<D.Storage>]  // [T·B, H] of each layer, after dropout
    let d: [D.Storage]  // two buffers of [T·B, max(E, H)] that gradients pass between
    let scratch: LSTMScratch<D>
    let dTable: Matrix<D.Storage>?  // [V, 4H], of the products that the first layer reads
  }

  /// Room for a pass over a network with some weights; `dropout` says whether outputs are ever dropped.
  public init(
    _ network: LSTMNetwork, weights: NetworkWeights<D>, steps T: Int, lanes B: Int, trained: Bool,
    dropout: Bool = false, on device: D
  ) {
    let (V, E, H) = (
      network.configuration.vocabularySize, network.configuration.embeddingSize, network.configuration.hiddenSize
    )
    self.network = network
    self.device = device
    steps = T
    lanes = B
    let hasProducts = weights.inputProducts != nil
    x = hasProducts ? nil : Matrix(device.allocate(T * B * E), rows: T * B, columns: E)
    activations = network.layers.map { LSTMActivations($0, steps: T, lanes: B, on: device) }
    let block = network.output.block(of: T * B)
    logits = Matrix(device.allocate(block * V), rows: block, columns: V)
    training =
      trained
      ? TrainingRoom(
        dropped: dropout
          ? network.layers.map { _ in Matrix(device.allocate(T * B * H), rows: T * B, columns: H) } : [],
        d: (0..<2).map { _ in device.allocate(T * B * max(E, H)) },
        scratch: LSTMScratch(lanes: B, hiddenSize: H, on: device),
        dTable: hasProducts ? Matrix(device.allocate(V * 4 * H), rows: V, columns: 4 * H) : nil) : nil
  }

  /// Runs the stack over `ids` [T·B] and advances the state; the last layer's outputs [T·B, H] come back.
  public func forward(
    _ ids: [UInt32], weights: NetworkWeights<D>, state: LSTMState<D>, dropout: Dropout? = nil
  ) -> Matrix<D.Storage> {
    let T = ids.count / lanes
    precondition(ids.count == T * lanes && T <= steps, "\(ids.count) ids in a window of \(steps) · \(lanes)")
    resets.mark(network.configuration.documentBoundary, in: ids[...])
    if let x { network.embedding.forward(ids, values: weights.values, into: x.rows(0..<ids.count), on: device) }
    for (k, layer) in network.layers.enumerated() {
      let a = activations[k]
      device.copy(state.h[k], to: a.h.rows(0..<lanes))
      device.copy(state.c[k], to: a.c.rows(0..<lanes))
      layer.forward(
        input(ofLayer: k, ids, weights, dropout: dropout), steps: T, resets: resets, weights: weights.layers[k],
        activations: a, on: device)
      device.copy(a.h.rows(a.rows(ofStep: T)), to: state.h[k])
      device.copy(a.c.rows(a.rows(ofStep: T)), to: state.c[k])
      if let dropout {
        device.dropout(
          a.outputs(steps: T), rate: dropout.rate, seed: dropout.seed, stream: dropout.stream(layer: k),
          into: output(ofLayer: k, steps: T, dropout: dropout))
      }
    }
    return output(ofLayer: network.layers.count - 1, steps: T, dropout: dropout)
  }

  /// What layer k reads.
  func input(
    ofLayer k: Int, _ ids: [UInt32], _ weights: NetworkWeights<D>, dropout: Dropout?
  ) -> LSTMWindowInput<D.Storage> {
    if k > 0 { return .vectors(output(ofLayer: k - 1, steps: ids.count / lanes, dropout: dropout)) }
    if let x { return .vectors(x.rows(0..<ids.count)) }
    guard let products = weights.inputProducts else { preconditionFailure("a window for other weights") }
    return .products(products.table, tokens: ids)
  }

  /// What layer k hands up: its outputs, or what dropout leaves of them.
  func output(ofLayer k: Int, steps T: Int, dropout: Dropout?) -> Matrix<D.Storage> {
    guard dropout != nil else { return activations[k].outputs(steps: T) }
    guard let training, !training.dropped.isEmpty else { preconditionFailure("a window without room for dropout") }
    return training.dropped[k].rows(0..<T * lanes)
  }

  /// ln p(target), in nats, of every row of h, which `forward` gave.
  public func logProbabilities(
    _ h: Matrix<D.Storage>, targets: [UInt32], weights: NetworkWeights<D>, into logProbabilities: inout [Double]
  ) {
    network.output.logProbabilities(
      h, targets: targets, values: weights.values, room: logits, into: &logProbabilities, on: device)
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

/// Dropout of the outputs of every layer (Zaremba 2014), by masks that depend on step, layer and shard alone.
public struct Dropout: Sendable {
  /// The share that is dropped, from 0 to below 1.
  public let rate: Float
  /// The run's seed.
  public let seed: UInt64
  private let base: UInt64

  /// The masks of one shard in one training step.
  public init(rate: Float, seed: UInt64, step: Int, shard: Int) {
    self.rate = rate
    self.seed = seed
    // The top bit keeps masks apart from the streams that initial values come from.
    base = 1 << 63 | UInt64(truncatingIfNeeded: step) << 24 | UInt64(truncatingIfNeeded: shard) << 8
  }

  func stream(layer: Int) -> UInt64 { base | UInt64(truncatingIfNeeded: layer) }
}
