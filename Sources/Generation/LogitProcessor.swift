public import TokenFiles

/// A change of the logits before a token is chosen.
///
/// Processors form a chain; each sees what the one before it left. The distribution after a chain is the softmax of
/// its result, and a token at negative infinity is never chosen. The logits handed in hold at least one finite number,
/// no NaN and no positive infinity, and a processor keeps it so unless it takes every token away.
public protocol LogitProcessor: Sendable {
  /// Changes the logits of the next token in place.
  ///
  /// - Parameters:
  ///   - logits: [V].
  ///   - history: the tokens before it, oldest first, without the boundary; of a long text at least the last
  ///     `GenerationRequest.historyLength`.
  mutating func process(_ logits: inout [Float], history: [TokenID])
}

extension [any LogitProcessor] {
  /// Runs the chain.
  mutating func process(_ logits: inout [Float], history: [TokenID]) {
    for index in indices { self[index].process(&logits, history: history) }
  }
}
