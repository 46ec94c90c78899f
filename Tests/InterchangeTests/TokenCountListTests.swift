import DataFiles
import Testing
import Tokenization
import UnicodeText

@testable import Interchange

@Suite("Lists of tokens and counts")
struct TokenCountListTests {
  private static func read(
    _ text: String, _ level: TokenizerLevel = .whitespace, isLossless: Bool? = nil, unknown: UnknownPolicy? = nil,
    minimumCount: Int = 1, maximumSize: Int? = nil
  ) throws -> Vocabulary {
    let configuration = try TokenizerConfiguration(level: level, isLossless: isLossless, unknown: unknown)
    return try Array(text.utf8).withUnsafeBytes {
      try TokenCountList.vocabulary(
        parsing: $0, from: "words", configuration: configuration, minimumCount: minimumCount, maximumSize: maximumSize)
    }
  }

  /// Tokens and counts by id.
  private static func entries(_ vocabulary: Vocabulary) -> [String] {
    (0..<UInt32(vocabulary.count)).map { id in
      String(decoding: vocabulary.bytes(of: id) ?? [], as: UTF8.self) + " \(vocabulary.occurrences(of: id) ?? -1)"
    }
  }

  @Test(
    "Counted tokens come by count, others in their order",
    arguments: [
      ("b\t2\na\t2\nc\t9\n", ["<unk> 0", "<eos> 0", "c 9", "a 2", "b 2"]),
      ("b 2\r\na   3\r\n", ["<unk> 0", "<eos> 0", "a 3", "b 2"]),
      ("b\na\n12", ["<unk> 0", "<eos> 0", "b 0", "a 0", "12 0"]),
      ("\u{FEFF}the 5", ["<unk> 0", "<eos> 0", "the 5"]),
      ("12 7\n<unk> 3\n</s> 4\n<s> 5\n", ["<unk> 3", "<eos> 4", "12 7"]),
    ])
  func forms(_ text: String, _ expected: [String]) throws {
    #expect(Self.entries(try Self.read(text)) == expected)
  }

  @Test("Limits let the rarest fall out, which count as unknown or in their bytes")
  func limits() throws {
    let list = "a 5\nbc 4\nd 1\ne 1\n<unk> 2\n"
    #expect(Self.entries(try Self.read(list, minimumCount: 2)) == ["<unk> 4", "<eos> 0", "a 5", "bc 4"])
    #expect(Self.entries(try Self.read(list, maximumSize: 3)) == ["<unk> 8", "<eos> 0", "a 5"])
    #expect(Self.entries(try Self.read("b\na\nc\n", maximumSize: 4)) == ["<unk> 0", "<eos> 0", "b 0", "a 0"])
    let spelled = try Self.read("a 5\nbc 4\n", isLossless: true, unknown: .bytes, minimumCount: 5)
    #expect(spelled.count == 258)
    #expect(spelled.occurrences(of: 1 + 0x62) == 4 && spelled.occurrences(of: 1 + 0x61) == 0)
  }

  @Test("A tab keeps the spaces of a token, and the end of a sentence is the boundary where no token ends lines")
  func spaces() throws {
    let list = " \t9\n  \t2\na\t3\n</s>\t4\n"
    #expect(Self.entries(try Self.read(list, isLossless: true)) == ["<unk> 0", "<s> 4", "  9", "a 3", "   2"])
  }

  @Test(
    "What is no list is refused with its line",
    arguments: [
      ("a 1\na 2\n", "line 2 holds \"a\", which line 1 holds already"), ("a 1\n\nb 2\n", "line 2 is empty"),
      ("<unk> 1\n<unk> 1\n", "line 2 holds <unk>, which line 1"), ("a 1\nb\n", "line 2 has no count"),
      ("a 1\nb x\n", "\"x\" for a count"), ("a 1\nb -1\n", "\"-1\" for a count"),
      ("a 1\nb 1.5\n", "\"1.5\" for a count"),
      ("a 1\nb 99999999999999999999\n", "for a count"), ("a b 1\n", "\"a b\", which is not one token"),
      ("9 lives\n", "which is not one token"), ("a 9223372036854775807\nb 1\n", "line 2"),
      ("e\u{301} 3\n", "normalize"),
      ("", "words is empty"),
    ])
  func refused(_ text: String, _ words: String) throws {
    let error = #expect(throws: DataError.self) { try Self.read(text) }
    #expect(error?.code == .data)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test("Bytes that are not UTF-8, and levels without a list, are refused")
  func others() throws {
    let configuration = try TokenizerConfiguration(level: .whitespace)
    let error = #expect(throws: DataError.self) {
      try [0x61, 0xFF, 0x20, 0x31].withUnsafeBytes {
        try TokenCountList.vocabulary(parsing: $0, from: "words", configuration: configuration)
      }
    }
    #expect(error?.code == .data)
    for level in [TokenizerLevel.byte, .bpe] {
      let error = #expect(throws: DataError.self) { try Self.read("a 1\n", level) }
      #expect(error?.code == .usage)
    }
    let minimum = #expect(throws: DataError.self) { try Self.read("a\n", minimumCount: 2) }
    #expect(minimum?.code == .usage)
  }
}
