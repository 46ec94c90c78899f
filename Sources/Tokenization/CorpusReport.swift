public import DataFiles

/// What a corpus holds, counted.
public struct CorpusReport: Sendable {
  /// How much of a text the most frequent words cover.
  public struct Coverage: Sendable {
    /// How many kinds of words a vocabulary has.
    public let size: Int
    /// The share of the corpus's words that are among them.
    public let share: Double
    /// The share of a second text's words that are not; nil without one.
    public let missing: Double?
  }

  /// Inputs that were read.
  public internal(set) var files = 0
  /// Bytes of them, decompressed.
  public internal(set) var bytes = 0
  /// Lines, the last one of an input without a line feed included.
  public internal(set) var lines = 0
  /// Lines of white space alone, or of nothing.
  public internal(set) var blankLines = 0
  /// Lines that stand in the corpus before, byte for byte.
  public internal(set) var duplicateLines = 0
  /// Bytes of the longest line, its line feed apart.
  public internal(set) var longestLine = 0
  /// Ends of lines by kind: U+000A alone, U+000D U+000A, U+000D alone.
  public internal(set) var lineEndings = (lf: 0, crlf: 0, cr: 0)
  /// Unicode scalars.
  public internal(set) var scalars = 0
  /// Different ones.
  public internal(set) var distinctScalars = 0
  /// Extended grapheme clusters.
  public internal(set) var graphemes = 0
  /// What stands between white space.
  public internal(set) var whitespaceWords = 0
  /// Words by UAX #29: numbers, letters, ideographs.
  public internal(set) var words = 0
  /// Kinds of them.
  public internal(set) var distinctWords = 0
  /// Bytes that are not UTF-8.
  public internal(set) var invalidBytes = 0
  /// The normalization forms that all of the text is in.
  public internal(set) var forms: [(name: String, isHeld: Bool)] = []
  /// Scalars by script, the most frequent first.
  public internal(set) var scripts: [(name: String, scalars: Int)] = []
  /// How many kinds of words the first so many words are.
  public internal(set) var curve: [(tokens: Int, types: Int)] = []
  /// What vocabularies of some sizes cover.
  public internal(set) var coverage: [Coverage] = []

  /// The report under the names that `longhand inspect --json` prints.
  public var json: JSONValue {
    func object(_ members: [(String, JSONValue)]) -> JSONValue { .object(members.map { .init($0.0, $0.1) }) }
    return object([
      ("kind", .string("corpus")), ("files", .integer(files)), ("bytes", .integer(bytes)), ("lines", .integer(lines)),
      ("blank_lines", .integer(blankLines)), ("duplicate_lines", .integer(duplicateLines)),
      ("longest_line", .integer(longestLine)),
      (
        "line_endings",
        object([
          ("lf", .integer(lineEndings.lf)), ("crlf", .integer(lineEndings.crlf)), ("cr", .integer(lineEndings.cr)),
        ])
      ), ("scalars", .integer(scalars)), ("distinct_scalars", .integer(distinctScalars)),
      ("graphemes", .integer(graphemes)), ("whitespace_words", .integer(whitespaceWords)), ("words", .integer(words)),
      ("distinct_words", .integer(distinctWords)), ("invalid_bytes", .integer(invalidBytes)),
      ("normalization", object(forms.map { ($0.name, .bool($0.isHeld)) })),
      (
        "scripts",
        .array(scripts.map { object([("script", .string($0.name)), ("scalars", .integer($0.scalars))]) })
      ),
      (
        "type_token_curve",
        .array(curve.map { object([("tokens", .integer($0.tokens)), ("types", .integer($0.types))]) })
      ),
      (
        "coverage",
        .array(
          coverage.map {
            object(
              [("size", .integer($0.size)), ("share", .number($0.share))]
                + ($0.missing.map { [("out_of_vocabulary", .number($0))] } ?? []))
          })
      ),
    ])
  }
}
