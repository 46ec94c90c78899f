import DataFiles
import Testing
import TokenFiles
@testable import Tokenization
import UnicodeText

/// What holds for all levels, forms and texts.
@Suite("Laws of tokenizers")
struct TokenizerLawTests {
  static let texts: [String] = [
    "", "a", " ", "\n", "\u{0}", "e\u{301}\u{323}\u{327}x", "\u{301}", "한국어 조선말\u{1112}\u{1161}\u{11AB}",
    "สวัสดีชาวโลก ภาษาไทย", "مرحبا بالعالم ﷺ", "שָׁלוֹם עולם", "👩‍👩‍👧‍👦 🇫🇷🇩🇪🇪 👍🏽 ❤️‍🔥", "a\r\nb\rc\n\n\td",
    "a\u{2028}b\u{2029}c\u{85}d\u{A0}e\u{3000}f", "漢字かなカナ。混じり文、ﬁ①Ⅳ", "\u{FEFF}bom", "İSTANBUL ΟΔΟΣ ẞ K",
    "<unk> <s> <eos>",
    "Don't stop, e.g. 3.14 or x:y_z — \"fin\".", " leading and trailing  ",
    String(repeating: "A long article. It goes on — naïve café, Ångström!\nЕщё строка.\t日本語の行。\r\n", count: 400),
  ]

  static let losslessConfigurations: [TokenizerConfiguration] = TokenizerLevel.allCases.flatMap { level in
    NormalizationForm.allCases.flatMap { form in
      [(CaseMapping.keep, LineEndingPolicy.keep), (.lower, .lf), (.fold, .lf), (.keep, .lf)].compactMap {
        caseMapping, lineEndings in
        try? TokenizerConfiguration(
          level: level,
          normalization: TextNormalization(form: form, caseMapping: caseMapping, lineEndings: lineEndings),
          isLossless: true)
      }
    }
  }

  static func vocabulary(
    of text: String, _ configuration: TokenizerConfiguration, minimumCount: Int = 1
  ) throws -> Vocabulary {
    try Vocabulary.build(
      from: [.bytes(Array(text.utf8), name: "text")], configuration: configuration, minimumCount: minimumCount)
  }

  static func ids(of text: [UInt8], _ vocabulary: Vocabulary) throws -> [TokenID] {
    if text.isEmpty { return [] }
    let encoder = try CorpusEncoder(vocabulary, [.bytes(text, name: "text")])
    var (ids, piece) = ([TokenID](), [TokenID]())
    while try encoder.next(into: &piece) { ids += piece }
    return ids
  }

  @Test("Decoding gives exactly the normalized text", arguments: losslessConfigurations)
  func lossless(configuration: TokenizerConfiguration) throws {
    let all = Self.texts.joined(separator: "\n")
    let vocabulary = try Self.vocabulary(of: all, configuration)
    for text in Self.texts + [all] {
      let normalized = configuration.normalization.normalized(Array(text.utf8))
      let ids = try Self.ids(of: Array(text.utf8), vocabulary)
      #expect(try vocabulary.decode(ids) == normalized)
      #expect(!ids.contains { vocabulary.isSpecial($0) })
      let tokenizer = try vocabulary.makeTokenizer()
      #expect(try tokenizer.encode(prompt: text) == EncodedText(ids: ids))
      var decoder = try StreamingDecoder(vocabulary: vocabulary)
      var streamed = ""
      for id in ids { streamed += try decoder.append(id) }
      streamed += decoder.finish()
      #expect(Array(streamed.utf8) == normalized)
    }
  }

  @Test("Tokens do not depend on where the input is cut", arguments: TokenizerLevel.allCases, [false, true])
  func pieces(level: TokenizerLevel, isLossless: Bool) throws {
    guard isLossless || level == .word || level == .whitespace else { return }
    let configuration = try TokenizerConfiguration(
      level: level, normalization: TextNormalization(form: .nfkc), isLossless: isLossless)
    let text = Array(Self.texts.map { String($0.prefix(300)) }.joined(separator: " ").utf8)
    let vocabulary = try Vocabulary.build(from: [.bytes(text, name: "text")], configuration: configuration)
    let expected = try Self.ids(of: text, vocabulary)
    for size in 1...64 {
      let encoder = try CorpusEncoder(
        vocabulary, [.bytes(text, name: "text")], invalidUTF8: nil, threads: size % 3 + 1, marksLines: false,
        pieceSize: size)
      var (ids, piece) = ([TokenID](), [TokenID]())
      while try encoder.next(into: &piece) { ids += piece }
      #expect(ids == expected, "pieces of \(size) bytes")
    }
  }

  @Test("Any bytes survive the byte level")
  func anyBytes() throws {
    let vocabulary = try Self.vocabulary(of: "x", try TokenizerConfiguration(level: .byte))
    let bytes = (0..<65_536).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    let ids = try Self.ids(of: bytes, vocabulary)
    #expect(ids.count == bytes.count)
    #expect(try vocabulary.decode(ids) == bytes)
  }
}
