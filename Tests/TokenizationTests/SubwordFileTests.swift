import DataFiles
import ScratchFiles
import Testing
import UnicodeText

@testable import Tokenization

@Suite("Files of subword vocabularies")
struct SubwordFileTests {
  /// A vocabulary in which ab has id 257 and abc id 258.
  private static func vocabulary() throws -> Vocabulary {
    try BytePairTokenizerTests.vocabulary(of: Array("abc\nabc\nab".utf8), maximumSize: 259)
  }

  @Test("The file holds the merges, the left and the right of each, instead of the tokens")
  func text() throws {
    let vocabulary = try Self.vocabulary()
    #expect(vocabulary.json.contains("\"level\":\"bpe\",\"normalization\":\"none\""))
    #expect(vocabulary.json.hasSuffix(",\"merges\":[98,99,257,100]}"))
    #expect(!vocabulary.json.contains("tokens"))
    let loaded = try Vocabulary(json: vocabulary.json)
    #expect(loaded.json == vocabulary.json)
    #expect(loaded.bytes(of: 258) == Array("abc".utf8))
    #expect(loaded.listing == vocabulary.listing)
  }

  @Test("The fingerprint is of the merges, not of counts")
  func fingerprint() throws {
    let one = try Self.vocabulary()
    #expect(
      try BytePairTokenizerTests.vocabulary(of: Array("abc\nabc\nabc\nab\nab".utf8), maximumSize: 259).fingerprint
        == one.fingerprint)
    #expect(
      try BytePairTokenizerTests.vocabulary(of: Array("abc\nbc\nbc".utf8), maximumSize: 259).fingerprint
        != one.fingerprint)
  }

  /// Other merges, and what the message says of them.
  static let damages: [(String, String)] = [
    ("[98,99,257,101]", "fingerprint"), ("[98,99,257]", "3 ids in its merges"),
    ("[98,99,258,100]", "no token before it, number 1"),
    ("[257,99,98,100]", "no token before it, number 0"), ("[0,99,257,100]", "no token before it, number 0"),
    ("[98,-1,257,100]", "no token before it, number 0"), ("[98,9223372036854775807,257,100]", "no token before it"),
    ("[98,1e2,257,100]", "no token before it"), ("[98,\"b\",257,100]", "no token before it"),
    ("[98,99,98,99]", "a merge twice, number 1"), ("[98,99,99,100,257,100,98,258]", "there already, number 3"),
    ("[98,98,257,257,258,258,259,259,260,260,261,261,262,262,263,263,264,264]", "more than 256 bytes, number 8"),
    ("{}", "\"merges\""), ("[[98,99],[257,100]]", "no token before it, number 0"), ("[]", "counts"),
    ("[98,99]", "counts"), ("[98,99,257,100],\"tokens\":[]", "\"tokens\""),
  ]

  @Test("What is damaged is refused, with what is wrong", arguments: damages)
  func damage(merges: String, words: String) throws {
    let json = try Self.vocabulary().json.replacing("[98,99,257,100]", with: merges)
    let scratch = try ScratchDirectory()
    let path = try scratch.write(json.utf8, to: "v.json")
    let error = #expect(throws: DataError.self) { try Vocabulary.load(path: path) }
    #expect(error?.code == .data)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(path) == true)
  }

  @Test("Merges belong to subwords, tokens to all other levels")
  func otherLevels() throws {
    let characters = try Vocabulary.build(
      from: [.bytes(Array("ab".utf8), name: "text")], configuration: TokenizerConfiguration())
    let error = #expect(throws: DataError.self) {
      try Vocabulary(json: characters.json.replacing("\"tokens\"", with: "\"merges\":[],\"tokens\""))
    }
    #expect(error?.message.contains("\"merges\"") == true)
  }

  @Test("A vocabulary cut off anywhere is refused")
  func truncation() throws {
    let json = Array(try Self.vocabulary().json.utf8)
    for length in 0..<json.count {
      #expect(throws: DataError.self) { try Vocabulary(json: String(decoding: json[..<length], as: UTF8.self)) }
    }
  }
}
