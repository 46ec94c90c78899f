import DataFiles
import Testing

struct JSONValueTests {
  private let object = JSONValue.object([
    .init("a", .integer(3)), .init("b", .number(0.5)), .init("c", .string("x")), .init("d", .bool(true)),
    .init("e", .array([.null])), .init("f", .object([])),
  ])

  @Test func accessors() {
    #expect(object["a"]?.intValue == 3)
    #expect(object["a"]?.doubleValue == 3)
    #expect(object["b"]?.doubleValue == 0.5)
    #expect(object["b"]?.intValue == nil)
    #expect(object["c"]?.stringValue == "x")
    #expect(object["d"]?.boolValue == true)
    #expect(object["e"]?.arrayValue == [.null])
    #expect(object["f"]?.objectValue?.count == 0)
    #expect(object["g"] == nil)
    #expect(JSONValue.null["a"] == nil)
  }

  @Test func equalityIsOfBytesAndOrder() {
    #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
    #expect(JSONValue.integer(1) != .number(1))
    #expect(
      JSONValue.object([.init("a", .null), .init("b", .null)])
        != .object([.init("b", .null), .init("a", .null)]))
  }
}
