public import TokenFiles

/// Takes tokens away, such as the special ones that never stand in a text.
public struct BannedTokens: LogitProcessor {
  private let ids: [TokenID]

  /// Bans each of the ids; one that the model does not have is of no effect.
  public init(_ ids: [TokenID]) { self.ids = ids }

  /// Sets the logits of the banned tokens to negative infinity.
  public mutating func process(_ logits: inout [Float], history: [TokenID]) {
    for id in ids where Int(id) < logits.count { logits[Int(id)] = -.infinity }
  }
}
