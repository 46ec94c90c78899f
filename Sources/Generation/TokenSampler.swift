public import TokenFiles

/// A way to choose the next token from the logits that a chain of processors left.
public protocol TokenSampler: Sendable {
  /// Chooses a token; nil when none is above negative infinity.
  ///
  /// - Parameters:
  ///   - logits: [V].
  ///   - generator: the source of all randomness.
  mutating func sample(_ logits: [Float], using generator: inout some RandomNumberGenerator) -> TokenID?
}
