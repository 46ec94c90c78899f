import Testing

@testable import UnicodeText

@Suite("Words as ICU has them")
struct WordDifferentialTests {
  private static let locales = ["root", "sv", "fi", "en_US_POSIX", "ja", "th", "zh", "de"]

  /// The texts, shown as scalars, that a segmenter divides otherwise than ICU; the first few.
  private struct Differences {
    let segmenter: WordSegmenter
    let oracle: WordOracle
    private(set) var shown: [String] = []

    init(locale: String) throws {
      segmenter = try WordSegmenter(locale: locale)
      oracle = try WordOracle(locale: locale)
    }

    init(_ segmenter: WordSegmenter, locale: String) throws {
      self.segmenter = segmenter
      oracle = try WordOracle(locale: locale)
    }

    mutating func check(_ text: [UInt8]) throws {
      if shown.count < 5, try !oracle.agrees(with: segmenter, on: text) { shown.append(UnicodeData.shown(text)) }
    }
  }

  @Test("Random texts", arguments: locales)
  func randomTexts(locale: String) throws {
    var differences = try Differences(locale: locale)
    var generator = try WordTextGenerator(seed: UInt64(Self.locales.firstIndex(of: locale) ?? 0))
    var text: [UInt8] = []
    for _ in 0..<TextGenerator.count(12_500) {
      generator.fill(&text)
      try differences.check(text)
    }
    #expect(differences.shown == [])
  }

  @Test("Texts of each script", arguments: ["root", "sv", "en_US_POSIX"])
  func scripts(locale: String) throws {
    var differences = try Differences(locale: locale)
    var generator = try WordTextGenerator(seed: 100)
    var text: [UInt8] = []
    let scripts = try WordTextGenerator.scripts.get()
    #expect(scripts.count > 150)
    for script in scripts {
      generator.fill(&text, script: script.scalars, count: 500)
      try differences.check(text)
    }
    #expect(differences.shown == [])
  }

  @Test("Texts of twenty languages, apart and together", arguments: ["root", "sv", "en_US_POSIX"])
  func languages(locale: String) throws {
    var differences = try Differences(locale: locale)
    let texts = try Corpora.languages()
    #expect(texts.count == 21)
    for (_, text) in texts { try differences.check(text) }
    try differences.check(texts.flatMap(\.text))
    // Wherever the pieces of a text end, the bits, the rules and the dictionaries take turns elsewhere.
    for (_, text) in texts {
      for start in text.indices.prefix(200) where text[start] & 0xC0 != 0x80 {
        try differences.check(Array(text[start...]))
      }
    }
    #expect(differences.shown == [])
  }

  @Test("Every triple of what the rules tell apart", arguments: ["root", "sv", "en_US_POSIX"])
  func triples(locale: String) throws {
    var differences = try Differences(locale: locale)
    let breaks = try UnicodeData.values(of: "auxiliary/WordBreakProperty.txt")
    let representatives =
      breaks.compactMap(\.scalars.first)
      + Array("A@:\u{FF1A}#\u{AD}\u{2139}\u{A9}\u{1F170}\u{16FE4}漢あカー〱ｶﾞ가กຂកက\u{0E31}\u{1980}".unicodeScalars)
    for left in representatives {
      for middle in representatives {
        for right in representatives {
          try differences.check([left, middle, right].flatMap { Array($0.utf8) })
        }
      }
    }
    #expect(differences.shown == [])
  }

  @Test("Every scalar between two others")
  func scalars() throws {
    var differences = try Differences(locale: "root")
    for scalar in UnicodeData.scalars {
      let bytes = Array(scalar.utf8)
      try differences.check(bytes + [0x61] + bytes + bytes + [0x31])
    }
    #expect(differences.shown == [])
  }

  @Test(
    "Long runs, in which a buffer fills and is emptied",
    arguments: [
      "日本語を勉強して", "\u{20000}の", "สวัสดีชาวโลก", "각_カー", "漢\u{301}", "ｶﾞ", "a", ".", "a.", "a. ", "a.é", "1,2", "é",
      "é ", "\u{301}", "\r\n", "漢 ", "คน ", "aaaaaaaaaaaaaaaa é", "Ж",
    ])
  func longRuns(unit: String) throws {
    var differences = try Differences(locale: "root")
    for count in [1, 31, 32, 33, 1_000, 5_000] {
      try differences.check(Array(String(repeating: unit, count: count).utf8))
      try differences.check(Array((String(repeating: unit, count: count) + "a.\u{301}漢字").utf8))
    }
    #expect(differences.shown == [])
  }

  @Test("Bytes that are not UTF-8 are divided somehow, and wholly")
  func illFormed() throws {
    let segmenter = try WordSegmenter()
    var generator = try TextGenerator(seed: 9)
    var (ends, text) = ([Int](), [UInt8]())
    // Leads and trails of Han, Thai and kana, of what is beyond U+FFFF, and ASCII.
    let bytes: [UInt8] = [
      0xE6, 0xBC, 0xA2, 0xE0, 0xB8, 0x81, 0xE3, 0x83, 0xBC, 0xF0, 0xA0, 0x80, 0x9F, 0xFF, 0x61, 0x20,
    ]
    for _ in 0..<20_000 {
      text = (0...generator.next(below: 40)).map { _ in bytes[generator.next(below: bytes.count)] }
      ends.removeAll(keepingCapacity: true)
      segmenter.appendEnds(of: text.span, to: &ends)
      #expect(ends.last == text.count && zip(ends, ends.dropFirst()).allSatisfy(<))
    }
  }

  @Test("Rules of a form that is not known are left to ICU", arguments: ["root", "sv"])
  func unknownRules(locale: String) throws {
    var differences = try Differences(try WordSegmenter(locale: locale, runsRules: false), locale: locale)
    for (_, text) in try Corpora.languages() { try differences.check(text) }
    try differences.check([])
    #expect(differences.shown == [])
  }
}
