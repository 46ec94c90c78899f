public import NeuralNetwork

/// The layers of a model and the places of their parameters.
public struct LSTMNetwork: Sendable {
  /// The shape it was built from.
  public let configuration: ModelConfiguration
  /// Where each tensor stands in a flat buffer.
  public let layout: ParameterLayout
  /// Tokens to vectors.
  public let embedding: Embedding
  /// The stack, from the input up.
  public let layers: [RecurrentLayer]
  /// Where the parameters of each layer begin in a flat buffer, and behind them those of what follows.
  let layerPlaces: [Int]
  /// From the last layer's size to the output's, where they differ.
  public let projection: OutputProjection?
  /// Vectors to probabilities.
  public let output: OutputLayer

  /// The network of a configuration.
  ///
  /// - Parameter isStepwise: whether all layers go step by step, as training needs it that drops some of the state.
  public init(_ configuration: ModelConfiguration, isStepwise: Bool = false) {
    let (V, E, H) = (configuration.vocabularySize, configuration.embeddingSize, configuration.hiddenSize)
    let S = configuration.layerSize
    var layout = ParameterLayout()
    embedding = Embedding(vocabularySize: V, size: E, in: &layout)
    var layers: [RecurrentLayer] = []
    var places: [Int] = []
    for k in 0..<configuration.layers {
      places.append(layout.count)
      layers.append(
        RecurrentLayer(
          k, configuration.cell, inputSize: k == 0 ? E : S, hiddenSize: H, peepholes: configuration.peepholes,
          isStepwise: isStepwise, in: &layout))
    }
    self.layers = layers
    layerPlaces = places + [layout.count]
    let outputSize = configuration.outputSize
    projection = outputSize == S ? nil : OutputProjection(inputSize: S, size: outputSize, in: &layout)
    output =
      if let shape = configuration.adaptiveSoftmax {
        .adaptive(
          AdaptiveSoftmax(
            vocabularySize: V, inputSize: outputSize, cutoffs: shape.cutoffs, divisor: shape.divisor, in: &layout))
      } else {
        .full(
          SoftmaxOutput(
            vocabularySize: V, inputSize: outputSize, tied: configuration.tied ? embedding.weight : nil, in: &layout))
      }
    self.layout = layout
    self.configuration = configuration
  }

  /// Whether windows of its layers are one operation of the device.
  public var isFused: Bool {
    if case .fused? = layers.first { true } else { false }
  }

  /// The number of parameters; tied ones count once.
  public var parameterCount: Int { layout.count }
}
