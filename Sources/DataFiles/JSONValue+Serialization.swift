extension JSONValue {
  /// The value as JSON text: the same value always gives the same bytes.
  ///
  /// Doubles are the shortest digits that read back as the same double; one that is not finite, for which JSON has no
  /// word, becomes null. Control characters, U+2028 and U+2029 are escaped, all else stands as UTF-8.
  ///
  /// - Parameter pretty: one element a line, two spaces of indentation; otherwise no white space at all.
  public func serialized(pretty: Bool = false) -> String {
    var text: [UInt8] = []
    append(to: &text, indentation: pretty ? 0 : nil)
    return String(decoding: text, as: UTF8.self)
  }

  private func append(to text: inout [UInt8], indentation: Int?) {
    switch self {
    case .null: text += "null".utf8
    case .bool(let value): text += (value ? "true" : "false").utf8
    case .integer(let value): text += String(value).utf8
    case .number(let value): text += (value.isFinite ? value.description : "null").utf8
    case .string(let value): Self.append(value, to: &text)
    case .array(let elements):
      Self.append(elements, between: ("[", "]"), to: &text, indentation: indentation) { element, text, inner in
        element.append(to: &text, indentation: inner)
      }
    case .object(let members):
      Self.append(members, between: ("{", "}"), to: &text, indentation: indentation) { member, text, inner in
        Self.append(member.name, to: &text)
        text += (inner == nil ? ":" : ": ").utf8
        member.value.append(to: &text, indentation: inner)
      }
    }
  }

  private static func append<Element>(
    _ elements: [Element], between brackets: (String, String), to text: inout [UInt8], indentation: Int?,
    appendElement: (Element, inout [UInt8], Int?) -> Void
  ) {
    text += brackets.0.utf8
    for (index, element) in elements.enumerated() {
      if index > 0 { text += ",".utf8 }
      if let indentation { appendLine(indentation + 2, to: &text) }
      appendElement(element, &text, indentation.map { $0 + 2 })
    }
    if let indentation, !elements.isEmpty { appendLine(indentation, to: &text) }
    text += brackets.1.utf8
  }

  private static func appendLine(_ indentation: Int, to text: inout [UInt8]) {
    text += "\n".utf8
    text += repeatElement(UInt8(ascii: " "), count: indentation)
  }

  private static func append(_ string: String, to text: inout [UInt8]) {
    text += "\"".utf8
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\"".utf8
      case "\\": text += "\\\\".utf8
      case "\n": text += "\\n".utf8
      case "\r": text += "\\r".utf8
      case "\t": text += "\\t".utf8
      case "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u".utf8
        text += repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count)
        text += digits.utf8
      default: text += scalar.utf8
      }
    }
    text += "\"".utf8
  }
}
