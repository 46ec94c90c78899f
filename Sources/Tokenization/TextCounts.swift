/// What a text counts, in the units that a model's score may be given in.
public struct TextCounts: Sendable, Equatable {
  /// Tokens, `<eos>` and what stands between documents included; the boundary before the first one is not.
  public internal(set) var tokens = 0
  /// Tokens that are not in the vocabulary and became `<unk>`.
  public internal(set) var unknown = 0
  /// Tokens, or ill-formed bytes, that are not in the vocabulary and were spelled in bytes.
  public internal(set) var spelled = 0
  /// The bytes that spell them, each of which is a token.
  public internal(set) var spellingBytes = 0
  /// Unicode scalars of the normalized text; ill-formed bytes are none.
  public internal(set) var characters = 0
  /// Bytes of the normalized text's UTF-8.
  public internal(set) var bytes = 0
  /// What stands between white space in the normalized text.
  public internal(set) var words = 0
  /// Documents, where they are told apart, less one.
  var documents = 0

  static func + (left: TextCounts, right: TextCounts) -> TextCounts {
    var sum = left
    sum.tokens += right.tokens
    sum.unknown += right.unknown
    sum.spelled += right.spelled
    sum.spellingBytes += right.spellingBytes
    sum.characters += right.characters
    sum.bytes += right.bytes
    sum.words += right.words
    sum.documents += right.documents
    return sum
  }

  static func - (left: TextCounts, right: TextCounts) -> TextCounts {
    var rest = left
    rest.tokens -= right.tokens
    rest.unknown -= right.unknown
    rest.spelled -= right.spelled
    rest.spellingBytes -= right.spellingBytes
    rest.characters -= right.characters
    rest.bytes -= right.bytes
    rest.words -= right.words
    rest.documents -= right.documents
    return rest
  }
}
