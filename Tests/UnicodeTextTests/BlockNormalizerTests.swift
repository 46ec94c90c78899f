import Testing
import UnicodeText

@Suite("Normalizing blocks of bytes")
struct BlockNormalizerTests {
  private static func normalize(
    _ piece: [UInt8], _ normalization: TextNormalization = TextNormalization(), _ policy: InvalidUTF8Policy = .error
  ) throws(InvalidUTF8) -> (text: [UInt8], isWritten: Bool, illFormed: [Range<Int>]) {
    var normalizer = BlockNormalizer(normalization, invalidUTF8: policy)
    var text = Array("left over from before".utf8)
    let isWritten = try normalizer.normalize(piece.span, into: &text)
    #expect(isWritten || text == [])
    return (isWritten ? text : piece, isWritten, normalizer.illFormed)
  }

  @Test(
    "Text that is normalized is not copied",
    arguments: [
      "", "a", "A plain line, and another.\n", "déjà vu", "한국어", "ทำ", "漢字かな", "\u{915}\u{93C}\u{93F}", "கா", "\u{301}",
      "\u{1161}x", "x\u{301}",
    ])
  func unchanged(text: String) throws {
    #expect(try Self.normalize(Array(text.utf8)).isWritten == false)
    #expect(try Self.normalize(Array(text.utf8), .unchanged).isWritten == false)
  }

  @Test(
    "Line endings",
    arguments: [
      ("a\r\nb\rc\n\r\r\n\r", "a\nb\nc\n\n\n\n"), ("\r", "\n"), ("\r\n", "\n"), ("e\r\u{301}", "e\n\u{301}"),
      ("e\u{301}\r\u{301}x", "é\n\u{301}x"),
      ("0123456789abcdef\r\n0123456789abcdef", "0123456789abcdef\n0123456789abcdef"),
    ])
  func lineEndings(source: String, expected: String) throws {
    #expect(try Self.normalize(Array(source.utf8)).text == Array(expected.utf8))
    #expect(try Self.normalize(Array(source.utf8), TextNormalization(form: .none)).text.contains(0x0D) == false)
    #expect(try Self.normalize(Array(source.utf8), .unchanged).text == Array(source.utf8))
  }

  @Test("Ill-formed bytes are refused, replaced or kept, each by its policy", arguments: UTF8DecoderTests.illFormed)
  func policies(bytes: [UInt8], offset: Int, replacements: Int) throws {
    let error = #expect(throws: InvalidUTF8.self) { try Self.normalize(bytes) }
    #expect(error == InvalidUTF8(offset: offset, byte: bytes[offset]))
    #expect(try Self.normalize(bytes, .unchanged, .replace).text == Array(String(decoding: bytes, as: UTF8.self).utf8))
    let kept = try Self.normalize(bytes, .unchanged, .bytes)
    #expect(!kept.isWritten)
    #expect(kept.illFormed.first?.lowerBound == offset)
    // What is left without the ill-formed bytes is UTF-8.
    let places = Set(kept.illFormed.joined())
    #expect(String(validating: bytes.indices.filter { !places.contains($0) }.map { bytes[$0] }, as: UTF8.self) != nil)
  }

  @Test("Between ill-formed bytes each stretch is normalized by itself")
  func stretches() throws {
    let bytes = Array("e\u{301}\r\nE".utf8) + [0xFF, 0xC3] + Array("\u{301}\u{323}k".utf8) + [0xE2, 0x82]
    let kept = try Self.normalize(bytes, TextNormalization(caseMapping: .lower), .bytes)
    #expect(kept.text == Array("é\ne".utf8) + [0xFF, 0xC3] + Array("\u{323}\u{301}k".utf8) + [0xE2, 0x82])
    #expect(kept.illFormed == [4..<6, 11..<13])
    let replaced = try Self.normalize(bytes, TextNormalization(), .replace)
    #expect(replaced.text == Array("é\nE\u{FFFD}\u{FFFD}\u{323}\u{301}k\u{FFFD}".utf8))
    #expect(replaced.illFormed == [])
  }

  @Test(
    "Random bytes: the valid parts as ICU normalizes them, the others by the policy", arguments: [1, 2] as [UInt64])
  func randomBytes(seed: UInt64) throws {
    var generator = try TextGenerator(seed: seed)
    var normalizer = BlockNormalizer(TextNormalization(lineEndings: .keep), invalidUTF8: .bytes)
    var (source, text) = ([UInt8](), [UInt8]())
    for _ in 0..<TextGenerator.count(5_000) {
      generator.fill(&source)
      for _ in 0..<generator.next(below: 4) where !source.isEmpty {
        source[generator.next(below: source.count)] = UInt8(truncatingIfNeeded: generator.next())
      }
      let isWritten = try normalizer.normalize(source.span, into: &text)
      let found = isWritten ? text : source
      var expected: [UInt8] = []
      var illFormed: [Int] = []
      for part in Self.parts(of: source) {
        if let valid = part.valid {
          expected += Oracle.icu.normalized(valid, .nfc) ?? []
        } else {
          illFormed.append(expected.count)
          expected.append(part.byte)
        }
      }
      #expect(found == expected)
      #expect(Array(normalizer.illFormed.joined()) == illFormed)
      let replaced = Array(String(decoding: source, as: UTF8.self).utf8)
      let normalization = TextNormalization(lineEndings: .keep)
      #expect(normalization.normalized(source) == Oracle.icu.normalized(replaced, .nfc))
      do throws(InvalidUTF8) {
        _ = try Self.normalize(source, normalization)
        #expect(illFormed == [])
      } catch {
        let parts = Self.parts(of: source)
        #expect(error.offset == parts.first?.valid?.count ?? 0)
        #expect(error.byte == parts.first { $0.valid == nil }?.byte)
      }
    }
  }

  /// Cuts bytes into longest valid stretches and single bytes that belong to none, by the standard library.
  private static func parts(of bytes: [UInt8]) -> [(valid: [UInt8]?, byte: UInt8)] {
    var parts: [(valid: [UInt8]?, byte: UInt8)] = []
    var stretch: [UInt8] = []
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    var index = 0
    while index < bytes.count {
      switch parser.parseScalar(from: &rest) {
      case .valid(let scalar):
        stretch += scalar
        index += scalar.count
      case .error(let length):
        if !stretch.isEmpty { parts.append((stretch, 0)) }
        stretch = []
        parts += bytes[index..<index + length].map { (nil, $0) }
        index += length
      case .emptyInput: return []
      }
    }
    if !stretch.isEmpty { parts.append((stretch, 0)) }
    return parts
  }

  @Test("A long run comes out as worked out by hand", arguments: NormalizationForm.allCases.filter { $0 != .none })
  func longRuns(form: NormalizationForm) throws {
    for (name, source, expected) in Self.runs(of: 1_000_000, form) {
      let found = try Self.normalize(source, TextNormalization(form: form)).text
      let isExpected = found == expected
      #expect(isExpected, "\(name)")
    }
  }

  /// Texts of so many scalars that are quadratic for the unwary, with what becomes of them.
  private static func runs(of n: Int, _ form: NormalizationForm) -> [(String, [UInt8], [UInt8])] {
    let composes = form == .nfc || form == .nfkc || form == .nfkcCasefold
    let isCompatible = form == .nfkc || form == .nfkd || form == .nfkcCasefold
    let ligature =
      "\u{635}\u{644}\u{649} \u{627}\u{644}\u{644}\u{647} \u{639}\u{644}\u{64A}\u{647} \u{648}\u{633}\u{644}\u{645}"
    // U+0316 has class 220, U+0301 230, U+0327 202; q composes with none of them.
    return [
      (
        "in order", Array("q".utf8) + [UInt8]("\u{316}", times: n) + [UInt8]("\u{301}", times: n),
        Array("q".utf8) + [UInt8]("\u{316}", times: n) + [UInt8]("\u{301}", times: n)
      ),
      (
        "in reverse", Array("q".utf8) + [UInt8]("\u{301}", times: n) + [UInt8]("\u{316}", times: n),
        Array("q".utf8) + [UInt8]("\u{316}", times: n) + [UInt8]("\u{301}", times: n)
      ),
      (
        "in turn", Array("q".utf8) + [UInt8]("\u{301}\u{316}\u{327}", times: n),
        Array("q".utf8) + [UInt8]("\u{327}", times: n) + [UInt8]("\u{316}", times: n) + [UInt8]("\u{301}", times: n)
      ),
      (
        "one composes", Array("e".utf8) + [UInt8]("\u{301}", times: n),
        Array((composes ? "é" : "e\u{301}").utf8) + [UInt8]("\u{301}", times: n - 1)
      ),
      (
        "pairs that compose", [UInt8]("a\u{30A}\u{323}", times: n),
        [UInt8](composes ? "\u{1EA1}\u{30A}" : "a\u{323}\u{30A}", times: n)
      ),
      ("leading jamo", [UInt8]("\u{1100}", times: n), [UInt8]("\u{1100}", times: n)),
      (
        "leading jamo and one vowel", [UInt8]("\u{1100}", times: n) + [UInt8]("\u{1161}", times: 2),
        [UInt8]("\u{1100}", times: n - 1) + Array((composes ? "가" : "\u{1100}\u{1161}").utf8)
          + [UInt8]("\u{1161}", times: 1)
      ),
      (
        "jamo in turn", [UInt8]("\u{1112}\u{1161}\u{11AB}", times: n),
        [UInt8](composes ? "한" : "\u{1112}\u{1161}\u{11AB}", times: n)
      ),
      ("syllables", [UInt8]("한", times: n), [UInt8](composes ? "한" : "\u{1112}\u{1161}\u{11AB}", times: n)),
      (
        "a long ligature", [UInt8]("\u{FDFA}", times: n / 10),
        [UInt8](isCompatible ? ligature : "\u{FDFA}", times: n / 10)
      ),
      ("ignorable", [UInt8]("\u{200D}", times: n), form == .nfkcCasefold ? [] : [UInt8]("\u{200D}", times: n)),
    ]
  }

  @Test("Marks beyond any buffer are ordered: 16 MiB in one stretch")
  func hugeStretch() throws {
    let low = [UInt8]("\u{316}", times: 1 << 22)
    let high = [UInt8]("\u{301}", times: 1 << 22)
    let found = try Self.normalize(high + low).text
    #expect(found.count == 2 * low.count && found.starts(with: low) && found.dropFirst(low.count).elementsEqual(high))
  }
}
