import Testing
import Tokenization
import UnicodeText

@testable import Interchange

@Suite("Listing as SentencePiece has it")
struct SentencePieceListingTests {
  @Test("Tokens with the logarithms of their shares")
  func scores() throws {
    let vocabulary = try Vocabulary.build(
      from: [.bytes(Array("a a\ta\n".utf8), name: "text")], configuration: TokenizerConfiguration())
    // Three of six, and one of six each.
    #expect(
      vocabulary.sentencePieceListing == """
        <unk>\t0
        <s>\t0
        a\t-0.69315
        \\t\t-1.79176
        \\n\t-1.79176
        \u{2581}\t-1.79176

        """)
  }

  @Test("Bytes that spell, bytes of no scalar and tokens without a count")
  func bytes() throws {
    let spelled = try Vocabulary.build(
      from: [.bytes(Array("aé".utf8), name: "text")], configuration: TokenizerConfiguration(unknown: .bytes))
    let lines = spelled.sentencePieceListing.split(separator: "\n")
    #expect(lines.count == 259)
    #expect(lines[1 + 0x0A] == "<0x0A>\t-10.69315")
    #expect(lines[257] == "a\t-0.69315" && lines[258] == "é\t-0.69315")
    let bytes = try Vocabulary.build(
      from: [.bytes([0xC3], name: "text")], configuration: TokenizerConfiguration(level: .byte))
    let listed = bytes.sentencePieceListing.split(separator: "\n")
    #expect(listed[1] == "<0xC3>\t0" && listed.contains("a\t-10"))
  }
}
