/// What is dropped in training and what is added to the loss, as in awd-lstm-lm (Merity 2018) and its sources.
///
/// Rates are shares from 0 to below 1; 0 drops nothing. What is kept is scaled up, so that its mean stays.
public struct Regularization: Sendable, Equatable {
  /// The share of the numbers that the first layer reads.
  public var inputDropout: Double
  /// The share of the outputs of every layer but the last.
  public var layerDropout: Double
  /// The share of the outputs of the last layer.
  public var outputDropout: Double
  /// Whether the three of them drop the same places at all steps of a window (Gal & Ghahramani 2016), or new ones at
  /// each (Zaremba 2014).
  public var isLocked: Bool
  /// The share of the tokens whose embeddings are dropped, wherever they stand (Gal & Ghahramani 2016).
  public var embeddingDropout: Double
  /// The share of the elements of every layer's W_h, at all steps of a window (DropConnect, Wan 2013).
  public var weightDropout: Double
  /// The share of every layer's h that products of the next step do not see, at all steps of a window (Gal & Ghahramani
  /// 2016); layers then go step by step.
  public var stateDropout: Double
  /// α: the loss takes on α · mean h² of the last layer's outputs, after dropout (AR, Merity 2017).
  public var activationPenalty: Double
  /// β: the loss takes on β · mean (h_t - h_{t-1})² of the last layer's outputs, before dropout (TAR, likewise).
  public var temporalPenalty: Double

  /// Nothing of what is not named.
  public init(
    inputDropout: Double = 0, layerDropout: Double = 0, outputDropout: Double = 0, isLocked: Bool = false,
    embeddingDropout: Double = 0, weightDropout: Double = 0, stateDropout: Double = 0, activationPenalty: Double = 0,
    temporalPenalty: Double = 0
  ) {
    self.inputDropout = inputDropout
    self.layerDropout = layerDropout
    self.outputDropout = outputDropout
    self.isLocked = isLocked
    self.embeddingDropout = embeddingDropout
    self.weightDropout = weightDropout
    self.stateDropout = stateDropout
    self.activationPenalty = activationPenalty
    self.temporalPenalty = temporalPenalty
  }

  /// Whether a step drops embeddings or weights from the copies of the values that it reads.
  public var dropsWeights: Bool { embeddingDropout > 0 || weightDropout > 0 }

  /// The rate behind layer k of L.
  public func dropout(ofLayer k: Int, of L: Int) -> Double { k < L - 1 ? layerDropout : outputDropout }
}
