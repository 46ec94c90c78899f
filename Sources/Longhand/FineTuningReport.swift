/// What became of a model that was trained further on another text.
public struct FineTuningReport: Sendable {
  /// The file of the model that it was.
  public let base: String
  /// The tokens that it had.
  public let oldTokens: Int
  /// Those that were added behind them.
  public let newTokens: Int
  /// Its loss on the new validation text, and how far every tensor has gone.
  public let changes: ChangeReport

  /// All of it.
  public var json: JSONValue {
    .object([
      .init("base", .string(base)), .init("old_tokens", .integer(oldTokens)), .init("new_tokens", .integer(newTokens)),
      .init("validation_loss_before", changes.validationLoss.map { .number($0) } ?? .null),
      .init("changes", .object(changes.changes.map { .init($0.name, .number($0.change)) })),
    ])
  }
}
