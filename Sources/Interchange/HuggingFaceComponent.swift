import DataFiles

/// The parts that a `tokenizer.json` is made of.
enum HuggingFaceComponent {
  static func of(_ type: String, _ members: [JSONValue.Member] = []) -> JSONValue {
    .object([.init("type", .string(type))] + members)
  }

  /// None, one, or several in a row; `name` is what the file calls them: `normalizers`, `pretokenizers` or `decoders`.
  static func sequence(_ name: String, _ parts: [JSONValue]) -> JSONValue {
    switch parts.count {
    case 0: .null
    case 1: parts[0]
    default: of("Sequence", [.init(name, .array(parts))])
    }
  }

  /// Pieces that a regular expression matches; what lies between them is kept, too, or dropped.
  static func split(_ pattern: String, keepsMatchesOnly: Bool = false) -> JSONValue {
    of(
      "Split",
      [
        .init("pattern", .object([.init("Regex", .string(pattern))])),
        .init("behavior", .string(keepsMatchesOnly ? "Removed" : "Isolated")), .init("invert", .bool(keepsMatchesOnly)),
      ])
  }

  /// Writes bytes in `ByteAlphabet`, or reads them.
  static let byteLevel = of(
    "ByteLevel",
    [
      .init("add_prefix_space", .bool(false)), .init("trim_offsets", .bool(false)), .init("use_regex", .bool(false)),
    ])

  /// Puts a sign before each piece.
  static func prepend(_ sign: String) -> JSONValue {
    of(
      "Metaspace",
      [
        .init("replacement", .string(sign)), .init("prepend_scheme", .string("always")), .init("split", .bool(false)),
      ])
  }

  static func replace(_ text: String, by content: String) -> JSONValue { replace("String", text, content) }

  static func replace(pattern: String, by content: String) -> JSONValue { replace("Regex", pattern, content) }

  private static func replace(_ kind: String, _ pattern: String, _ content: String) -> JSONValue {
    of(
      "Replace",
      [.init("pattern", .object([.init(kind, .string(pattern))])), .init("content", .string(content))])
  }
}
