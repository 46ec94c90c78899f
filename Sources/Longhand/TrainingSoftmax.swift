/// How the distribution over the tokens is made of what the layers put out.
public enum TrainingSoftmax: Sendable, Equatable {
  /// By one table of all tokens.
  case full
  /// By a table of the frequent tokens and smaller ones of the rare (Grave et al. 2017), which costs a fraction for large
  /// vocabularies.
  ///
  /// Cut-offs are where the clusters behind the head begin, and each cluster's layer is smaller than the one before by the
  /// divisor; nil is a sixteenth and a quarter of the tokens.
  case adaptive(cutoffs: [Int]? = nil, divisor: Int = 4)
  /// By one table, of which each window trains a sample of rows beside those of its own tokens (Jean et al. 2015).
  ///
  /// The model is that of a full softmax, and so is every measurement; nil is 8,192 tokens, or a quarter of a smaller
  /// vocabulary.
  case sampled(Int? = nil)

  /// How many tokens a window trains the softmax on, of V; nil is all.
  public func sampleCount(vocabularySize V: Int) -> Int? {
    guard case .sampled(let count) = self else { return nil }
    return count ?? min(8192, max(1, V / 4))
  }

  /// The shape for V tokens and H units; nil is one table.
  public func adaptiveShape(vocabularySize V: Int, hiddenSize H: Int) -> AdaptiveSoftmaxShape? {
    guard case .adaptive(let cutoffs, let divisor) = self else { return nil }
    return cutoffs.map { AdaptiveSoftmaxShape(cutoffs: $0, divisor: divisor) }
      ?? AdaptiveSoftmaxShape(vocabularySize: V, hiddenSize: H, divisor: divisor)
  }
}
