import DataFiles
import Testing
import TokenFiles
import Tokenization

@testable import Interchange

@Suite("Import of tokenizer.json")
struct HuggingFaceImportTests {
  private static func read(_ json: String, dropsUnused: Bool = false) throws -> HuggingFaceImport {
    let bytes = Array(json.utf8)
    return try bytes.withUnsafeBytes { bytes in
      try HuggingFaceImport(parsing: bytes, from: "t.json", dropsUnused: dropsUnused)
    }
  }

  @Test("An imported vocabulary makes the ids that tokenizers makes", arguments: Golden.all)
  func goldens(_ golden: Golden) throws {
    let imported = try HuggingFaceImport(path: golden.path, dropsUnused: true)
    for (text, expected) in zip(Golden.texts, golden.ids) {
      let mapped = expected.map { imported.ids[$0] }
      #expect(try ids(of: text, imported.vocabulary) == mapped, "\(text.debugDescription)")
    }
    #expect(golden.ids.count == Golden.texts.count)
  }

  @Test("Ids that others give are mapped, and what has no counterpart is left out or refused")
  func mapping() throws {
    let golden = Golden(name: "their-characters")
    let imported = try HuggingFaceImport(path: golden.path, dropsUnused: true)
    // <unk> 0, <s> 1, then t, é, line feed and h.
    #expect(imported.ids == [0, nil, 1, 2, 3, 4, 5])
    #expect(!imported.keepsIDs)
    #expect(imported.notes.contains { $0.contains("left out: \"[PAD]\"") })
    #expect(imported.notes.contains { $0.contains("encode_special_tokens") })
    let error = #expect(throws: DataError.self) { try HuggingFaceImport(path: golden.path) }
    #expect(error?.message.contains("\"[PAD]\" (id 1)") == true)
    #expect(error?.message.contains("--drop-unused") == true)
  }

  private static let characters = """
    {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,"pre_tokenizer":null,\
    "post_processor":null,"decoder":null,"model":{"type":"BPE","unk_token":"<unk>","vocab":{"<unk>":0,"<s>":1,"a":2},\
    "merges":[]}}
    """

  /// A change of the file's text, and what the message says of it.
  static let damages: [(original: String, changed: String, words: String)] = [
    ("\"version\"", "\"more\":1,\"version\"", "\"more\""),
    ("\"truncation\":null", "\"truncation\":{}", "truncation changes"),
    ("\"padding\":null", "\"padding\":7", "padding changes"), ("\"a\":2", "\"a\":3", "the id 3"),
    ("\"a\":2", "\"a\":1", "gives id 1 twice"), ("\"a\":2", "\"a\":-1", "the id -1"),
    ("\"a\":2", "\"a\":2.5", "that is no integer"), ("\"a\":2", "\"a\":\"2\"", "that is no integer"),
    ("\"a\":2", "\"ab\":2", "\"ab\" (id 2) that no text becomes"), ("\"a\":2", "\"a\":2,\"a\":3", "stands twice"),
    ("\"vocab\":{", "\"vocab\":[{", "line 1"), ("\"type\":\"BPE\"", "\"type\":\"Unigram\"", "type Unigram"),
    ("\"type\":\"BPE\"", "\"type\":\"WordPiece\"", "type WordPiece"), ("\"type\":\"BPE\",", "", "has no type"),
    ("\"type\":\"BPE\"", "\"type\":\"WordLevel\"", "merges"),
    ("\"type\":\"BPE\"", "\"type\":\"BPE\",\"dropout\":0.1", "model.dropout"),
    ("\"type\":\"BPE\"", "\"type\":\"BPE\",\"fuse_unk\":true", "fuse_unk"),
    ("\"type\":\"BPE\"", "\"type\":\"BPE\",\"end_of_word_suffix\":\"</w>\"", "model.end_of_word_suffix"),
    ("\"type\":\"BPE\"", "\"type\":\"BPE\",\"byte_fallback\":true", "\"<unk>\" (id 0)"),
    ("\"type\":\"BPE\"", "\"type\":\"BPE\",\"news\":1", "\"news\""),
    ("\"unk_token\":\"<unk>\"", "\"unk_token\":null", "drops text"),
    ("\"unk_token\":\"<unk>\"", "\"unk_token\":1", "no string"),
    ("\"merges\":[]", "\"merges\":[[\"a\",\"a\"]]", "no pre_tokenizer"),
    (
      "{\"type\":\"BPE\",\"unk_token\":\"<unk>\",\"vocab\":{\"<unk>\":0,\"<s>\":1,\"a\":2},\"merges\":[]}", "7",
      "model is no object"
    ), (",\"model\"", ",\"modal\"", "\"modal\""),
    (
      "\"normalizer\":null", "\"normalizer\":{\"type\":\"BertNormalizer\"}",
      "normalizer is a normalizer that Longhand has not"
    ),
    (
      "\"normalizer\":null",
      "\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFC\"},{\"type\":\"Strip\"}]}",
      "normalizer.normalizers[1]"
    ),
    (
      "\"normalizer\":null",
      "\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFC\"},{\"type\":\"Lowercase\"}]}",
      "in this order"
    ),
    ("\"normalizer\":null", "\"normalizer\":{\"type\":\"NFC\",\"x\":1}", "\"x\""),
    ("\"normalizer\":null", "\"normalizer\":[]", "normalizer is no object"),
    ("\"pre_tokenizer\":null", "\"pre_tokenizer\":{\"type\":\"Whitespace\"}", "pre_tokenizer is Whitespace"),
    ("\"pre_tokenizer\":null", "\"pre_tokenizer\":{\"type\":\"ByteLevel\"}", "add_prefix_space"),
    (
      "\"pre_tokenizer\":null",
      "\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"use_regex\":true}", "use_regex"
    ),
    (
      "\"pre_tokenizer\":null",
      "\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"\\\\X\"},\"behavior\":\"Isolated\",\"invert\":false}",
      "divides text as no level"
    ),
    (
      "\"pre_tokenizer\":null",
      "\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"\"},\"behavior\":\"MergedWithNext\",\"invert\":false}",
      "MergedWithNext"
    ), ("\"pre_tokenizer\":null", "\"pre_tokenizer\":{\"type\":\"Digits\"}", "Digits"),
    ("\"post_processor\":null", "\"post_processor\":{\"type\":\"TemplateProcessing\"}", "post_processor adds tokens"),
    ("\"added_tokens\":[]", "\"added_tokens\":{}", "added_tokens is no array"),
    (
      "\"added_tokens\":[]", "\"added_tokens\":[{\"id\":2,\"content\":\"b\",\"special\":true}]",
      "added_tokens[0] takes the id"
    ),
    (
      "\"added_tokens\":[]", "\"added_tokens\":[{\"id\":3,\"content\":\"b\",\"special\":false}]",
      "added_tokens[0] is \"b\""
    ),
    ("\"added_tokens\":[]", "\"added_tokens\":[{\"id\":9,\"content\":\"b\",\"special\":true}]", "the id 9"),
    ("\"added_tokens\":[]", "\"added_tokens\":[{\"id\":3,\"content\":\"b\",\"special\":true}]", "\"b\" (id 3)"),
  ]

  @Test("What Longhand cannot do, or is damaged, is refused with its place", arguments: damages)
  func damage(original: String, changed: String, words: String) throws {
    try #require(Self.characters.contains(original))
    let parts = Self.characters.split(separator: original, maxSplits: 1, omittingEmptySubsequences: false)
    let error = #expect(throws: DataError.self) { try Self.read(parts.joined(separator: changed)) }
    #expect(error?.code == .data)
    #expect(error?.message.hasPrefix("t.json") == true)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test("A plain file is read, with other words for the same")
  func variants() throws {
    #expect(try Self.read(Self.characters).keepsIDs)
    let split = Self.characters.replacing(
      "\"pre_tokenizer\":null",
      with:
        "\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"String\":\"\"},\"behavior\":\"Isolated\",\"invert\":false}"
    )
    #expect(try Self.read(split).vocabulary.fingerprint == Self.read(Self.characters).vocabulary.fingerprint)
    let end = Self.characters.replacing("\"<s>\"", with: "\"</s>\"")
    #expect(try Self.read(end).ids == [0, 1, 2])
    let none = Self.characters.replacing("\"<s>\":1,\"a\":2", with: "\"a\":1")
    #expect(try Self.read(none).ids == [0, 2])
  }

  private static let merges = Golden(name: "subwords")

  @Test(
    "Merges that cannot be made are refused with their number",
    arguments: [
      ("[\"Ġ\",\"zq\"]", "model.merges[0] makes a token that has a part"), ("[\"Ġ\"]", "model.merges[0] is no merge"),
      ("\"a  b\"", "model.merges[0] is no merge"), ("7", "model.merges[0] is no merge"),
      ("[\"é\",\"漢\"]", "model.merges[0] merges what is not written"),
      ("[\"z\",\"q\"]", "lacks the token of the bytes 7a 71"),
      ("[\"Ġ\",\"t\"],[\"Ġ\",\"t\"]", "model.merges[1] makes a token that is there already"),
    ])
  func badMerges(_ merge: String, _ words: String) throws {
    let text = String(decoding: try Self.merges.bytes(), as: UTF8.self)
    let head = try #require(text.split(separator: "\"merges\": [", maxSplits: 1).first)
    let error = #expect(throws: DataError.self) { try Self.read(head + "\"merges\": [\(merge)]}}", dropsUnused: true) }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test("A file cut off anywhere is refused")
  func truncation() throws {
    let json = Array(Self.characters.utf8)
    for length in 0..<json.count {
      #expect(throws: DataError.self) {
        try json[..<length].withUnsafeBytes { try HuggingFaceImport(parsing: $0, from: "t.json") }
      }
    }
  }

  @Test("A file with any byte changed is read or refused, and nothing else")
  func changes() throws {
    let json = Array(Self.characters.utf8)
    for index in json.indices {
      for mask in [0x01, 0x04, 0x20, 0x80] as [UInt8] {
        var changed = json
        changed[index] ^= mask
        do {
          let read = try changed.withUnsafeBytes {
            try HuggingFaceImport(parsing: $0, from: "t.json", dropsUnused: true)
          }
          #expect(read.vocabulary.count >= 2)
        } catch {
          #expect((error as? DataError)?.code == .data)
        }
      }
    }
  }
}
