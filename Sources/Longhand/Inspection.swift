internal import Compute
internal import LanguageModeling
internal import TokenFiles
public import Tokenization
internal import Training

/// What a file of Longhand's, or a run's folder, holds: the facts in the order in which people want them.
public struct Inspection: Sendable {
  /// "model", "tokens", "vocabulary" or "run".
  public let kind: String
  /// Facts by name.
  public let facts: [(name: String, value: JSONValue)]

  /// Looks at a model file, a run's folder, a token file or a vocabulary; nil when a file is none of these by its first
  /// bytes nor by its name (`.safetensors`, `.tokens`, `.json`), such as a text, for which there is `CorpusReport`.
  ///
  /// - Throws: `DataError` when nothing stands there, or what does is damaged.
  public init?(path: String) throws(DataError) {
    switch try FileSystem.kind(of: path) {
    case nil: throw DataError(.noInput, "\(DataError.shown(path)) does not exist")
    case .directory:
      kind = "run"
      facts = try Self.run(path)
    case .other: return nil
    case .regular:
      let start = unsafe try MappedFile(path: path).withUnsafeBytes { unsafe Array($0.prefix(64)) }
      if start.starts(with: "LHTOKENS".utf8) || path.hasSuffix(".tokens") {
        kind = "tokens"
        facts = Self.tokens(try TokenFile(path: path))
      } else if Self.isVocabulary(start) || path.hasSuffix(".json") {
        kind = "vocabulary"
        facts = Self.vocabulary(try Vocabulary.load(path: path))
      } else if Self.isModel(start) || path.hasSuffix(".safetensors") {
        kind = "model"
        facts = try Self.model(path)
      } else {
        return nil
      }
    }
  }

  /// Looks at a vocabulary in memory.
  public init(_ vocabulary: Vocabulary) {
    kind = "vocabulary"
    facts = Self.vocabulary(vocabulary)
  }

  /// The facts as one object, `kind` first.
  public var json: JSONValue {
    .object([.init("kind", .string(kind))] + facts.map { .init($0.name, $0.value) })
  }

  /// Whether a file's first bytes are those of a vocabulary: an object whose first member says so.
  private static func isVocabulary(_ start: [UInt8]) -> Bool {
    let text = String(decoding: start.filter { $0 > 0x20 }, as: UTF8.self)
    return text.hasPrefix(#"{"format":"longhand-vocabulary""#)
  }

  /// Whether a file's first bytes are those of a safetensors file: the size of a header of less than 2^40 bytes, and it.
  private static func isModel(_ start: [UInt8]) -> Bool {
    start.count > 8 && start[8] == UInt8(ascii: "{") && start[5...7].allSatisfy { $0 == 0 }
  }

  private static func model(_ path: String) throws(DataError) -> [(name: String, value: JSONValue)] {
    let file = try ModelFile(path: path)
    var facts: [(name: String, value: JSONValue)] = [
      ("file", .string(path)), ("parameters", .integer(file.parameterCount)),
    ]
    facts += (file.configuration.json.objectValue ?? []).map { ($0.name, $0.value) }
    if file.configuration.json["cell"] == nil {
      facts.append(("cell", .string(file.configuration.cell.kind.rawValue)))
    }
    if let progress = try object(file.metadata["longhand.progress"]) {
      facts += ["step", "epoch", "tokens"].map { ($0, progress[$0] ?? .null) }
    }
    if let text = file.metadata["longhand.vocabulary"] {
      let known = try Vocabulary(json: text, from: path)
      facts += vocabulary(known).filter { $0.name != "vocabulary_size" }
    }
    return facts
  }

  private static func run(_ path: String) throws(DataError) -> [(name: String, value: JSONValue)] {
    let checkpoints = try RunDirectory.checkpoints(of: path)
    return [
      ("folder", .string(path)), ("checkpoints", .array(checkpoints.map { .string($0) })),
    ] + (try model(RunLocation.model(at: path)))
  }

  private static func tokens(_ file: TokenFile) -> [(name: String, value: JSONValue)] {
    [
      ("tokens", .integer(file.count)), ("bytes_per_token", .integer(file.width)),
      ("vocabulary_size", .integer(file.vocabularySize)), ("fingerprint", .string(SHA256.hex(file.fingerprint))),
    ]
  }

  private static func vocabulary(_ vocabulary: Vocabulary) -> [(name: String, value: JSONValue)] {
    let configuration = vocabulary.configuration
    return [
      ("vocabulary_size", .integer(vocabulary.count)), ("level", .string(configuration.level.rawValue)),
      ("normalization", .string(configuration.normalization.form.rawValue)),
      ("lowercase", configuration.normalization.caseMapping.jsonValue),
      ("line_endings", .string(configuration.normalization.lineEndings.rawValue)),
      ("lossless", .bool(configuration.isLossless)), ("unknown", .string(configuration.unknown.rawValue)),
      ("documents", .string(configuration.documents.kind.rawValue)), ("locale", .string(configuration.locale)),
      ("fingerprint", .string(SHA256.hex(vocabulary.fingerprint))),
    ]
  }

  private static func object(_ text: String?) throws(DataError) -> JSONValue? {
    guard let text else { return nil }
    return try JSONValue(parsing: Array(text.utf8))
  }
}
