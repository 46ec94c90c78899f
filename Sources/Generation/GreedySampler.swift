public import TokenFiles

/// Chooses the most probable token; of equal ones that with the lowest id.
public struct GreedySampler: TokenSampler {
  /// The sampler.
  public init() {}

  /// The first of the largest logits; the generator is not asked.
  public mutating func sample(_ logits: [Float], using generator: inout some RandomNumberGenerator) -> TokenID? {
    let maximum = largest(logits)
    guard maximum > -.infinity else { return nil }
    return logits.firstIndex(of: maximum).map { TokenID($0) }
  }
}
