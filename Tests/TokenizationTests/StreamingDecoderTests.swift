import DataFiles
import Testing
import TokenFiles
import Tokenization

@Suite("Streaming decoder")
struct StreamingDecoderTests {
  private static func bytes() throws -> (vocabulary: Vocabulary, id: (UInt8) throws -> TokenID) {
    let vocabulary = try TokenizerLawTests.vocabulary(of: "x", TokenizerConfiguration(level: .byte))
    return (vocabulary, { try #require(vocabulary.id(of: [$0])) })
  }

  @Test(
    "Bytes are held back until the character is whole",
    arguments: [
      ([0x41, 0xC3, 0xA9], ["A", "", "é"], ""), ([0xF0, 0x9F, 0x98, 0x80], ["", "", "", "😀"], ""),
      ([0xC3, 0x41], ["", "\u{FFFD}A"], ""), ([0xFF, 0x42], ["\u{FFFD}", "B"], ""),
      ([0xE2, 0x82], ["", ""], "\u{FFFD}"), ([0xE2, 0xC3, 0xA9], ["", "\u{FFFD}", "é"], ""),
    ] as [([UInt8], [String], String)])
  func heldBack(bytes: [UInt8], expected: [String], rest: String) throws {
    let (vocabulary, id) = try Self.bytes()
    var decoder = try StreamingDecoder(vocabulary: vocabulary)
    var found: [String] = []
    for byte in bytes { found.append(try decoder.append(try id(byte))) }
    #expect(found == expected)
    #expect(decoder.finish() == rest)
  }

  @Test("In the literature's setting spaces stand between tokens, also after a prompt")
  func literature() throws {
    let vocabulary = try TokenizerLawTests.vocabulary(of: "a b\n", TokenizerConfiguration(level: .whitespace))
    let (unknown, eos, a, b): (TokenID, TokenID, TokenID, TokenID) = (0, 1, 2, 3)
    var decoder = try StreamingDecoder(vocabulary: vocabulary, after: [a])
    let found = try [b, unknown, eos, a, eos, eos].map { try decoder.append($0) }
    #expect(found == [" b", " <unk>", "\n", "a", "\n", "\n"])
    var fresh = try StreamingDecoder(vocabulary: vocabulary, after: [a, eos])
    #expect(try fresh.append(b) == "b")
  }

  @Test("The boundary is no text, the unknown is U+FFFD")
  func specialTokens() throws {
    let vocabulary = try TokenizerLawTests.vocabulary(of: "a", TokenizerConfiguration())
    var decoder = try StreamingDecoder(vocabulary: vocabulary)
    #expect(try [1, 2, 0].map { try decoder.append($0) } == ["", "a", "\u{FFFD}"])
  }

  @Test("An id that no token has is refused")
  func outOfRange() throws {
    let vocabulary = try TokenizerLawTests.vocabulary(of: "a", TokenizerConfiguration())
    for id in [3, TokenID.max] {
      let error = #expect(throws: DataError.self) { try vocabulary.decode([id]) }
      #expect(error?.code == .data)
    }
  }
}
