import Testing
import UnicodeText

@Suite("Grapheme clusters")
struct GraphemeSegmenterTests {
  private static func clusters(_ text: [UInt8]) -> [[UInt8]] {
    var ends: [Int] = []
    GraphemeSegmenter().appendEnds(of: text.span, to: &ends)
    return zip([0] + ends, ends).map { Array(text[$0..<$1]) }
  }

  @Test(
    "Clusters",
    arguments: [
      ("", []), ("a\r\nb", ["a", "\r\n", "b"]), ("e\u{301}x", ["e\u{301}", "x"]), ("한국", ["한", "국"]),
      ("👩‍👩‍👧🇫🇷🇩🇪", ["👩‍👩‍👧", "🇫🇷", "🇩🇪"]), ("\u{1112}\u{1161}\u{11AB}a", ["\u{1112}\u{1161}\u{11AB}", "a"]),
      ("\u{600}1\u{301}2", ["\u{600}1\u{301}", "2"]), ("\u{600}\n", ["\u{600}", "\n"]), ("\u{301}", ["\u{301}"]),
      ("🇫🇷🇩", ["🇫🇷", "🇩"]), ("\r\r\n\n", ["\r", "\r\n", "\n"]), ("\n\u{301}", ["\n", "\u{301}"]),
      (
        "0123456789\u{301}abc\u{7F}\u{301}",
        "012345678".map(String.init) + ["9\u{301}", "a", "b", "c", "\u{7F}", "\u{301}"]
      ),
    ] as [(String, [String])])
  func clusters(text: String, expected: [String]) {
    #expect(Self.clusters(Array(text.utf8)) == expected.map { Array($0.utf8) })
  }

  @Test("Long runs have as many clusters as the rules say")
  func longRuns() {
    let n = 1_000_000
    let cases: [(String, perScalar: String, clusters: Int)] = [
      ("e", "\u{301}", 1), ("", "\u{1F1E6}", n / 2), ("", "\u{200D}", 1), ("👩", "\u{200D}👩", 1), ("", "\u{1100}", 1),
      ("", "\u{1161}", 1), ("\u{600}", "\u{600}", 1), ("", "a", n), ("", "\n", n), ("", "\r\n", n), ("", "가", n),
      ("", "\u{0}", n), ("👩", "\u{301}", 1), ("", "👩", n),
    ]
    for (start, repeated, expected) in cases {
      let text = Array(start.utf8) + [UInt8](repeated, times: n)
      #expect(Self.clusters(text).count == expected, "\(UnicodeData.shown(Array((start + repeated).utf8)))")
    }
  }

  @Test("Ends are appended behind what is there, whatever the batches")
  func batches() {
    for count in [1, 7, 8, 9, 511, 512, 513, 1_025, 5_000] {
      var ends = [-1]
      let text = [UInt8](repeating: 0x61, count: count)
      GraphemeSegmenter().appendEnds(of: text.span, to: &ends)
      #expect(ends == [-1] + Array(1...count))
    }
  }
}
