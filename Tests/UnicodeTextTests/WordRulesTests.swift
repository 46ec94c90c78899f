import Testing

@testable import UnicodeText

@Suite("Word rules")
struct WordRulesTests {
  @Test(
    "The rules of a locale are known, and divide ASCII as the bits do",
    arguments: ["root", "sv", "fi", "en_US_POSIX", "ja", "th"])
  func locales(locale: String) throws {
    let segmenter = try WordSegmenter(locale: locale)
    #expect(segmenter.rules != nil)
    #expect(segmenter.signs != nil)
  }

  @Test(
    "Rules that divide ASCII otherwise are told apart",
    arguments: [
      ("a", "#"), ("a", " "), ("1", ":"), (" ", "a"), ("\r", "\r"), ("#", "#"), ("_", "."), ("a.", "1"), ("1,", "a"),
      ("a", "1"), ("\n", "\n"),
    ])
  func otherRules(text: String, next: String) throws {
    let segmenter = try WordSegmenter()
    let rules = try #require(WordRules(segmenter.dictionary.words))
    let row = Self.row(after: text, rules)
    let changed = row + Int(rules.classes[UInt32(try #require(next.utf8.first))])
    // What went on ends, and what ended goes on.
    rules.nextRows[changed] = rules.nextRows[changed] == 0 ? UInt16(row) : 0
    #expect(rules.makeASCIISigns() == nil)
  }

  @Test("Rules that end segments of ASCII elsewhere are told apart", arguments: ["a", "1", "_", "a.", "1,", "#"])
  func otherEnds(text: String) throws {
    let segmenter = try WordSegmenter()
    let rules = try #require(WordRules(segmenter.dictionary.words))
    let row = Self.row(after: text, rules)
    rules.statuses[row] = rules.statuses[row] < 0 ? 0 : -1
    #expect(rules.makeASCIISigns() == nil)
  }

  private static func row(after text: String, _ rules: WordRules) -> Int {
    text.utf8.reduce(rules.firstRow) { row, byte in Int(rules.nextRows[row + Int(rules.classes[UInt32(byte)])]) }
  }
}
