import DataFiles
import Testing
import UnicodeText

@Suite("Segmentation")
struct SegmenterTests {
  private static func segments(_ text: [UInt8], _ segmenter: some Segmenter) -> [[UInt8]] {
    var ends: [Int] = []
    segmenter.appendEnds(of: text.span, to: &ends)
    return zip([0] + ends, ends).map { Array(text[$0..<$1]) }
  }

  private static func segments(_ text: String, _ segmenter: some Segmenter) -> [String] {
    segments(Array(text.utf8), segmenter).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Compares a segmenter with a break test file of the Unicode Character Database.
  private func checkConformance(
    _ name: String, _ segmenter: some Segmenter, lines: Int, deviations: [Int] = []
  ) throws {
    var checked = 0
    var deviating: [Int] = []
    for (number, line) in try UnicodeData.lines(of: name) {
      let expected = line.split(separator: "÷").map { segment in
        UnicodeData.text(segment.split(separator: "×").joined(separator: " "))
      }.filter { !$0.isEmpty }
      let found = Self.segments(Array(expected.joined()), segmenter)
      checked += 1
      if found != expected { deviating.append(number) }
    }
    #expect(deviating == deviations)
    #expect(checked == lines)
  }

  @Test("GraphemeBreakTest.txt of Unicode 15.0")
  func graphemeConformance() throws {
    try checkConformance("auxiliary/GraphemeBreakTest.txt", GraphemeSegmenter(), lines: 602)
  }

  @Test("WordBreakTest.txt of Unicode 15.0, with the rules of Swedish, which are the standard's own")
  func wordConformance() throws {
    try checkConformance("auxiliary/WordBreakTest.txt", try WordSegmenter(locale: "sv"), lines: 1_823)
  }

  // CLDR 42 took the colon out of MidLetter for all languages but Finnish and Swedish: "a:b" is three segments there.
  @Test("WordBreakTest.txt of Unicode 15.0 with the root's rules: all but a colon between letters")
  func rootWordConformance() throws {
    try checkConformance(
      "auxiliary/WordBreakTest.txt", try WordSegmenter(), lines: 1_823,
      deviations: [1253, 1254, 1267, 1268] + Array(1283...1292) + [1712])
  }

  @Test("White space is the property White_Space of PropList.txt")
  func whiteSpace() throws {
    let expected = try UnicodeData.scalars(of: "PropList.txt") { $0 == ["White_Space"] }
    let found = UnicodeData.scalars.filter { scalar in
      let text = Array(String(scalar).utf8)
      return WhiteSpace.length(in: text.span, at: 0) == text.count && WhiteSpace.fills(text.span)
    }
    #expect(found == expected)
    #expect(expected.count == 25)
  }

  @Test(
    "Words",
    arguments: [
      ("", []), ("Don't  stop 3.14!\n", ["Don't", "  ", "stop", " ", "3.14", "!", "\n"]),
      ("สวัสดีชาวโลก", ["สวัสดี", "ชาว", "โลก"]),
      ("a\u{0}b", ["a", "\u{0}", "b"]),
    ] as [(String, [String])])
  func words(text: String, expected: [String]) throws {
    #expect(Self.segments(text, try WordSegmenter()) == expected)
  }

  @Test("The kinds of words")
  func kinds() throws {
    var (ends, kinds) = ([Int](), [WordSegmenter.Kind]())
    try WordSegmenter().appendEnds(of: Array("ab 12 カ漢".utf8).span, to: &ends, kinds: &kinds)
    #expect(ends == [2, 3, 5, 6, 9, 12])
    #expect(kinds == [.letter, .other, .number, .other, .ideograph, .ideograph])
  }

  @Test(
    "White space and what stands between",
    arguments: [
      ("", []),
      ("  a b\u{3000}\u{A0}c\r\n\n\td", ["  ", "a", " ", "b", "\u{3000}\u{A0}", "c", "\r\n", "\n", "\t", "d"]),
      ("x", ["x"]), (" \n", [" ", "\n"]), ("a\r", ["a", "\r"]),
    ] as [(String, [String])])
  func whitespace(text: String, expected: [String]) {
    #expect(Self.segments(text, WhitespaceSegmenter()).map { Array($0.utf8) } == expected.map { Array($0.utf8) })
  }

  @Test("Scalars")
  func scalars() {
    #expect(Self.segments(Array("aé漢😀".utf8), ScalarSegmenter()).map(\.count) == [1, 2, 3, 4])
  }

  @Test("A locale's name is checked", arguments: ["", "en US", "../x", String(repeating: "a", count: 65), "é"])
  func locale(name: String) {
    let error = #expect(throws: DataError.self) { try WordSegmenter(locale: name) }
    #expect(error?.code == .usage)
  }
}
