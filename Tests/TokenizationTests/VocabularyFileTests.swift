import DataFiles
import ScratchFiles
import Testing
import Tokenization
import UnicodeText

@Suite("Vocabulary files")
struct VocabularyFileTests {
  private static func build(_ text: String, _ configuration: TokenizerConfiguration) throws -> Vocabulary {
    try Vocabulary.build(from: [.bytes(Array(text.utf8), name: "text")], configuration: configuration)
  }

  @Test("What is saved is loaded, and saved again as the same bytes", arguments: TokenizerLevel.allCases)
  func roundTrip(level: TokenizerLevel) throws {
    let scratch = try ScratchDirectory()
    let normalization = TextNormalization(form: .nfkd, caseMapping: .fold, lineEndings: .keep)
    let configuration = try TokenizerConfiguration(level: level, normalization: normalization)
    let vocabulary = try Self.build("Abc \u{0}\u{301}\"\\ 漢\r\nab\u{1F600}", configuration)
    try vocabulary.save(to: scratch.path("v.json"))
    let loaded = try Vocabulary.load(path: scratch.path("v.json"))
    #expect(loaded.configuration == configuration)
    #expect(loaded.fingerprint == vocabulary.fingerprint)
    #expect(loaded.json == vocabulary.json)
    #expect(loaded.listing == vocabulary.listing)
    #expect(try Vocabulary(json: vocabulary.json).json == vocabulary.json)
    try loaded.save(to: scratch.path("w"))
    #expect(try scratch.read("w") == scratch.read("v.json"))
    #expect(try scratch.read("w.txt") == scratch.read("v.txt"))
    #expect(try scratch.names() == ["v.json", "v.txt", "w", "w.txt"])
  }

  @Test("The file's text")
  func text() throws {
    let vocabulary = try Self.build("a a", TokenizerConfiguration())
    #expect(
      vocabulary.json == """
        {"format":"longhand-vocabulary","version":1,"level":"character","normalization":"nfc","lowercase":false,\
        "line_endings":"lf","lossless":true,"locale":"root","special":["<unk>","<s>"],\
        "fingerprint":"\(SHA256.hex(vocabulary.fingerprint))","counts":[0,0,2,1],"tokens":["a"," "]}
        """)
    #expect(vocabulary.fingerprint.count == 32)
  }

  @Test("The case mapping is written as false, true or \"fold\", and nothing else is read")
  func caseMapping() throws {
    for (mapping, value) in [(CaseMapping.keep, "false"), (.lower, "true"), (.fold, "\"fold\"")] {
      let normalization = TextNormalization(caseMapping: mapping)
      let vocabulary = try Self.build("Aß", TokenizerConfiguration(normalization: normalization))
      #expect(vocabulary.json.contains(",\"lowercase\":\(value),"))
      #expect(try Vocabulary(json: vocabulary.json).configuration.normalization == normalization)
      let other = vocabulary.json.replacing(",\"lowercase\":\(value),", with: ",\"lowercase\":\"upper\",")
      #expect(throws: DataError.self) { try Vocabulary(json: other) }
    }
  }

  @Test("The fingerprint is of what ids mean, not of counts")
  func fingerprint() throws {
    let configuration = try TokenizerConfiguration()
    let one = try Self.build("aab", configuration)
    #expect(try Self.build("aaab", configuration).fingerprint == one.fingerprint)
    #expect(try Self.build("abb", configuration).fingerprint != one.fingerprint)
    let other = try TokenizerConfiguration(normalization: TextNormalization(caseMapping: .lower))
    #expect(try Self.build("aab", other).fingerprint != one.fingerprint)
  }

  @Test("The listing shows what cannot be seen")
  func listing() throws {
    let vocabulary = try Self.build("\\ \n\u{301}\u{200D}é", TokenizerConfiguration())
    #expect(
      vocabulary.listing == """
        id\tcount\ttoken
        0\t0\t<unk>
        1\t0\t<s>
        2\t1\t\\n
        3\t1\t\\s
        4\t1\t\\\\
        5\t1\té
        6\t1\t\\u{301}
        7\t1\t\\u{200d}

        """)
    #expect(try Self.build("x", TokenizerConfiguration(level: .byte)).listing.hasSuffix("\n256\t0\t\\xff\n"))
  }

  /// A change of the file's text, and what the message says of it.
  static let damages = [
    ("\"a\"", "\"b\"", "fingerprint"), ("[0,0,2,1]", "[0,0,2]", "counts"), ("[0,0,2,1]", "[0,0,2,-1]", "count"),
    ("\"a\",\" \"", "\"a\",\"a\"", "twice"), ("\"a\",\" \"", "\"a\",\"\"", "none at level"),
    ("\"a\",\" \"", "\"a\",\"bc\"", "none at level"), ("\"a\",\" \"", "\"a\",7", "none at level"),
    ("\"version\":1", "\"version\":2", "version 2"), ("longhand-vocabulary", "other", "no vocabulary"),
    ("\"level\":\"character\"", "\"level\":\"letter\"", "known are byte, character"),
    ("\"lossless\":true", "\"lossless\":false", "exclude"), ("\"lossless\":true,", "", "\"lossless\""),
    ("\"<unk>\",\"<s>\"", "\"<s>\",\"<unk>\"", "special"), ("\"format\"", "\"more\":1,\"format\"", "\"more\""),
    ("\"tokens\":[\"a\",\" \"]", "\"tokens\":[]", "no tokens"), ("{", "[", "v.json"), ("}", "", "v.json"),
  ]

  @Test("What is damaged is refused, with what is wrong", arguments: damages)
  func damage(original: String, changed: String, words: String) throws {
    let json = try Self.build("a a", TokenizerConfiguration()).json
    try #require(json.contains(original))
    let scratch = try ScratchDirectory()
    let parts = json.split(separator: original, maxSplits: 1, omittingEmptySubsequences: false)
    let path = try scratch.write(parts.joined(separator: changed).utf8, to: "v.json")
    let error = #expect(throws: DataError.self) { try Vocabulary.load(path: path) }
    #expect(error?.code == .data)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(path) == true)
  }

  @Test("A vocabulary cut off anywhere is refused")
  func truncation() throws {
    let json = Array(try Self.build("a a", TokenizerConfiguration()).json.utf8)
    for length in 0..<json.count {
      #expect(throws: DataError.self) { try Vocabulary(json: String(decoding: json[..<length], as: UTF8.self)) }
    }
    let missing = #expect(throws: DataError.self) { try Vocabulary.load(path: "/nonexistent/v.json") }
    #expect(missing?.code == .noInput)
  }
}
