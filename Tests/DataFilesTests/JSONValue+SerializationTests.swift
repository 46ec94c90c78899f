import DataFiles
import Testing

struct JSONValueSerializationTests {
  @Test(
    arguments: [
      (.null, "null"), (.bool(true), "true"), (.integer(.min), "-9223372036854775808"),
      (.number(0.1), "0.1"), (.number(1), "1.0"), (.number(-0.0), "-0.0"), (.number(1e300), "1e+300"),
      (.number(.infinity), "null"), (.number(.nan), "null"),
      (.string("a\"\\\n\r\t\u{1}\u{7F}\u{2028}é😀/"), #""a\"\\\n\r\t\u0001\u007f\u2028é😀/""#),
      (.array([]), "[]"), (.array([.integer(1), .null]), "[1,null]"),
      (.object([]), "{}"), (.object([.init("b", .integer(1)), .init("a", .array([]))]), #"{"b":1,"a":[]}"#),
    ] as [(JSONValue, String)])
  func compactText(value: JSONValue, text: String) {
    #expect(value.serialized() == text)
  }

  @Test func prettyText() {
    let value = JSONValue.object([
      .init("a", .array([.integer(1), .object([.init("b", .null)])])), .init("c", .array([])),
    ])
    #expect(
      value.serialized(pretty: true) == """
        {
          "a": [
            1,
            {
              "b": null
            }
          ],
          "c": []
        }
        """)
  }

  @Test("Pieces together are the whole", arguments: [false, true])
  func pieces(pretty: Bool) {
    let elements = (0..<20_000).map { JSONValue.object([.init("n", .array([.integer($0), .string("\($0)")]))]) }
    let value = JSONValue.object([.init("a", .array(elements)), .init("b", .null)])
    var pieces: [[UInt8]] = []
    value.serialize(pretty: pretty) { pieces.append($0) }
    #expect(pieces.count > 3 && pieces.allSatisfy { $0.count < 1 << 17 })
    #expect(Array(pieces.joined()) == Array(value.serialized(pretty: pretty).utf8))
  }

  @Test func numbersReadBackTheSame() throws {
    var bits: UInt64 = 1
    for _ in 0..<10_000 {
      bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let number = Double(bitPattern: bits)
      guard number.isFinite else { continue }
      let text = JSONValue.number(number).serialized()
      #expect(try JSONValue(parsing: Array(text.utf8)).doubleValue?.bitPattern == bits)
    }
  }

  @Test func everyScalarReadsBackTheSame() throws {
    let scalars = (UInt32(0)...0x2FFFF).compactMap(Unicode.Scalar.init)
    let value = JSONValue.string(String(String.UnicodeScalarView(scalars)))
    #expect(try JSONValue(parsing: Array(value.serialized().utf8)) == value)
  }
}
