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

  /// The shape for V tokens and H units; nil is one table.
  public func adaptiveShape(vocabularySize V: Int, hiddenSize H: Int) -> AdaptiveSoftmaxShape? {
    guard case .adaptive(let cutoffs, let divisor) = self else { return nil }
    return cutoffs.map { AdaptiveSoftmaxShape(cutoffs: $0, divisor: divisor) }
      ?? AdaptiveSoftmaxShape(vocabularySize: V, hiddenSize: H, divisor: divisor)
  }
}
