internal import TokenFiles

extension Vocabulary {
  /// The tokens for people to read: a line for each with id, count and token, and nothing ever reads it back.
  ///
  /// A space is `\s`, a line feed `\n`, a tab `\t`, a backslash `\\`; other scalars that cannot be seen by themselves
  /// are `\u{…}`, and bytes of no whole scalar `\x…`. Bytes that spell are `<0x…>`.
  public var listing: String {
    var text = Self.listingHead
    for (id, count) in counts.enumerated() {
      text += "\(id)\t\(count)\t"
      let token = TokenID(truncatingIfNeeded: id)
      text +=
        isSpecial(token)
        ? configuration.specialTokens[id]
        : spelledByte(token).map(Self.shown(spelled:)) ?? Self.shown(table[id - (counts.count - table.count)])
      text += "\n"
    }
    return text
  }

  /// The first line of every listing.
  static let listingHead = "id\tcount\ttoken\n"

  /// A byte that spells, as byte fallback is written elsewhere too: `<0x0A>`.
  public static func shown(spelled byte: UInt8) -> String {
    "<0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) + ">"
  }

  private static func shown(_ token: ArraySlice<UInt8>) -> String {
    var shown = ""
    var parser = Unicode.UTF8.ForwardParser()
    var bytes = token.makeIterator()
    var index = token.startIndex
    while true {
      switch parser.parseScalar(from: &bytes) {
      case .valid(let encoded):
        append(Unicode.UTF8.decode(encoded), isFirst: index == token.startIndex, to: &shown)
        index += encoded.count
      case .error(let length):
        for byte in token[index..<index + length] { shown += "\\x" + String(byte, radix: 16) }
        index += length
      case .emptyInput: return shown
      }
    }
  }

  private static func append(_ scalar: Unicode.Scalar, isFirst: Bool, to shown: inout String) {
    switch scalar {
    case " ": shown += "\\s"
    case "\n": shown += "\\n"
    case "\t": shown += "\\t"
    case "\\": shown += "\\\\"
    default:
      if isVisible(scalar, isFirst: isFirst) {
        shown.unicodeScalars.append(scalar)
      } else {
        shown += "\\u{" + String(scalar.value, radix: 16) + "}"
      }
    }
  }

  /// Whether a scalar can be seen where it stands; a mark needs something to stand on.
  private static func isVisible(_ scalar: Unicode.Scalar, isFirst: Bool) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
      false
    case .nonspacingMark, .spacingMark, .enclosingMark: !isFirst
    default: true
    }
  }
}
