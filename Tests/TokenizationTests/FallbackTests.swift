import DataFiles
import Testing
import TokenFiles
import UnicodeText

@testable import Tokenization

@Suite("Spelling in bytes, and documents")
struct FallbackTests {
  private static func vocabulary(_ text: String, _ configuration: TokenizerConfiguration) throws -> Vocabulary {
    try Vocabulary.build(from: [.bytes(Array(text.utf8), name: "text")], configuration: configuration)
  }

  private static func encode(
    _ texts: [[UInt8]], _ vocabulary: Vocabulary, threads: Int = 1
  ) throws -> (ids: [TokenID], counts: TextCounts) {
    let encoder = try CorpusEncoder(vocabulary, texts.map { .bytes($0, name: "text") }, threads: threads)
    var (ids, piece) = ([TokenID](), [TokenID]())
    while try encoder.next(into: &piece) { ids += piece }
    return (ids, encoder.counts)
  }

  @Test("What the vocabulary lacks is spelled, and counted as that")
  func spelled() throws {
    let vocabulary = try Self.vocabulary("aab", try TokenizerConfiguration(unknown: .bytes))
    // <s> 0, bytes 1 to 256, a 257, b 258
    #expect(vocabulary.count == 259)
    #expect((vocabulary.unknown, vocabulary.boundary) == (nil, 0))
    let (ids, counts) = try Self.encode([Array("aéb\u{1F600}".utf8)], vocabulary)
    #expect(ids == [257, 0xC4, 0xAA, 258, 0xF1, 0xA0, 0x99, 0x81])
    #expect((counts.tokens, counts.unknown, counts.spelled, counts.spellingBytes) == (8, 0, 2, 6))
    #expect((counts.characters, counts.bytes) == (4, 8))
    #expect(try vocabulary.decode(ids) == Array("aéb\u{1F600}".utf8))
    #expect(vocabulary.bytes(of: 0xC4) == [0xC3])
    #expect(vocabulary.id(spelling: 0xC3) == 0xC4)
    #expect(vocabulary.listing.contains("\n11\t0\t<0x0A>\n"))
  }

  @Test("The bytes of what fell out are counted")
  func counts() throws {
    let configuration = try TokenizerConfiguration(level: .word, unknown: .bytes)
    let vocabulary = try Vocabulary.build(
      from: [.bytes(Array("the cat the".utf8), name: "text")], configuration: configuration, minimumCount: 2)
    #expect(vocabulary.occurrences(of: 1 + 0x63) == 1)
    #expect(vocabulary.occurrences(of: 1 + 0x68) == 0)
    // The space occurs as often and comes first.
    #expect(vocabulary.id(of: Array("the".utf8)) == 258)
  }

  @Test(
    "Any bytes come back at every level, on any number of threads", arguments: TokenizerLevel.allCases, [1, 2, 5])
  func anyBytes(level: TokenizerLevel, threads: Int) throws {
    let configuration = try TokenizerConfiguration(
      level: level, normalization: .unchanged, isLossless: true, unknown: .bytes)
    let vocabulary = try Self.vocabulary("Some text, naïve 漢字.\r\n", configuration)
    var state: UInt64 = 1
    for length in [0, 1, 2, 3, 10, 1_000, 300_000] {
      var bytes: [UInt8] = []
      while bytes.count < length {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes += state >> 62 == 0 ? Array("text, naïve\r\n".utf8) : [UInt8(truncatingIfNeeded: state >> 40)]
      }
      // No input of all is empty.
      let (ids, _) = try Self.encode([bytes, [0xE2]], vocabulary, threads: threads)
      #expect(try vocabulary.decode(ids) == bytes + [0xE2])
    }
    let pairs = (0..<65_536).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    #expect(try vocabulary.decode(Self.encode([pairs], vocabulary, threads: threads).ids) == pairs)
  }

  @Test("Bytes cannot be kept where nothing spells them")
  func refused() throws {
    let vocabulary = try Self.vocabulary("ab", try TokenizerConfiguration())
    let error = #expect(throws: DataError.self) {
      try CorpusEncoder(vocabulary, [.bytes([0xFF], name: "text")], invalidUTF8: .bytes)
    }
    #expect(error?.code == .usage)
    #expect(throws: DataError.self) {
      try TokenizerConfiguration(level: .word, isLossless: false, unknown: .bytes)
    }
    #expect(throws: DataError.self) { try TokenizerConfiguration(level: .byte, unknown: .symbol) }
    #expect(throws: DataError.self) { try TokenizerConfiguration(documents: .separator([])) }
  }

  @Test(
    "The boundary stands between documents",
    arguments: [
      (.file, ["a", "b\n", "c"], [2, 1, 4, 3, 1, 5]), (.line, ["a\nb\n", "c"], [2, 3, 1, 4, 3, 1, 5]),
      (.separator(Array("|".utf8)), ["a|b|", "c\n"], [2, 1, 4, 1, 5, 3]), (.none, ["a", "b"], [2, 4]),
    ] as [(DocumentBoundary, [String], [TokenID])])
  func documents(documents: DocumentBoundary, texts: [String], expected: [TokenID]) throws {
    // <unk> 0, <s> 1, a 2, \n 3, b 4, c 5
    let vocabulary = try Self.vocabulary("aaaa\n\n\nbbc", try TokenizerConfiguration(documents: documents))
    let bytes = texts.map { Array($0.utf8) }
    #expect(try Self.encode(bytes, vocabulary).ids == expected)
    #expect(try Self.encode(bytes, vocabulary, threads: 3).ids == expected)
    #expect(try vocabulary.decode(expected) == bytes.flatMap { $0 })
    let again = try Vocabulary(json: vocabulary.json)
    #expect(again.configuration == vocabulary.configuration)
    #expect(again.hasDocuments == (documents != .none))
  }

  @Test("In the literature's setting <eos> parts lines, and <s> documents of several")
  func literatureDocuments() throws {
    func vocabulary(_ documents: DocumentBoundary) throws -> Vocabulary {
      try Self.vocabulary("a a b\n", try TokenizerConfiguration(level: .whitespace, documents: documents))
    }
    let lines = try vocabulary(.line)
    #expect((lines.boundary, lines.endOfLine, lines.count) == (1, 1, 4))
    #expect(try Self.encode([Array("a b\nb".utf8)], lines).ids == [2, 3, 1, 3, 1])
    let files = try vocabulary(.file)
    // <unk> 0, <eos> 1, <s> 2, a 3, b 4
    #expect((files.boundary, files.endOfLine, files.count) == (2, 1, 5))
    let ids = try Self.encode([Array("a b\nb".utf8), Array("a".utf8)], files).ids
    #expect(ids == [3, 4, 1, 4, 1, 2, 3, 1])
    #expect(try files.decode(ids) == Array("a b\nb\na\n".utf8))
  }
}
