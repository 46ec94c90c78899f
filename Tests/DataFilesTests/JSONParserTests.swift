import DataFiles
import Testing

struct JSONParserTests {
  @Test(
    arguments: [
      ("null", .null), (" true\n", .bool(true)), ("false", .bool(false)),
      ("0", .integer(0)), ("-0", .integer(0)), ("9223372036854775807", .integer(.max)),
      ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
      ("1.0", .number(1)), ("-1.5e-3", .number(-0.0015)), ("1E+2", .number(100)), ("0e00", .number(0)),
      ("1e-400", .number(0)),
      ("\"\"", .string("")), ("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", .string("a\"\\/\u{8}\u{C}\n\r\t")),
      ("\"\\u00e9\\u2028\\uD83D\\uDE00é😀\"", .string("\u{E9}\u{2028}😀é😀")), ("\"\\u0000\"", .string("\u{0}")),
      ("[]", .array([])), ("[ 1 ,[2]]", .array([.integer(1), .array([.integer(2)])])),
      ("{}", .object([])),
      (
        "{ \"b\" : 1, \"a\":{\"b\":null} }",
        .object([.init("b", .integer(1)), .init("a", .object([.init("b", .null)]))])
      ),
      // Two names that look alike but are other bytes.
      ("{\"\u{E9}\":1,\"e\u{301}\":2}", .object([.init("\u{E9}", .integer(1)), .init("e\u{301}", .integer(2))])),
    ] as [(String, JSONValue)])
  func accepts(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: Array(text.utf8)) == value)
  }

  @Test(
    arguments: [
      ("", 1, 1, "the text ends where a value should stand"),
      ("{\"a\":1,\n \"a\":2}", 2, 2, "the name \"a\" stands twice in one object"),
      ("{\"a\":1,\"\\u0061\":2}", 1, 8, "the name \"a\" stands twice in one object"),
      ("[1,]", 1, 4, "no value begins like this"), ("[1 2]", 1, 4, "',' or ']' should stand here"),
      ("[1", 1, 3, "',' or ']' should stand here"), ("{\"a\" 1}", 1, 6, "':' should stand here"),
      ("{\"a\":1,}", 1, 8, "a name in quotes should stand here"), ("{a:1}", 1, 2, "a name in quotes should stand here"),
      ("{\"a\":1 \"b\":2}", 1, 8, "',' or '}' should stand here"),
      ("1 2", 1, 3, "something follows the value"), ("nul", 1, 1, "'null' should stand here"),
      ("True", 1, 1, "no value begins like this"), ("NaN", 1, 1, "no value begins like this"),
      ("+1", 1, 1, "no value begins like this"), (".5", 1, 1, "no value begins like this"),
      ("01", 1, 2, "something follows the value"), ("1.", 1, 3, "a digit should stand here"),
      ("-", 1, 2, "a digit should stand here"), ("1e", 1, 3, "a digit should stand here"),
      ("[1e400]", 1, 2, "the number is beyond the range of a double"),
      ("\"a", 1, 1, "the string has no end"), ("\"a\nb\"", 1, 3, "a control character in a string must be escaped"),
      ("\"\\x\"", 1, 2, "no such escape"), ("\"\\", 1, 2, "no such escape"),
      ("\"\\u12G4\"", 1, 6, "four hexadecimal digits should follow \\u"),
      ("\"\\uD800\"", 1, 2, "half of a surrogate pair stands alone"),
      ("\"\\uDC00\\uD800\"", 1, 2, "half of a surrogate pair stands alone"),
      ("\"\\uD800\\u0041\"", 1, 2, "half of a surrogate pair stands alone"),
      ("\u{FEFF}1", 1, 1, "no value begins like this"), ("[1]\u{0}", 1, 4, "something follows the value"),
      ("\u{A0}1", 1, 1, "no value begins like this"),
    ] as [(String, Int, Int, String)])
  func refuses(text: String, line: Int, column: Int, what: String) {
    expectFailure(Array(text.utf8), "config.json, line \(line), column \(column): \(what)")
  }

  @Test("Of many names each stands once", arguments: [1, 7, 8, 9, 40, 5000])
  func manyNames(count: Int) throws {
    let members = (0..<count).map { "\"n\($0)\":\($0)" }
    let object = try JSONValue(parsing: Array("{\(members.joined(separator: ","))}".utf8))
    #expect(object.objectValue?.map(\.value.intValue) == (0..<count).map(Int?.init))
    for twice in [0, count / 2, count - 1] {
      let text = "{\((members + [members[twice]]).joined(separator: ","))}"
      let error = #expect(throws: DataError.self) { try JSONValue(parsing: Array(text.utf8)) }
      #expect(error?.message.contains("\"n\(twice)\" stands twice") == true)
    }
  }

  @Test(arguments: [[0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xE2, 0x82]] as [[UInt8]])
  func refusesWhatIsNotUTF8(bytes: [UInt8]) {
    expectFailure(
      [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")],
      "config.json, line 1, column 2: the string is not valid UTF-8")
  }

  @Test(arguments: 1...200)
  func depthIsBounded(depth: Int) throws {
    let closed = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    let open = String(repeating: "{\"a\":", count: depth)
    if depth <= 64 {
      #expect(try JSONValue(parsing: Array(closed.utf8)).arrayValue?.count == (depth == 1 ? 0 : 1))
      expectFailure(Array(open.utf8), nil)
    } else {
      expectFailure(Array(closed.utf8), "config.json, line 1, column 65: more than 64 levels of brackets")
      expectFailure(Array(open.utf8), "config.json, line 1, column 321: more than 64 levels of brackets")
    }
  }

  @Test func valuesAreBounded() throws {
    let text = Array("[1,2,3]".utf8)
    #expect(try JSONValue(parsing: text, maximumValues: 4).arrayValue?.count == 3)
    #expect(throws: DataError.self) { try JSONValue(parsing: text, maximumValues: 3) }
  }

  @Test func everyPrefixIsRefused() throws {
    let text = Array(#"{"a":[1,-2.5e3,true,null,"é\u00e9\\"],"b":{"c":false}}"#.utf8)
    _ = try JSONValue(parsing: text)
    for count in text.indices { expectFailure(Array(text[..<count]), nil) }
  }

  private func expectFailure(_ bytes: [UInt8], _ message: String?) {
    do {
      let value = try JSONValue(parsing: bytes, from: "config.json")
      Issue.record("accepted as \(value)")
    } catch {
      #expect(error.code == .data)
      if let message { #expect(error.message == message) }
    }
  }
}
