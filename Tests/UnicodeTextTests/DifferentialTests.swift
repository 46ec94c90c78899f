import Testing

@testable import UnicodeText

/// Longhand against whole calls of ICU and utf8proc, which are each other's oracle, too.
@Suite("Normalization and grapheme clusters as ICU and utf8proc have them")
struct DifferentialTests {
  /// The texts, shown as scalars, of which two judges differ; the first few.
  private struct Differences {
    private(set) var shown: [String] = []

    mutating func note(_ source: [UInt8], _ what: String) {
      if shown.count < 5 { shown.append("\(what): \(UnicodeData.shown(source))") }
    }
  }

  private static let forms: [NormalizationForm] = [.nfc, .nfd, .nfkc, .nfkd, .nfkcCasefold]

  @Test("Random texts in each form", arguments: forms)
  func normalization(form: NormalizationForm) throws {
    var generator = try TextGenerator(seed: 1)
    var normalizer = BlockNormalizer(TextNormalization(form: form, lineEndings: .keep))
    var differences = Differences()
    var (source, result) = ([UInt8](), [UInt8]())
    for _ in 0..<TextGenerator.count(100_000) {
      generator.fill(&source)
      let isWritten = try normalizer.normalize(source.span, into: &result)
      let found = isWritten ? result : source
      for oracle in Oracle.allCases where oracle.knows(form) && !(oracle == .utf8proc && Self.hasLostJamo(source)) {
        if oracle.normalized(source, form) != found { differences.note(source, "\(oracle)") }
      }
    }
    #expect(differences.shown == [])
  }

  /// Whether a text holds U+11A7, the jamo before the first trailing one: utf8proc 2.8 composes it with a syllable
  /// before it, and so loses it.
  private static func hasLostJamo(_ text: [UInt8]) -> Bool {
    text.indices.dropLast(2).contains { text[$0...].starts(with: [0xE1, 0x86, 0xA7]) }
  }

  @Test("U+11A7 is no trailing consonant, and is not lost")
  func lostJamo() {
    let text = Array("가\u{11A7}\u{1112}\u{1161}\u{11A7}".utf8)
    let expected = Array("가\u{11A7}하\u{11A7}".utf8)
    #expect(TextNormalization(form: .nfc).normalized(text) == expected)
    #expect(Oracle.icu.normalized(text, .nfc) == expected)
    #expect(Oracle.utf8proc.normalized(text, .nfc) != expected)
  }

  @Test("Every scalar between two others in each form", arguments: forms)
  func scalars(form: NormalizationForm) {
    let normalization = TextNormalization(form: form, lineEndings: .keep)
    var differences = Differences()
    var source: [UInt8] = []
    for scalar in UnicodeData.scalars {
      source.append(0x61)
      source += scalar.utf8
      source += [0xCC, 0x81, 0xCC, 0xA3, 0x0A]
    }
    let found = normalization.normalized(source)
    for oracle in Oracle.allCases where oracle.knows(form) {
      guard let expected = oracle.normalized(source, form), expected != found else { continue }
      let lines = [source, found, expected].map { $0.split(separator: 0x0A, omittingEmptySubsequences: false) }
      for (source, pair) in zip(lines[0], zip(lines[1], lines[2])) where pair.0 != pair.1 {
        differences.note(Array(source), "\(oracle)")
      }
    }
    #expect(differences.shown == [])
  }

  @Test("Random texts in lower case: each scalar by itself, decomposed before and normalized after")
  func lowercase() throws {
    try checkCase(.lower) { Oracle.lowercased($0) }
  }

  @Test("Random texts under case folding: NFD(toCasefold(NFD(x))), D145, by either library")
  func casefold() throws {
    for oracle in Oracle.allCases { try checkCase(.fold) { oracle.folded($0) } }
  }

  private func checkCase(_ mapping: CaseMapping, by map: ([UInt8]) -> [UInt8]?) throws {
    var differences = Differences()
    var (source, result) = ([UInt8](), [UInt8]())
    for (form, decomposed) in [(NormalizationForm.nfc, NormalizationForm.nfd), (.nfkd, .nfkd), (.none, .none)] {
      var generator = try TextGenerator(seed: 2)
      let normalization = TextNormalization(form: form, caseMapping: mapping, lineEndings: .keep)
      var normalizer = BlockNormalizer(normalization)
      for _ in 0..<TextGenerator.count(20_000) {
        generator.fill(&source)
        let isWritten = try normalizer.normalize(source.span, into: &result)
        let found = isWritten ? result : source
        let expected = Oracle.icu.normalized(source, decomposed).flatMap(map)
          .flatMap { Oracle.icu.normalized($0, form) }
        if found != expected { differences.note(source, "\(form)") }
        if normalization.normalized(found) != found { differences.note(source, "\(form) again") }
      }
    }
    #expect(differences.shown == [])
  }

  @Test("Random texts in grapheme clusters")
  func graphemes() throws {
    var generator = try TextGenerator(seed: 3)
    let segmenter = GraphemeSegmenter()
    var differences = Differences()
    var (source, ends) = ([UInt8](), [Int]())
    // utf8proc 2.8 takes all code points that are not assigned for letters, those that the standard has as controls or
    // pictographs among them.
    let unassigned = try UnicodeData.scalars(of: "extracted/DerivedGeneralCategory.txt") { $0 == ["Cn"] }
    let controls = try UnicodeData.scalars(of: "auxiliary/GraphemeBreakProperty.txt") { $0 == ["Control"] }
    let pictographs = try UnicodeData.scalars(of: "emoji/emoji-data.txt") { $0 == ["Extended_Pictographic"] }
    let misjudged = Set(controls + pictographs).intersection(unassigned)
    for _ in 0..<TextGenerator.count(100_000) {
      generator.fill(&source)
      ends.removeAll(keepingCapacity: true)
      segmenter.appendEnds(of: source.span, to: &ends)
      for oracle in Oracle.allCases where oracle.graphemeEnds(source) != ends {
        let isMisjudged = String(decoding: source, as: UTF8.self).unicodeScalars.contains(where: misjudged.contains)
        if oracle == .icu || !isMisjudged { differences.note(source, "\(oracle)") }
      }
    }
    #expect(misjudged.count > 3_000)
    #expect(differences.shown == [])
  }

  @Test("Every triple of grapheme classes")
  func graphemeTriples() throws {
    var representatives: [Unicode.Scalar] = Array(
      "a\r\n\u{0}\u{AD}\u{301}\u{200D}\u{1F1E6}\u{1F469}\u{A9}".unicodeScalars)
    for name in ["Prepend", "Extend", "SpacingMark", "L", "V", "T", "LV", "LVT"] {
      let scalars = try UnicodeData.scalars(of: "auxiliary/GraphemeBreakProperty.txt") { $0 == [name] }
      representatives += [try #require(scalars.first), try #require(scalars.last)]
    }
    let segmenter = GraphemeSegmenter()
    var differences = Differences()
    for left in representatives {
      for middle in representatives {
        for right in representatives {
          for last in representatives.prefix(10) {
            let source = [left, middle, right, last].flatMap { Array($0.utf8) }
            var ends: [Int] = []
            segmenter.appendEnds(of: source.span, to: &ends)
            for oracle in Oracle.allCases where oracle.graphemeEnds(source) != ends {
              differences.note(source, "\(oracle)")
            }
          }
        }
      }
    }
    #expect(differences.shown == [])
  }
}
