/// How long a text is, in units that do not depend on how it was cut into tokens.
///
/// The text side counts them; they are what makes models of different levels comparable.
public struct TextSize: Equatable, Sendable {
  /// Unicode scalars.
  public var characters: Int
  /// Bytes of UTF-8.
  public var bytes: Int
  /// Words, as the text side defines them.
  public var words: Int

  /// Symbols, or ill-formed bytes, that the vocabulary does not hold and that are spelled in bytes.
  public var spelled: Int
  /// The bytes that spell them, each of which is a token.
  public var spellingBytes: Int

  /// The counts of a text; all zero for none.
  public init(characters: Int = 0, bytes: Int = 0, words: Int = 0, spelled: Int = 0, spellingBytes: Int = 0) {
    self.characters = characters
    self.bytes = bytes
    self.words = words
    self.spelled = spelled
    self.spellingBytes = spellingBytes
  }

  /// The counts of two texts together.
  public static func + (left: TextSize, right: TextSize) -> TextSize {
    TextSize(
      characters: left.characters + right.characters, bytes: left.bytes + right.bytes,
      words: left.words + right.words, spelled: left.spelled + right.spelled,
      spellingBytes: left.spellingBytes + right.spellingBytes)
  }
}
