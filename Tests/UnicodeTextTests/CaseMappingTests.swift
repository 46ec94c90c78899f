import Testing
import UnicodeText

@Suite("Upper and lower case")
struct CaseMappingTests {
  private static func normalize(_ text: [UInt8], _ form: NormalizationForm, _ mapping: CaseMapping) -> [UInt8] {
    TextNormalization(form: form, caseMapping: mapping, lineEndings: .keep).normalized(text)
  }

  @Test("CaseFolding.txt: every entry of status C and F, and no other scalar")
  func caseFolding() throws {
    var expected: [UInt32: [UInt8]] = [:]
    for (scalars, fields) in try UnicodeData.entries(of: "CaseFolding.txt") where ["C", "F"].contains(fields[0]) {
      expected[scalars.lowerBound] = UnicodeData.text(fields[1])
    }
    try #require(expected.count == 1_530)
    let wrong = UnicodeData.scalars.filter { scalar in
      let source = Array(scalar.utf8)
      return Self.normalize(source, .none, .fold) != expected[scalar.value] ?? source
    }
    #expect(wrong == [])
  }

  @Test("A mapping applied again changes nothing, and its result is in its form", arguments: NormalizationForm.allCases)
  func fixedPoint(form: NormalizationForm) {
    for context in ["\n", "\u{301}\n", "\u{345}\u{301}\n", "\u{323}\u{307}a"] {
      var text: [UInt8] = []
      // Planes 0 and 1 hold all that has case.
      for scalar in UnicodeData.scalars where scalar.value < 0x2_0000 {
        text += scalar.utf8
        text += context.utf8
      }
      for mapping in CaseMapping.allCases {
        let once = Self.normalize(text, form, mapping)
        let isFixed = Self.normalize(once, form, mapping) == once
        let isInForm = Self.normalize(once, form == .nfkcCasefold ? .nfkc : form, .keep) == once
        #expect(isFixed && isInForm, "\(mapping) before \(UnicodeData.shown(Array(context.utf8)))")
      }
    }
  }

  @Test(
    "Lower case",
    arguments: [
      ("ÉCOLE", NormalizationForm.nfc, "école"), ("E\u{301}COLE", .nfc, "école"), ("ÉCOLE", .nfd, "e\u{301}cole"),
      ("ΟΔΟΣ", .nfc, "οδοσ"), ("İ", .none, "i\u{307}"), ("H\u{331}", .nfc, "\u{1E96}"), ("K", .none, "k"),
      ("\u{210C}", .nfkc, "h"), ("ABC xyz 123", .none, "abc xyz 123"), ("ẞ", .nfc, "ß"), ("ẞ", .nfkcCasefold, "ss"),
    ])
  func lower(source: String, form: NormalizationForm, expected: String) {
    #expect(Self.normalize(Array(source.utf8), form, .lower) == Array(expected.utf8))
  }

  @Test(
    "Case folding",
    arguments: [
      ("Straße STRASSE ẞ", NormalizationForm.nfc, "strasse strasse ss"), ("ὈΔΥΣΣΕΎΣ ς", .nfc, "ὀδυσσεύσ σ"),
      ("İ I i ı", .nfc, "i\u{307} i i ı"), ("ŉ", .nfc, "\u{2BC}n"), ("ﬃ", .none, "ffi"), ("\u{1E96}", .nfc, "\u{1E96}"),
      ("\u{1E96}", .none, "h\u{331}"), ("É", .nfd, "e\u{301}"), ("Ꭰ ꭰ", .nfc, "Ꭰ Ꭰ"),
      // The iota subscript is a mark until it is folded: one order of marks whichever way the text was written.
      ("ᾴ", .nfc, "άι"), ("\u{3B1}\u{345}\u{301}", .nfc, "άι"), ("\u{3B1}\u{301}\u{345}", .nfd, "\u{3B1}\u{301}ι"),
      ("\u{3B1}\u{345}\u{301}", .none, "\u{3B1}ι\u{301}"), ("ͺ", .nfkc, " ι"),
    ])
  func fold(source: String, form: NormalizationForm, expected: String) {
    #expect(Self.normalize(Array(source.utf8), form, .fold) == Array(expected.utf8))
  }
}
