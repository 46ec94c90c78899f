public import TokenFiles

/// A token and how probable the model thought it.
public struct TokenScore: Equatable, Sendable {
  /// Its place in the text, from 0.
  public let index: Int
  /// The token.
  public let token: TokenID
  /// Its log-probability given all tokens before it, in nats.
  public let logProbability: Double
}

/// A sequence, scored from the initial state.
public struct SequenceScore: Sendable {
  /// Its place among the sequences, from 0.
  public let index: Int
  /// Its tokens in order.
  public let tokens: [TokenScore]
  /// Its figures.
  public let report: ScoreReport
}
