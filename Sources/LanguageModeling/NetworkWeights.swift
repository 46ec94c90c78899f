public import Compute
internal import NeuralNetwork

/// A network's values, with the copies of them that windows read fastest.
public final class NetworkWeights<D: Device>: Sendable {
  /// The flat buffer of values.
  ///
  /// Whoever changes it calls `pack` before the next forward pass.
  public let values: D.Storage
  /// What the windows of training drop and penalize.
  public let regularization: Regularization
  let layers: [LayerWeights<D>]
  /// The first layer's products of every token, where windows have more places than there are tokens.
  let inputProducts: InputProducts<D>?
  /// What keeps an embedding in the present step, and how, [V, 1]; nil where none is dropped.
  let embeddingMask: Matrix<D.Storage>?
  /// The tokens that the softmax is trained on in the present pass; nil is all.
  let sample: SoftmaxSample<D>?
  private let ones: Matrix<D.Storage>?  // [V, 1], which masks are made of
  private let dropped: Matrix<D.Storage>?  // [gates · H, H], a layer's W_h on its way to its copy
  private let network: LSTMNetwork

  /// Zeros for every value, and copies for windows of so many places (T·B).
  ///
  /// - Parameter softmaxSamples: how many tokens a full softmax is trained on at a time; nil is all.
  public init(
    _ network: LSTMNetwork, windowSize: Int, regularization: Regularization = Regularization(),
    softmaxSamples: Int? = nil, on device: D
  ) {
    let V = network.configuration.vocabularySize
    let values = device.allocate(network.layout.count)
    // Products of a token cannot tell which numbers of its embedding are dropped at one place.
    var products: InputProducts<D>?
    if 2 * V <= windowSize, regularization.inputDropout == 0, case .fused(let first)? = network.layers.first {
      products = InputProducts(network.embedding, first, on: device)
    }
    func room(_ rows: Int, _ columns: Int, if isNeeded: Bool) -> Matrix<D.Storage>? {
      isNeeded ? Matrix(device.allocate(rows * columns), rows: rows, columns: columns) : nil
    }
    self.values = values
    self.regularization = regularization
    self.network = network
    inputProducts = products
    layers = network.layers.enumerated().map { k, layer in
      LayerWeights(layer, values: values, readsVectors: k > 0 || products == nil, on: device)
    }
    if case .full(let softmax) = network.output, let softmaxSamples {
      sample = SoftmaxSample(softmax, count: softmaxSamples, on: device)
    } else {
      sample = nil
    }
    embeddingMask = room(V, 1, if: regularization.embeddingDropout > 0)
    ones = room(V, 1, if: regularization.embeddingDropout > 0)
    let W_h = network.layers[0].recurrentWeight.shape
    dropped = room(W_h[0], W_h[1], if: regularization.weightDropout > 0)
    if let ones { device.upload([Float](repeating: 1, count: V), to: ones) }
  }

  /// The numbers of the first layer's products of every token; 0 where windows have none.
  public var productCount: Int { inputProducts?.table.count ?? 0 }

  /// The numbers of the copies of layers that go step by step.
  public var stepwiseCount: Int { layers.reduce(0) { $0 + $1.stepwiseCount } }

  /// Brings the copies up to date with the values.
  public func pack(on device: D) {
    inputProducts?.update(values: values, on: device)
    for layer in layers { layer.pack(values: values, on: device) }
  }

  /// Draws the tokens that a pass trains the softmax on, where these are not all.
  public func drawSample(seed: UInt64, pass: Int, on device: D) {
    // No other streams have both of these bits at the top: those of masks have the first, of fresh starts the second.
    sample?.draw(seed: seed, stream: 0b11 << 62 | UInt64(truncatingIfNeeded: pass), values: values, on: device)
  }

  /// Drops embeddings and recurrent weights from the copies that a training step reads, until the next `pack`.
  public func drop(_ dropout: Dropout, on device: D) {
    if let embeddingMask, let ones {
      dropout.apply(to: ones, rate: regularization.embeddingDropout, .embeddings, into: embeddingMask, on: device)
      // Rows of the embedding times a factor have products times that factor.
      if let inputProducts { device.scaleRows(inputProducts.table, by: embeddingMask) }
    }
    guard let dropped else { return }
    for k in network.layers.indices {
      let layer = network.layers[k]
      dropout.apply(
        to: layer.recurrentWeight.view(in: values), rate: regularization.weightDropout, .recurrentWeights(layer: k),
        into: dropped, on: device)
      layers[k].pack(recurrent: dropped, values: values, on: device)
    }
  }

  /// Turns the gradient of what layer k read as W_h into that of W_h.
  func dropGradient(ofLayer k: Int, _ dropout: Dropout, gradients: D.Storage, on device: D) {
    if regularization.weightDropout == 0 { return }
    let d = network.layers[k].recurrentWeight.view(in: gradients)
    dropout.apply(to: d, rate: regularization.weightDropout, .recurrentWeights(layer: k), into: d, on: device)
  }
}
