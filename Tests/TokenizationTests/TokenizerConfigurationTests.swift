import DataFiles
import Testing
import Tokenization
import UnicodeText

@Suite("Configurations")
struct TokenizerConfigurationTests {
  @Test(
    "Special tokens by level and setting",
    arguments: [
      (TokenizerLevel.byte, nil, ["<s>"]), (.character, nil, ["<unk>", "<s>"]), (.grapheme, true, ["<unk>", "<s>"]),
      (.word, nil, ["<unk>", "<s>"]), (.word, false, ["<unk>", "<eos>"]), (.whitespace, nil, ["<unk>", "<eos>"]),
      (.whitespace, true, ["<unk>", "<s>"]), (.bpe, nil, ["<s>"]),
    ] as [(TokenizerLevel, Bool?, [String])])
  func specialTokens(level: TokenizerLevel, isLossless: Bool?, expected: [String]) throws {
    #expect(try TokenizerConfiguration(level: level, isLossless: isLossless).specialTokens == expected)
  }

  @Test("Bytes stay as they are by default, all else becomes NFC with line feeds")
  func defaults() throws {
    #expect(try TokenizerConfiguration(level: .byte).normalization == .unchanged)
    let configuration = try TokenizerConfiguration()
    #expect(configuration.level == .character)
    #expect(configuration.normalization == TextNormalization(form: .nfc, caseMapping: .keep, lineEndings: .lf))
    #expect(configuration.locale == "root")
  }

  @Test("Settings that exclude one another are refused")
  func refusals() {
    for level in [TokenizerLevel.byte, .character, .grapheme, .bpe] {
      let error = #expect(throws: DataError.self) { try TokenizerConfiguration(level: level, isLossless: false) }
      #expect(error?.code == .usage)
    }
    let locale = #expect(throws: DataError.self) { try TokenizerConfiguration(level: .character, locale: "ja") }
    #expect(locale?.code == .usage)
    let name = #expect(throws: DataError.self) { try TokenizerConfiguration(level: .word, locale: "no such") }
    #expect(name?.code == .usage)
  }
}
