/// What a text counts, in the units that a model's score may be given in.
public struct TextCounts: Sendable, Equatable {
  /// Tokens, `<eos>` included; the boundary before the first one is not.
  public internal(set) var tokens = 0
  /// Tokens that are not in the vocabulary.
  public internal(set) var unknown = 0
  /// Unicode scalars of the normalized text.
  public internal(set) var characters = 0
  /// Bytes of the normalized text's UTF-8.
  public internal(set) var bytes = 0
  /// What stands between white space in the normalized text.
  public internal(set) var words = 0
}
