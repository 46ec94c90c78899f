import Testing
import UnicodeText

@Suite("Normalization")
struct NormalizerTests {
  private static func normalize(_ text: [UInt8], _ form: NormalizationForm, lowercase: Bool = false) -> [UInt8] {
    TextNormalization(form: form, lowercase: lowercase, lineEndings: .keep).normalized(text)
  }

  /// Normalizes every scalar by itself and gives those for which a test of source and result fails.
  private static func scalars(
    _ form: NormalizationForm, lowercase: Bool = false, where isWrong: (Unicode.Scalar, ArraySlice<UInt8>) -> Bool
  ) -> [String] {
    let lines = UnicodeData.scalars.filter { $0 != "\n" }
    let text = lines.reduce(into: [UInt8]()) { $0 += Array($1.utf8) + [0x0A] }
    let results = normalize(text, form, lowercase: lowercase).split(separator: 0x0A, omittingEmptySubsequences: false)
    guard results.count == lines.count + 1 else { return ["\(results.count) lines"] }
    return zip(lines, results).filter { isWrong($0, $1) }.prefix(20).map {
      "\(UnicodeData.shown(Array($0.utf8))): \(UnicodeData.shown(Array($1)))"
    }
  }

  private static let forms: [NormalizationForm] = [.nfc, .nfd, .nfkc, .nfkd]

  @Test("NormalizationTest.txt of Unicode 15.0: every line, all twenty assertions")
  func conformance() throws {
    var checked = 0
    var failures: [String] = []
    for (number, line) in try UnicodeData.lines(of: "NormalizationTest.txt.bz2") where !line.hasPrefix("@") {
      let columns = line.split(separator: ";").prefix(5).map { UnicodeData.text($0) }
      try #require(columns.count == 5)
      checked += 1
      for (index, form) in Self.forms.enumerated() {
        let isCompatible = index >= 2
        for (column, source) in columns.enumerated() {
          let expected = columns[isCompatible || column >= 3 ? index % 2 + 3 : index + 1]
          let found = Self.normalize(source, form)
          if found != expected {
            failures.append("line \(number), column \(column + 1), \(form): \(UnicodeData.shown(found))")
          }
        }
      }
    }
    #expect(failures == [])
    #expect(checked == 19_074)
  }

  @Test("Scalars that part 1 does not list stay as they are", arguments: forms)
  func unlistedScalars(form: NormalizationForm) throws {
    var listed: Set<Unicode.Scalar> = []
    var isPart1 = false
    for (_, line) in try UnicodeData.lines(of: "NormalizationTest.txt.bz2") {
      if line.hasPrefix("@") {
        isPart1 = line.hasPrefix("@Part1")
      } else if isPart1, let first = line.split(separator: ";").first, let value = UInt32(first, radix: 16) {
        listed.formUnion([value].compactMap(Unicode.Scalar.init))
      }
    }
    try #require(listed.count > 16_000)
    #expect(Self.scalars(form) { !listed.contains($0) && !$1.elementsEqual($0.utf8) } == [])
  }

  @Test("NFKC_Casefold of every scalar is that of DerivedNormalizationProps.txt")
  func casefold() throws {
    var expected: [UInt32: [UInt8]] = [:]
    for (_, line) in try UnicodeData.lines(of: "DerivedNormalizationProps.txt") {
      let fields = line.split(separator: ";", omittingEmptySubsequences: false).map { $0.trimming() }
      guard fields.count > 2, fields[1] == "NFKC_CF" else { continue }
      let ends = fields[0].split(separator: ".").compactMap { UInt32($0, radix: 16) }
      for value in try #require(ends.first)...(try #require(ends.last)) {
        expected[value] = UnicodeData.text(fields[2])
      }
    }
    try #require(expected.count > 10_000)
    #expect(
      Self.scalars(.nfkcCasefold) { scalar, result in
        expected[scalar.value].map { !$0.elementsEqual(result) } ?? !result.elementsEqual(scalar.utf8)
      } == [])
  }

  @Test("Lower-casing leaves every scalar in its form", arguments: NormalizationForm.allCases)
  func lowercaseIsStable(form: NormalizationForm) {
    let text = UnicodeData.scalars.reduce(into: [UInt8]()) { $0 += Array($1.utf8) + [0x0A] }
    let once = Self.normalize(text, form, lowercase: true)
    #expect(Self.normalize(once, form, lowercase: true) == once)
    #expect(Self.normalize(once, form == .nfkcCasefold ? .nfkc : form) == once)
  }

  @Test(
    "Lower case",
    arguments: [
      ("ÉCOLE", NormalizationForm.nfc, "école"), ("E\u{301}COLE", .nfc, "école"), ("ÉCOLE", .nfd, "e\u{301}cole"),
      ("ΟΔΟΣ", .nfc, "οδοσ"), ("İ", .none, "i\u{307}"), ("H\u{331}", .nfc, "\u{1E96}"), ("K", .none, "k"),
      ("\u{210C}", .nfkc, "h"), ("ABC xyz 123", .none, "abc xyz 123"), ("ẞ", .nfc, "ß"), ("ẞ", .nfkcCasefold, "ss"),
    ])
  func lowercase(source: String, form: NormalizationForm, expected: String) {
    #expect(Self.normalize(Array(source.utf8), form, lowercase: true) == Array(expected.utf8))
  }

  @Test("A run of marks of any length is put into canonical order", arguments: [2, 31, 32, 33, 1_000, 100_000])
  func longRuns(count: Int) {
    // U+0301 has class 230, U+0316 class 220, U+0327 class 202.
    let marks: [Unicode.Scalar] = ["\u{301}", "\u{316}", "\u{327}"]
    var source = "q".unicodeScalars
    for index in 0..<count { source.append(marks[index % 3]) }
    var expected = "q"
    for (index, mark) in marks.enumerated().reversed() {
      expected += String(repeating: String(mark), count: (count + 2 - index) / 3)
    }
    #expect(Self.normalize(Array(String(source).utf8), .nfd) == Array(expected.utf8))
    #expect(Self.normalize(Array(String(source).utf8), .nfc) == Array(expected.utf8))
  }

  @Test("Line endings")
  func lineEndings() {
    let source = Array("a\r\nb\rc\n\r\r\n\r".utf8)
    #expect(TextNormalization(form: .none, lineEndings: .lf).normalized(source) == Array("a\nb\nc\n\n\n\n".utf8))
    #expect(TextNormalization.unchanged.normalized(source) == source)
  }
}

extension Substring {
  fileprivate func trimming() -> Substring {
    var result = self
    while result.first?.isWhitespace == true { result.removeFirst() }
    while result.last?.isWhitespace == true { result.removeLast() }
    return result
  }
}
