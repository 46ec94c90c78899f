import DataFiles
import Testing
import TokenFiles
import UnicodeText

@testable import Tokenization

@Suite("Subwords")
struct BytePairTokenizerTests {
  static func vocabulary(
    of text: [UInt8], minimumCount: Int? = nil, maximumSize: Int? = nil, unchanged: Bool = true, threads: Int = 1
  ) throws -> Vocabulary {
    try Vocabulary.build(
      from: [.bytes(text, name: "text")],
      configuration: TokenizerConfiguration(level: .bpe, normalization: unchanged ? .unchanged : nil),
      minimumCount: minimumCount, maximumSize: maximumSize, threads: threads)
  }

  private static func tokens(_ vocabulary: Vocabulary) -> [[UInt8]] {
    (0..<TokenID(vocabulary.count)).compactMap { vocabulary.bytes(of: $0) }
  }

  @Test("<s>, the bytes by their value, then what was merged; no merge crosses a pre-token")
  func vocabulary() throws {
    let vocabulary = try Self.vocabulary(of: Array("ab ab ab\nab 11 11".utf8))
    let tokens = Self.tokens(vocabulary)
    let bytes = (UInt8.min...UInt8.max).map { [$0] }
    #expect(Array(tokens.prefix(257)) == [Array("<s>".utf8)] + bytes)
    #expect(tokens.dropFirst(257).map { String(decoding: $0, as: UTF8.self) } == ["ab", " 1", " ab", " 11"])
    #expect(vocabulary.configuration.specialTokens == ["<s>"])
    #expect(vocabulary.unknown == nil)
    #expect(vocabulary.boundary == 0)
    #expect(vocabulary.endOfLine == nil)
    let ids = try TokenizerLawTests.ids(of: Array("ab ab\nba 11".utf8), vocabulary)
    #expect(ids == [257, 259, 11, 99, 98, 260])
  }

  @Test("The counts are those of the corpus made into tokens")
  func counts() throws {
    let text = Array(TokenizerLawTests.texts.joined(separator: " ").utf8)
    let vocabulary = try Self.vocabulary(of: text, maximumSize: 350)
    var expected = [Int](repeating: 0, count: vocabulary.count)
    for id in try TokenizerLawTests.ids(of: text, vocabulary) { expected[Int(id)] += 1 }
    #expect(vocabulary.count == 350)
    #expect((0..<TokenID(vocabulary.count)).map { vocabulary.occurrences(of: $0) } == expected)
  }

  @Test("The defaults: 8,192 tokens, of pairs seen twice")
  func defaults() throws {
    #expect(try Self.vocabulary(of: Array("once".utf8)).count == 257)
    #expect(try Self.vocabulary(of: Array("once".utf8), minimumCount: 1).count == 260)
    var random = RandomNumbers(seed: 1)
    let text = random.letters(26, count: 200_000)
    let spaced = text.enumerated().flatMap { place, letter -> [UInt8] in place % 8 == 0 ? [0x20, letter] : [letter] }
    #expect(try Self.vocabulary(of: spaced).count == 8192)
    #expect(try Self.vocabulary(of: spaced, maximumSize: 258).count == 258)
  }

  @Test("The same vocabulary for any number of threads, and from counts that went to the disk")
  func deterministic() throws {
    let text = Array(String(repeating: TokenizerLawTests.texts.joined(separator: "\n"), count: 20).utf8)
    let expected = try Self.vocabulary(of: text, unchanged: false).json
    for threads in 1...3 { #expect(try Self.vocabulary(of: text, unchanged: false, threads: threads).json == expected) }
    let configuration = try TokenizerConfiguration(level: .bpe)
    var spilling = try VocabularyBuilder(configuration: configuration, memoryLimit: 1)
    let normalized = configuration.normalization.normalized(text)
    var start = 0
    while start < normalized.count {
      let end = normalized[(start + 1)...].firstIndex(of: 0x0A).map { $0 + 1 } ?? normalized.count
      spilling.append(normalized.span.extracting(start..<end))
      try spilling.spillIfLarge()
      start = end
    }
    spilling.endDocument()
    #expect(try spilling.build().json == expected)
  }

  @Test("Pieces kept from before have the ids that they had, wherever in the text they stand")
  func cache() throws {
    var random = RandomNumbers(seed: 9)
    let vocabulary = try Self.vocabulary(of: Array("abababcabc bcbcacab abcabcabcabc aab".utf8), minimumCount: 1)
    var tokenizer = try vocabulary.makeTokenizer()
    for _ in 0..<3000 {
      let pieces = (0...random.next(below: 4)).map { _ in
        [0x20] + random.letters(3, count: 1 + random.next(below: 2) * random.next(below: 30) + random.next(below: 4))
      }
      var ids: [TokenID] = []
      var unknown: [Range<Int>] = []
      let text = pieces.flatMap { $0 }
      tokenizer.encode(text.span, into: &ids, unknown: &unknown)
      #expect(ids == pieces.flatMap { PlainBytePairs.encode($0, vocabulary.merges.pairs) })
      #expect(unknown.isEmpty)
    }
  }

  @Test("Any bytes at all come back: every pair of bytes, every scalar")
  func lossless() throws {
    let scalars = (UInt32(0)...0x10_FFFF).compactMap(Unicode.Scalar.init).flatMap { Array(String($0).utf8) }
    let vocabulary = try Self.vocabulary(of: scalars, maximumSize: 1000)
    #expect(vocabulary.count == 1000)
    let ids = try TokenizerLawTests.ids(of: scalars, vocabulary)
    #expect(ids.count < scalars.count)
    #expect(try vocabulary.decode(ids) == scalars)
    let pairs = (0..<65_536).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    var tokenizer = try vocabulary.makeTokenizer()
    var (pairIDs, unknown) = ([TokenID](), [Range<Int>]())
    tokenizer.encode(pairs.span, into: &pairIDs, unknown: &unknown)
    #expect(try vocabulary.decode(pairIDs) == pairs)
    #expect(unknown.isEmpty)
  }

  @Test("Half a character is held back until the other half comes")
  func heldBack() throws {
    let vocabulary = try Self.vocabulary(of: Array("€€ €".utf8), maximumSize: 258)
    // Of E2 82 and 82 AC, which are as frequent, the pair with the smaller left id was merged.
    #expect(vocabulary.bytes(of: 257) == [0x82, 0xAC])
    var decoder = try StreamingDecoder(vocabulary: vocabulary)
    var found: [String] = []
    for id in [0xE3, 257, 0xE3, 0x62, 257] as [TokenID] { found.append(try decoder.append(id)) }
    #expect(found == ["", "€", "", "\u{FFFD}a", "\u{FFFD}\u{FFFD}"])
    #expect(decoder.finish() == "")
    #expect(vocabulary.listing.hasSuffix("\n257\t3\t\\x82\\xac\n"))
  }
}
