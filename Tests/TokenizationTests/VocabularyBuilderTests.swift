import DataFiles
import Testing
import TokenFiles
import Tokenization
import UnicodeText

@Suite("Building vocabularies")
struct VocabularyBuilderTests {
  private static func build(
    _ texts: [String], _ level: TokenizerLevel, isLossless: Bool? = nil, minimumCount: Int = 1, maximumSize: Int? = nil
  ) throws -> Vocabulary {
    try Vocabulary.build(
      from: texts.map { .bytes(Array($0.utf8), name: "text") },
      configuration: TokenizerConfiguration(level: level, isLossless: isLossless), minimumCount: minimumCount,
      maximumSize: maximumSize)
  }

  /// Tokens with their counts, by id.
  private static func entries(_ vocabulary: Vocabulary) -> [String] {
    (0..<TokenID(vocabulary.count)).map { id in
      let bytes = vocabulary.bytes(of: id) ?? []
      return "\(String(decoding: bytes, as: UTF8.self)):\(vocabulary.occurrences(of: id) ?? -1)"
    }
  }

  @Test("Special tokens, then descending count, then code points")
  func order() throws {
    #expect(
      Self.entries(try Self.build(["banana\u{1F600}\u{FFFD}b"], .character))
        == ["<unk>:0", "<s>:0", "a:3", "b:2", "n:2", "\u{FFFD}:1", "\u{1F600}:1"])
  }

  @Test("Equivalent tokens that are other bytes are other tokens")
  func bytesNotStrings() throws {
    let configuration = try TokenizerConfiguration(
      level: .grapheme, normalization: TextNormalization(form: .none, lineEndings: .keep))
    let vocabulary = try Vocabulary.build(
      from: [.bytes(Array("\u{E9}e\u{301}\u{E9}".utf8), name: "text")], configuration: configuration)
    #expect(vocabulary.count == 4)
    #expect(vocabulary.bytes(of: 2) == [0xC3, 0xA9])
    #expect(vocabulary.bytes(of: 3) == [0x65, 0xCC, 0x81])
  }

  @Test("The minimum count and maximum size drop the rarest, which <unk> counts")
  func limits() throws {
    #expect(
      Self.entries(try Self.build(["aaabbc"], .character, minimumCount: 2)) == ["<unk>:1", "<s>:0", "a:3", "b:2"])
    #expect(Self.entries(try Self.build(["aaabbc"], .character, maximumSize: 3)) == ["<unk>:3", "<s>:0", "a:3"])
  }

  @Test("Words in both settings")
  func words() throws {
    #expect(
      Self.entries(try Self.build(["b a\na  b!"], .word))
        == ["<unk>:0", "<s>:0", "a:2", "b:2", "\n:1", " :1", "  :1", "!:1"])
    #expect(
      Self.entries(try Self.build(["b a\na  b!"], .word, isLossless: false))
        == ["<unk>:0", "<eos>:2", "a:2", "b:2", "!:1"])
  }

  @Test("White space: lines end with <eos>, a literal <unk> is the unknown")
  func whitespace() throws {
    let texts = [" the <unk> cat \n \nthe end", "x <eos>\n"]
    #expect(
      Self.entries(try Self.build(texts, .whitespace))
        == ["<unk>:1", "<eos>:4", "the:2", "<eos>:1", "cat:1", "end:1", "x:1"])
    let lossless = try Self.build(["<unk> a"], .whitespace, isLossless: true)
    #expect(Self.entries(lossless) == ["<unk>:0", "<s>:0", " :1", "<unk>:1", "a:1"])
  }

  @Test("All bytes are there")
  func bytes() throws {
    let vocabulary = try Self.build(["aab"], .byte)
    #expect(vocabulary.count == 257)
    #expect(vocabulary.unknown == nil)
    #expect((0..<4).map { vocabulary.bytes(of: $0) } == [Array("<s>".utf8), [0x61], [0x62], [0x00]])
    #expect(vocabulary.bytes(of: 256) == [0xFF])
    #expect(vocabulary.bytes(of: 257) == nil)
  }

  @Test("Many distinct tokens are counted as a dictionary counts them")
  func manyTokens() throws {
    let words = (0..<20_000).map { "w\($0 * 7_919 % 5_003)" }
    let vocabulary = try Self.build([words.joined(separator: " ")], .whitespace)
    var expected: [String: Int] = [:]
    for word in words { expected[word, default: 0] += 1 }
    #expect(vocabulary.count == expected.count + 2)
    for (word, count) in expected {
      let id = try #require(vocabulary.id(of: Array(word.utf8)))
      #expect(vocabulary.occurrences(of: id) == count)
      #expect(vocabulary.bytes(of: id) == Array(word.utf8))
    }
  }

  @Test("Limits that make no sense are refused")
  func refusals() {
    let cases: [(TokenizerLevel, Int, Int?, DataError.Code)] = [
      (.character, 0, nil, .usage), (.character, 1, 2, .usage), (.character, 9, nil, .data), (.byte, 2, nil, .usage),
      (.byte, 1, 300, .usage),
    ]
    for (level, minimumCount, maximumSize, code) in cases {
      let error = #expect(throws: DataError.self) {
        try Self.build(["abc"], level, minimumCount: minimumCount, maximumSize: maximumSize)
      }
      #expect(error?.code == code)
    }
    let blank = #expect(throws: DataError.self) { try Self.build([" \n "], .whitespace) }
    #expect(blank?.code == .data)
  }
}
