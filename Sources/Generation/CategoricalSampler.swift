public import TokenFiles

/// Draws a token with the probability that the softmax gives it.
///
/// Inversion: with u uniform in [0, 1), 53 bits of one word of the generator, it is the first id at which the sum of
/// the probabilities, in Double and in the order of the ids, is above u.
public struct CategoricalSampler: TokenSampler {
  private var weights: [Double] = []

  /// The sampler.
  public init() {}

  /// Draws a token; one of probability zero never comes.
  public mutating func sample(_ logits: [Float], using generator: inout some RandomNumberGenerator) -> TokenID? {
    guard largest(logits) > -.infinity else { return nil }
    let total = exponentials(of: logits, into: &weights)
    let bits: UInt64 = generator.next()
    let target = Double(bits >> 11) * 0x1p-53 * total
    var sum = 0.0
    for id in weights.indices {
      sum += weights[id]
      if sum > target { return TokenID(id) }
    }
    return weights.lastIndex { $0 > 0 }.map { TokenID($0) }  // the product was rounded up to the total
  }
}
