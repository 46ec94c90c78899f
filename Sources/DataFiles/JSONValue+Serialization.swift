extension JSONValue {
  /// The value as JSON text: the same value always gives the same bytes.
  ///
  /// Doubles are the shortest digits that read back as the same double; one that is not finite, for which JSON has no
  /// word, becomes null. Control characters, U+2028 and U+2029 are escaped, all else stands as UTF-8.
  ///
  /// - Parameter pretty: one element a line, two spaces of indentation; otherwise no white space at all.
  public func serialized(pretty: Bool = false) -> String {
    var text: [UInt8] = []
    append(to: &text, indentation: pretty ? 0 : nil) { _ in }
    return String(decoding: text, as: UTF8.self)
  }

  /// The same text, piece by piece, so that a large value needs no memory for all of it.
  ///
  /// - Throws: what `write` throws.
  public func serialize<Failure: Error>(
    pretty: Bool = false, _ write: (_ piece: [UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var text: [UInt8] = []
    try append(to: &text, indentation: pretty ? 0 : nil) { (text) throws(Failure) in
      guard text.count >= 1 << 16 else { return }
      try write(text)
      text.removeAll(keepingCapacity: true)
    }
    try write(text)
  }

  /// Appends the text; `flush` may take away what is there, after each element and member.
  private func append<Failure: Error>(
    to text: inout [UInt8], indentation: Int?, flush: (inout [UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    switch self {
    case .null: text += "null".utf8
    case .bool(let value): text += (value ? "true" : "false").utf8
    case .integer(let value): text += String(value).utf8
    case .number(let value): text += (value.isFinite ? value.description : "null").utf8
    case .string(let value): Self.append(value, to: &text)
    case .array(let elements):
      try Self.append(elements, between: ("[", "]"), to: &text, indentation: indentation) {
        (element, text, inner) throws(Failure) in
        try element.append(to: &text, indentation: inner, flush: flush)
        try flush(&text)
      }
    case .object(let members):
      try Self.append(members, between: ("{", "}"), to: &text, indentation: indentation) {
        (member, text, inner) throws(Failure) in
        Self.append(member.name, to: &text)
        text += (inner == nil ? ":" : ": ").utf8
        try member.value.append(to: &text, indentation: inner, flush: flush)
        try flush(&text)
      }
    }
  }

  private static func append<Element, Failure: Error>(
    _ elements: [Element], between brackets: (String, String), to text: inout [UInt8], indentation: Int?,
    appendElement: (Element, inout [UInt8], Int?) throws(Failure) -> Void
  ) throws(Failure) {
    text += brackets.0.utf8
    for (index, element) in elements.enumerated() {
      if index > 0 { text += ",".utf8 }
      if let indentation { appendLine(indentation + 2, to: &text) }
      try appendElement(element, &text, indentation.map { $0 + 2 })
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
