import Testing
import UnicodeText

@Suite("Normalization forms")
struct TextNormalizationTests {
  private static func normalize(_ text: [UInt8], _ form: NormalizationForm) -> [UInt8] {
    TextNormalization(form: form, lineEndings: .keep).normalized(text)
  }

  /// Normalizes every scalar by itself and gives those for which a test of source and result fails.
  private static func scalars(
    _ form: NormalizationForm, where isWrong: (Unicode.Scalar, ArraySlice<UInt8>) -> Bool
  ) -> [String] {
    let lines = UnicodeData.scalars.filter { $0 != "\n" }
    let text = lines.reduce(into: [UInt8]()) { $0 += Array($1.utf8) + [0x0A] }
    let results = normalize(text, form).split(separator: 0x0A, omittingEmptySubsequences: false)
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
    for (scalars, fields) in try UnicodeData.entries(of: "DerivedNormalizationProps.txt") where fields[0] == "NFKC_CF" {
      for value in scalars { expected[value] = UnicodeData.text(fields[1]) }
    }
    try #require(expected.count > 10_000)
    #expect(
      Self.scalars(.nfkcCasefold) { scalar, result in
        expected[scalar.value].map { !$0.elementsEqual(result) } ?? !result.elementsEqual(scalar.utf8)
      } == [])
  }
}
