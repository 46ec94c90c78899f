import DataFiles
import Testing
import Tokenization
import UnicodeText

@Suite("Vocabularies of others' tokens")
struct VocabularyAssemblerTests {
  @Test(
    "What no text becomes is refused",
    arguments: [
      (.character, "", .empty), (.character, "ab", .several), (.grapheme, "e\u{323}", .notNormalized("\u{1EB9}")),
      (.grapheme, "ab", .several), (.whitespace, "a b", .several), (.whitespace, " ", .several),
      (.word, "a.", .several),
      (.word, "e.g", nil), (.whitespace, "e.g.", nil), (.character, "\r", .notNormalized("\n")), (.byte, "é", .several),
      (.bpe, "ab", .several), (.bpe, "a", nil),
    ] as [(TokenizerLevel, String, TokenRefusal?)])
  func refusals(_ level: TokenizerLevel, _ token: String, _ refusal: TokenRefusal?) throws {
    let assembler = try VocabularyAssembler(configuration: TokenizerConfiguration(level: level))
    #expect(assembler.refusal(of: Array(token.utf8)) == refusal)
  }

  @Test("Tokens keep their order or come by count")
  func order() throws {
    func make(isOrdered: Bool) throws -> [UInt8] {
      var assembler = try VocabularyAssembler(configuration: TokenizerConfiguration())
      #expect(try assembler.append([0x62], occurrences: 1) == 2)
      #expect(try assembler.append([0x61], occurrences: 1) == 3)
      #expect(throws: TokenRefusal.known(2)) { try assembler.append([0x62]) }
      #expect(throws: TokenRefusal.notUTF8) { try assembler.append([0xFF]) }
      #expect(throws: TokenRefusal.tooManyOccurrences) { try assembler.append([0x63], occurrences: .max) }
      let vocabulary = try assembler.build(isOrdered: isOrdered)
      return (2..<4).flatMap { vocabulary.bytes(of: $0) ?? [] }
    }
    #expect(try make(isOrdered: true) == [0x62, 0x61])
    #expect(try make(isOrdered: false) == [0x61, 0x62])
    let empty = try VocabularyAssembler(configuration: TokenizerConfiguration())
    #expect(throws: DataError.self) { try empty.build(isOrdered: true) }
  }

  @Test("Merges make subwords of what is there")
  func merges() throws {
    var assembler = try VocabularyAssembler(configuration: TokenizerConfiguration(level: .bpe))
    #expect(try assembler.append(mergeOf: [0x61], [0x62]) == 257)
    #expect(try assembler.append(mergeOf: [0x61, 0x62], [0x63]) == 258)
    #expect(throws: TokenRefusal.unknownPart) { try assembler.append(mergeOf: [0x62, 0x63], [0x63]) }
    #expect(throws: TokenRefusal.unknownPart) { try assembler.append(mergeOf: [], [0x63]) }
    #expect(throws: TokenRefusal.known(257)) { try assembler.append(mergeOf: [0x61], [0x62]) }
    #expect(assembler.id(of: [0x61]) == 1 + 0x61 && assembler.id(of: [0x61, 0x62]) == 257)
    let long = [UInt8](repeating: 0x61, count: 256)
    var token: [UInt8] = [0x61]
    while token.count < 256 {
      _ = try assembler.append(mergeOf: token, token)
      token += token
    }
    #expect(throws: TokenRefusal.tooLong(257)) { try assembler.append(mergeOf: long, [0x61]) }
    let vocabulary = try assembler.build(isOrdered: true)
    #expect(vocabulary.mergedPairs.count == 10)
    #expect(vocabulary.mergedPairs[1].left == 257 && vocabulary.mergedPairs[1].right == 1 + 0x63)
    let tokenizer = try vocabulary.makeTokenizer()
    #expect(try tokenizer.encode(prompt: "abc").ids == [258])
  }
}
