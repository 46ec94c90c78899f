public import TokenFiles

/// A text, or a piece of one, as tokens, with the size of what they were made from.
public struct ScoredText: Equatable, Sendable {
  /// The tokens to score; a caller that wants the end of a line scored puts its token here.
  public let tokens: [TokenID]
  /// The size of the text.
  public let counts: TextSize

  /// Tokens and the size of the text that they stand for.
  public init(tokens: [TokenID], counts: TextSize = TextSize()) {
    self.tokens = tokens
    self.counts = counts
  }
}
