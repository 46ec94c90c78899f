extension JSONValue {
  /// Reads one JSON text, strictly.
  ///
  /// More is refused than RFC 8259 demands: two members of one name, text that is not UTF-8, halves of surrogate pairs,
  /// numbers beyond a double. White space may stand around the value, nothing else.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - source: what the text is, for messages: a file's name.
  ///   - maximumDepth: how many arrays and objects may stand in one another.
  ///   - maximumValues: how many values there may be in all, which bounds the memory that a text can ask for.
  /// - Throws: `DataError` with code `data`, the line and the column (in bytes, from 1).
  public init(
    parsing bytes: UnsafeRawBufferPointer, from source: String = "JSON", maximumDepth: Int = 64,
    maximumValues: Int = .max
  ) throws(DataError) {
    var parser = JSONParser(
      bytes: bytes, source: source, maximumDepth: min(maximumDepth, 512), remainingValues: maximumValues)
    self = try parser.parse()
  }

  /// Reads one JSON text, strictly.
  public init(
    parsing bytes: [UInt8], from source: String = "JSON", maximumDepth: Int = 64, maximumValues: Int = .max
  ) throws(DataError) {
    self = try bytes.withUnsafeBufferPointer { (buffer) throws(DataError) in
      try JSONValue(
        parsing: UnsafeRawBufferPointer(buffer), from: source, maximumDepth: maximumDepth, maximumValues: maximumValues)
    }
  }
}

/// A reader of JSON by recursive descent, at most `maximumDepth` deep.
private struct JSONParser {
  let bytes: UnsafeRawBufferPointer
  let source: String
  let maximumDepth: Int
  var remainingValues: Int
  var position = 0

  /// The byte at the position; nil at the end.
  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func parse() throws(DataError) -> JSONValue {
    skipSpace()
    let value = try parseValue(depth: 0)
    skipSpace()
    guard current == nil else { throw failure("something follows the value") }
    return value
  }

  private mutating func parseValue(depth: Int) throws(DataError) -> JSONValue {
    guard remainingValues > 0 else { throw failure("too many values") }
    remainingValues -= 1
    guard let first = current else { throw failure("the text ends where a value should stand") }
    switch first {
    case UInt8(ascii: "{"): return try parseObject(depth: depth + 1)
    case UInt8(ascii: "["): return try parseArray(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
    case UInt8(ascii: "t"): return try parseLiteral("true", .bool(true))
    case UInt8(ascii: "f"): return try parseLiteral("false", .bool(false))
    case UInt8(ascii: "n"): return try parseLiteral("null", .null)
    default: throw failure("no value begins like this")
    }
  }

  private mutating func parseObject(depth: Int) throws(DataError) -> JSONValue {
    try enter(depth)
    var members: [JSONValue.Member] = []
    var names = JSONNames()
    skipSpace()
    if skip(UInt8(ascii: "}")) { return .object([]) }
    while true {
      let start = position
      guard current == UInt8(ascii: "\"") else { throw failure("a name in quotes should stand here") }
      let name = try parseString()
      guard names.insert(name, members) else {
        throw failure("the name \"\(DataError.shown(name))\" stands twice in one object", at: start)
      }
      skipSpace()
      guard skip(UInt8(ascii: ":")) else { throw failure("':' should stand here") }
      skipSpace()
      members.append(JSONValue.Member(name, try parseValue(depth: depth)))
      skipSpace()
      if skip(UInt8(ascii: "}")) { return .object(members) }
      guard skip(UInt8(ascii: ",")) else { throw failure("',' or '}' should stand here") }
      skipSpace()
    }
  }

  private mutating func parseArray(depth: Int) throws(DataError) -> JSONValue {
    try enter(depth)
    var elements: [JSONValue] = []
    skipSpace()
    if skip(UInt8(ascii: "]")) { return .array([]) }
    while true {
      elements.append(try parseValue(depth: depth))
      skipSpace()
      if skip(UInt8(ascii: "]")) { return .array(elements) }
      guard skip(UInt8(ascii: ",")) else { throw failure("',' or ']' should stand here") }
      skipSpace()
    }
  }

  /// Steps over the opening bracket.
  private mutating func enter(_ depth: Int) throws(DataError) {
    guard depth <= maximumDepth else { throw failure("more than \(maximumDepth) levels of brackets") }
    position += 1
  }

  private mutating func parseLiteral(_ word: StaticString, _ value: JSONValue) throws(DataError) -> JSONValue {
    let rest = bytes[position...].prefix(word.utf8CodeUnitCount)
    guard rest.elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)) else {
      throw failure("'\(word)' should stand here")
    }
    position += rest.count
    return value
  }

  private mutating func parseNumber() throws(DataError) -> JSONValue {
    let start = position
    var isInteger = true
    _ = skip(UInt8(ascii: "-"))
    if !skip(UInt8(ascii: "0")) { try skipDigits() }
    if skip(UInt8(ascii: ".")) {
      isInteger = false
      try skipDigits()
    }
    if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
      isInteger = false
      if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
      try skipDigits()
    }
    let digits = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let integer = Int(digits) { return .integer(integer) }
    guard let number = Double(digits), number.isFinite else {
      throw failure("the number is beyond the range of a double", at: start)
    }
    return .number(number)
  }

  private mutating func skipDigits() throws(DataError) {
    let start = position
    while let byte = current, byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") { position += 1 }
    guard position > start else { throw failure("a digit should stand here") }
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
  }

  private func failure(_ what: String, at offset: Int? = nil) -> DataError {
    let before = bytes.prefix(offset ?? position)
    let line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    let column = before.count - (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1)
    return DataError(.data, "\(DataError.shown(source)), line \(line), column \(column): \(what)")
  }
}

// Strings.
extension JSONParser {
  fileprivate mutating func parseString() throws(DataError) -> String {
    position += 1
    let start = position
    skipPlain()
    if current == UInt8(ascii: "\"") {
      position += 1
      return try text(bytes[start..<position - 1], at: start)
    }
    var unescaped = Array(bytes[start..<position])
    while true {
      switch current {
      case UInt8(ascii: "\""):
        position += 1
        return try text(unescaped[...], at: start)
      case UInt8(ascii: "\\"):
        position += 1
        unescaped += try parseEscape().utf8
      case nil: throw failure("the string has no end", at: start - 1)
      default: throw failure("a control character in a string must be escaped")
      }
      let plain = position
      skipPlain()
      unescaped += bytes[plain..<position]
    }
  }

  /// Goes on to the next quotation mark, backslash or control character.
  private mutating func skipPlain() {
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { return }
      position += 1
    }
  }

  private func text(_ slice: some Sequence<UInt8>, at start: Int) throws(DataError) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw failure("the string is not valid UTF-8", at: start)
    }
    return text
  }

  private mutating func parseEscape() throws(DataError) -> Unicode.Scalar {
    let start = position
    position += 1
    switch start < bytes.count ? bytes[start] : 0 {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try parseUnicodeEscape(at: start)
    default: throw failure("no such escape", at: start - 1)
    }
  }

  /// The scalar of \uXXXX, or of two of them that are a surrogate pair.
  private mutating func parseUnicodeEscape(at start: Int) throws(DataError) -> Unicode.Scalar {
    let unit = try parseHex4()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    if UTF16.isLeadSurrogate(unit), skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")) {
      let trail = try parseHex4()
      if UTF16.isTrailSurrogate(trail) {
        let value = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(trail) - 0xDC00)
        if let scalar = Unicode.Scalar(value) { return scalar }
      }
    }
    throw failure("half of a surrogate pair stands alone", at: start - 1)
  }

  private mutating func parseHex4() throws(DataError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Self.hexValue(byte) else {
        throw failure("four hexadecimal digits should follow \\u")
      }
      value = value << 4 | digit
      position += 1
    }
    return value
  }

  private static func hexValue(_ byte: UInt8) -> UInt16? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}
