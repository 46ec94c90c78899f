import DataFiles
import Testing
import TokenFiles
import Tokenization
import UnicodeText

@Suite("Tokenizers")
struct TokenizerTests {
  private static func vocabulary(
    _ text: String, _ level: TokenizerLevel, isLossless: Bool? = nil, minimumCount: Int = 1
  ) throws -> Vocabulary {
    try TokenizerLawTests.vocabulary(
      of: text, TokenizerConfiguration(level: level, isLossless: isLossless), minimumCount: minimumCount)
  }

  private static func encode(_ texts: [String], _ vocabulary: Vocabulary) throws -> (ids: [TokenID], counts: TextCounts)
  {
    let encoder = try CorpusEncoder(vocabulary, texts.map { .bytes(Array($0.utf8), name: "text") })
    var (ids, piece) = ([TokenID](), [TokenID]())
    while try encoder.next(into: &piece) { ids += piece }
    return (ids, encoder.counts)
  }

  @Test("Ids and counts at the level of characters")
  func characters() throws {
    let vocabulary = try Self.vocabulary("aaab\n", .character)
    // <unk> 0, <s> 1, a 2, \n 3, b 4
    let (ids, counts) = try Self.encode(["ab\r\n", "éc a\u{A0}\u{3000}"], vocabulary)
    #expect(ids == [2, 4, 3, 0, 0, 0, 2, 0, 0])
    #expect((counts.tokens, counts.unknown, counts.characters) == (9, 5, 9))
    #expect((counts.bytes, counts.words) == (13, 3))
    #expect(vocabulary.unknown == 0)
    #expect(vocabulary.boundary == 1)
    #expect(vocabulary.endOfLine == nil)
    #expect(try vocabulary.decode(ids) == Array("ab\n\u{FFFD}\u{FFFD}\u{FFFD}a\u{FFFD}\u{FFFD}".utf8))
  }

  @Test("The literature's setting: <eos> ends each line, the last one of a text, too")
  func literature() throws {
    let vocabulary = try Self.vocabulary("the cat\nthe <unk>\n", .whitespace)
    // <unk> 0, <eos> 1, the 2, cat 3
    let (ids, counts) = try Self.encode(["the  cat\n\n <unk> dog", "the\n"], vocabulary)
    #expect(ids == [2, 3, 1, 1, 0, 0, 1, 2, 1])
    #expect((counts.tokens, counts.unknown, counts.words) == (9, 2, 5))
    #expect(try vocabulary.decode(ids) == Array("the cat\n\n<unk> <unk>\nthe\n".utf8))
    #expect(vocabulary.boundary == 1)
    #expect(vocabulary.endOfLine == 1)
  }

  @Test("Words join with spaces, punctuation among them")
  func words() throws {
    let vocabulary = try Self.vocabulary("Don't stop, now.\n", .word, isLossless: false)
    let (ids, _) = try Self.encode(["Don't stop now, stop."], vocabulary)
    #expect(try vocabulary.decode(ids) == Array("Don't stop now , stop .\n".utf8))
  }

  @Test("Text that spells a special token is text", arguments: [TokenizerLevel.byte, .character, .grapheme, .word])
  func spelledOut(level: TokenizerLevel) throws {
    let text = "<unk><s><eos>"
    let vocabulary = try Self.vocabulary(text, level)
    let (ids, counts) = try Self.encode([text], vocabulary)
    #expect(!ids.contains { vocabulary.isSpecial($0) })
    #expect(counts.unknown == 0)
    #expect(try vocabulary.decode(ids) == Array(text.utf8))
  }

  @Test("A prompt's unknown symbols are named, and its last line stays open")
  func prompt() throws {
    let characters = try Self.vocabulary("abc ", .character).makeTokenizer()
    let encoded = try characters.encode(prompt: "aéb\u{1F600}")
    #expect(encoded.ids.count == 4)
    #expect(encoded.unknown == [.init(text: "é", offset: 1), .init(text: "\u{1F600}", offset: 4)])
    #expect(try characters.encode(prompt: "") == EncodedText())
    let words = try Self.vocabulary("the cat\n", .whitespace).makeTokenizer()
    #expect(try words.encode(prompt: "the dog") == EncodedText(ids: [3, 0], unknown: [.init(text: "dog", offset: 4)]))
    #expect(try words.encode(prompt: "the\n").ids == [3, 1])
  }

  @Test("Lines one by one are the tokens of the whole", arguments: [true, false])
  func lines(isLossless: Bool) throws {
    let text = "the cat\n\nthe dog"
    let configuration = try TokenizerConfiguration(level: .word, isLossless: isLossless)
    let inputs = [CorpusInput.bytes(Array(text.utf8), name: "text")]
    let vocabulary = try Vocabulary.build(from: inputs, configuration: configuration)
    let encoder = try LineEncoder(vocabulary, inputs)
    var (lines, line, counts) = ([[TokenID]](), [TokenID](), [TextCounts]())
    while let counted = try encoder.next(into: &line) {
      lines.append(line)
      counts.append(counted)
    }
    #expect(try lines.flatMap { $0 } == Self.encode([text], vocabulary).ids)
    #expect(lines.map(\.count) == (isLossless ? [4, 1, 3] : [3, 1, 3]))
    #expect(counts.map(\.characters) == [8, 1, 7])
    #expect(counts.map(\.words) == [2, 0, 2])
  }

  @Test(
    "A line ends with its text, whether or not a line feed is there, at every level",
    arguments: [TokenizerLevel.byte, .character, .word])
  func lastLines(_ level: TokenizerLevel) throws {
    let long = String(repeating: "x", count: 1 << 17)  // a piece to the byte
    let configuration = try TokenizerConfiguration(level: level, isLossless: true)
    for (texts, expected) in [
      (["the cat\nsat on"], ["the cat\n", "sat on"]), (["ab", "cd\n"], ["ab", "cd\n"]),
      (["\n", "\n\n"], ["\n", "\n", "\n"]),
      ([long], [long]), ([long, "a"], [long, "a"]),
      ([String(long.dropLast()) + "\n"], [String(long.dropLast()) + "\n"]),
    ] {
      let inputs = texts.map { CorpusInput.bytes(Array($0.utf8), name: "text") }
      let vocabulary = try Vocabulary.build(from: inputs, configuration: configuration)
      let encoder = try LineEncoder(vocabulary, inputs)
      var (lines, line) = ([String](), [TokenID]())
      while let counted = try encoder.next(into: &line) {
        let bytes = line.flatMap { Array(vocabulary.bytes(of: $0) ?? []) }
        #expect(counted.bytes == bytes.count && counted.tokens == line.count)
        lines.append(String(decoding: bytes, as: UTF8.self))
      }
      #expect(lines == expected)
    }
  }

  @Test("A line is no document: no boundary stands in it", arguments: ["file", "line", "|"])
  func linesOfDocuments(_ documents: String) throws {
    let boundary: DocumentBoundary = documents == "file" ? .file : documents == "line" ? .line : .separator([0x7C])
    let configuration = try TokenizerConfiguration(level: .character, documents: boundary)
    let inputs = ["ab\ncd\n", "ef"].map { CorpusInput.bytes(Array($0.utf8), name: "text") }
    let vocabulary = try Vocabulary.build(from: inputs, configuration: configuration)
    let encoder = try LineEncoder(vocabulary, inputs)
    var (lines, line) = ([[TokenID]](), [TokenID]())
    while try encoder.next(into: &line) != nil { lines.append(line) }
    #expect(lines.map(\.count) == [3, 3, 2])
    #expect(!lines.joined().contains(vocabulary.boundary))
  }

  @Test(
    "Where lines are documents an empty text is none, and the boundary stands between two of them",
    arguments: [
      (["", "a\nb\n"], [2]), (["a\n", "", "b\n"], [2]), (["a\n", "b"], [2]), (["a\n", ""], []), (["", "", "a"], []),
    ] as [([String], [Int])])
  func emptyTextsOfLines(_ texts: [String], _ boundaries: [Int]) throws {
    let configuration = try TokenizerConfiguration(level: .character, documents: .line)
    let inputs = texts.map { CorpusInput.bytes(Array($0.utf8), name: "text") }
    let vocabulary = try Vocabulary.build(from: inputs, configuration: configuration)
    let encoder = try CorpusEncoder(vocabulary, inputs)
    var (ids, part) = ([TokenID](), [TokenID]())
    while try encoder.next(into: &part) { ids += part }
    #expect(ids.indices.filter { ids[$0] == vocabulary.boundary } == boundaries)
  }

  @Test("CR LF is one line end, wherever a long stretch is cut")
  func lineEndsAtForcedCuts() throws {
    let long = [UInt8](repeating: 0x78, count: CorpusReader.longestStretch - 2) + [0xFF, 0x0D, 0x0A, 0x62]
    let configuration = try TokenizerConfiguration(level: .character)
    let inputs = [CorpusInput.bytes(long, name: "text")]
    let vocabulary = try Vocabulary.build(from: inputs, configuration: configuration, invalidUTF8: .replace)
    let encoder = try CorpusEncoder(vocabulary, inputs, invalidUTF8: .replace)
    var part = [TokenID]()
    while try encoder.next(into: &part) {}
    #expect(encoder.counts.tokens == long.count - 1)
  }
}
