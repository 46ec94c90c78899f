import DataFiles
import Testing
import Tokenization
import UnicodeText

@Suite("A vocabulary that grows by the tokens of another text")
struct VocabularyGrowthTests {
  private func vocabulary(_ text: String, _ level: TokenizerLevel) throws -> Vocabulary {
    try Vocabulary.build(
      from: [.bytes(Array(text.utf8), name: "text")], configuration: TokenizerConfiguration(level: level), threads: 1)
  }

  private func tokens(_ vocabulary: Vocabulary) -> [String] {
    (0..<UInt32(vocabulary.count)).map { String(decoding: vocabulary.bytes(of: $0) ?? [], as: UTF8.self) }
  }

  @Test("New tokens stand behind those there are, which keep their ids; counts add up")
  func growth() throws {
    let old = try vocabulary("the cat the dog the end", .whitespace)
    let new = try vocabulary("a bird a bird a fish the cat", .whitespace)
    let grown = try old.growing(by: new)
    #expect(tokens(grown) == tokens(old) + ["a", "bird", "fish"])
    for (token, count) in [("the", 4), ("cat", 2), ("dog", 1), ("a", 3), ("bird", 2), ("fish", 1)] {
      let id = try #require(grown.id(of: Array(token.utf8)))
      #expect(grown.occurrences(of: id) == count)
    }
    #expect(grown.fingerprint != old.fingerprint)
    // What is written is read again, though the counts do not fall.
    #expect(try Vocabulary(json: grown.json, from: "it").fingerprint == grown.fingerprint)
    #expect(try tokens(old.growing(by: new, maximumSize: old.count + 1)) == tokens(old) + ["a"])
    #expect(try old.growing(by: old).fingerprint == old.fingerprint)
  }

  @Test("What makes tokens in another way is refused, and what is whole does not grow")
  func refusals() throws {
    let words = try vocabulary("the cat", .whitespace)
    let characters = try vocabulary("the cat", .character)
    #expect(throws: DataError.self) { try words.growing(by: characters) }
    for level in [TokenizerLevel.byte, .bpe] {
      let whole = try vocabulary("the cat the cat", level)
      #expect(!whole.canGrow)
      #expect(throws: DataError.self) { try whole.growing(by: whole) }
    }
  }
}
