import DataFiles
import Testing
import Tokenization
import UnicodeText

@testable import Interchange

@Suite("Export of tokenizer.json")
struct HuggingFaceExportTests {
  /// The vocabularies of the golden files, by name.
  static let configurations: [(name: String, configuration: TokenizerConfiguration, minimumCount: Int?, size: Int?)] = {
    func make(
      _ name: String, _ level: TokenizerLevel, _ normalization: TextNormalization? = nil, isLossless: Bool? = nil,
      unknown: UnknownPolicy? = nil, documents: DocumentBoundary = .none
    ) -> (String, TokenizerConfiguration, Int?, Int?)? {
      let configuration = try? TokenizerConfiguration(
        level: level, normalization: normalization, isLossless: isLossless, unknown: unknown, documents: documents)
      return configuration.map { (name, $0, level == .byte || level == .bpe ? nil : 2, level == .bpe ? 300 : nil) }
    }
    return [
      make("bytes", .byte), make("characters", .character),
      make("characters-bytes", .character, TextNormalization(form: .nfkc, caseMapping: .lower), unknown: .bytes),
      make("graphemes", .grapheme, .unchanged),
      make("graphemes-bytes", .grapheme, TextNormalization(form: .nfd), unknown: .bytes),
      make("literature", .whitespace, TextNormalization(caseMapping: .lower)),
      make("literature-documents", .whitespace, documents: .file),
      make("whitespace", .whitespace, isLossless: true),
      make("whitespace-bytes", .whitespace, .unchanged, isLossless: true, unknown: .bytes),
      make("subwords", .bpe),
    ].compactMap { $0 }
  }()

  static func vocabulary(_ name: String) throws -> Vocabulary {
    let found = try #require(configurations.first { $0.name == name })
    return try Vocabulary.build(
      from: [.bytes(Array(Golden.sample.utf8), name: "sample")], configuration: found.configuration,
      minimumCount: found.minimumCount, maximumSize: found.size)
  }

  @Test("What is exported is the golden file, whose ids tokenizers gave", arguments: configurations.map(\.name))
  func goldens(_ name: String) throws {
    let vocabulary = try Self.vocabulary(name)
    let golden = Golden(name: name)
    let exported = try HuggingFaceExport(vocabulary).document.serialized(pretty: true) + "\n"
    #expect(Array(exported.utf8) == (try golden.bytes()), "\(name).json is another; see make_goldens.py")
    for (text, expected) in zip(Golden.texts, golden.ids) {
      #expect(try ids(of: text, vocabulary).map(Int.init) == expected, "\(text.debugDescription)")
    }
    #expect(golden.ids.count == Golden.texts.count && Golden.texts.count > 10)
  }

  @Test("Of an exported vocabulary the import makes the same", arguments: configurations.map(\.name))
  func roundTrip(_ name: String) throws {
    let vocabulary = try Self.vocabulary(name)
    let json = Array(try HuggingFaceExport(vocabulary).document.serialized().utf8)
    let imported = try json.withUnsafeBytes { try HuggingFaceImport(parsing: $0, from: "file") }
    #expect(imported.vocabulary.fingerprint == vocabulary.fingerprint)
    #expect(imported.keepsIDs)
  }

  @Test(
    "Every form and case that can be said is read back", arguments: NormalizationForm.allCases, CaseMapping.allCases)
  func normalizations(_ form: NormalizationForm, _ caseMapping: CaseMapping) throws {
    for lineEndings in LineEndingPolicy.allCases {
      let normalization = TextNormalization(form: form, caseMapping: caseMapping, lineEndings: lineEndings)
      let vocabulary = try Vocabulary.build(
        from: [.bytes(Array("abc".utf8), name: "text")],
        configuration: TokenizerConfiguration(normalization: normalization))
      guard form != .nfkcCasefold, caseMapping != .fold else {
        let error = #expect(throws: DataError.self) { try HuggingFaceExport(vocabulary) }
        #expect(error?.code == .data)
        continue
      }
      let json = Array(try HuggingFaceExport(vocabulary).document.serialized().utf8)
      let imported = try json.withUnsafeBytes { try HuggingFaceImport(parsing: $0, from: "file") }
      #expect(imported.vocabulary.configuration == vocabulary.configuration)
    }
  }

  @Test("What no tokenizer.json can say is refused, with what to do")
  func refusals() throws {
    let vocabulary = try Vocabulary.build(
      from: [.bytes(Array("abc".utf8), name: "text")], configuration: TokenizerConfiguration(level: .word))
    let error = #expect(throws: DataError.self) { try HuggingFaceExport(vocabulary) }
    #expect(error?.code == .data)
    #expect(error?.message.contains("words by the rules and dictionaries of ICU") == true)
    #expect(error?.message.contains("level whitespace, bpe or grapheme") == true)
  }

  @Test("Special tokens that text could spell out have other names, and users are told")
  func names() throws {
    let whitespace = try HuggingFaceExport(Self.vocabulary("whitespace"))
    let vocab = whitespace.document["model"]?["vocab"]
    // The sample holds both as words.
    #expect(vocab?[" <unk> "] == .integer(0) && vocab?[" <s> "] == .integer(1))
    #expect((vocab?["<unk>"]?.intValue ?? 0) > 1 && (vocab?["<s>"]?.intValue ?? 0) > 1)
    #expect(whitespace.notes.contains { $0.contains("<s> is called \" <s> \"") })
    let documents = try HuggingFaceExport(Self.vocabulary("literature-documents"))
    #expect(documents.notes.contains { $0.hasPrefix("documents:") })
    #expect(try HuggingFaceExport(Self.vocabulary("bytes")).notes.isEmpty)
  }
}
