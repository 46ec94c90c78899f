import DataFiles
import TokenFiles
import UnicodeText

/// The JSON of a vocabulary, read strictly.
struct VocabularyDocument {
  private static let names = [
    "format", "version", "level", "normalization", "lowercase", "line_endings", "lossless", "locale", "special",
    "unknown", "documents", "document_separator", "fingerprint", "counts",
  ]

  private let document: JSONValue
  private let source: String

  init(_ document: JSONValue, source: String) {
    self.document = document
    self.source = source
  }

  func error(_ what: String) -> DataError {
    DataError(.data, "\(source) \(what)")
  }

  func string(_ name: String) throws(DataError) -> String {
    guard let value = document[name]?.stringValue else { throw missing(name, "a string") }
    return value
  }

  func integer(_ name: String) throws(DataError) -> Int {
    guard let value = document[name]?.intValue else { throw missing(name, "an integer") }
    return value
  }

  /// The configuration, after a check that nothing is there that this version does not know.
  func configuration() throws(DataError) -> TokenizerConfiguration {
    let level: TokenizerLevel = try choice("level")
    let names = Self.names + [level == .bpe ? "merges" : "tokens"]
    for member in document.objectValue ?? [] where !names.contains(member.name) {
      throw error("has a member that is not known, \"\(DataError.shown(member.name))\": build it again")
    }
    let normalization = TextNormalization(
      form: try choice("normalization"), caseMapping: try caseMapping(), lineEndings: try choice("line_endings"))
    let configuration: TokenizerConfiguration
    do {
      configuration = try TokenizerConfiguration(
        level: level, normalization: normalization, isLossless: bool("lossless"), unknown: unknown(),
        documents: documents(), locale: string("locale"))
    } catch {
      throw self.error("has settings that exclude one another: \(error.message)")
    }
    guard try array("special") == configuration.specialTokens.map(JSONValue.string) else {
      throw error("has other special tokens than \(configuration.specialTokens): build it again")
    }
    return configuration
  }

  /// What says how unknown text is treated, where it is not the level's default.
  static func members(ofUnknown configuration: TokenizerConfiguration) -> [JSONValue.Member] {
    let isDefault = configuration.unknown == TokenizerConfiguration.defaultUnknown(configuration.level)
    return isDefault ? [] : [.init("unknown", .string(configuration.unknown.rawValue))]
  }

  private func unknown() throws(DataError) -> UnknownPolicy? {
    document["unknown"] == nil ? nil : try choice("unknown")
  }

  /// What says how documents are told apart, where they are.
  static func members(ofDocuments configuration: TokenizerConfiguration) -> [JSONValue.Member] {
    let documents = configuration.documents
    if documents.kind == .none { return [] }
    let separator = String(decoding: documents.separator, as: UTF8.self)
    return [.init("documents", .string(documents.kind.rawValue))]
      + (documents.kind == .separator ? [.init("document_separator", .string(separator))] : [])
  }

  private func documents() throws(DataError) -> DocumentBoundary {
    if document["documents"] == nil { return .none }
    switch try string("documents") {
    case "file": return .file
    case "line": return .line
    case "separator": return .separator(Array(try string("document_separator").utf8))
    case let other: throw error("has documents \"\(DataError.shown(other))\"; known are file, line, separator")
    }
  }

  func counts() throws(DataError) -> [Int] {
    var counts: [Int] = []
    for value in try array("counts") {
      guard let count = value.intValue, count >= 0 else { throw error("has a count that is none; build it again") }
      counts.append(count)
    }
    return counts
  }

  /// The tokens, and at the level of subwords the merges that make them.
  func tokens(of configuration: TokenizerConfiguration) throws(DataError) -> (TokenTable, MergeTable) {
    if configuration.level == .bpe { return try subwords() }
    let values = try array("tokens")
    guard values.count < Int(UInt32.max) - 2 else { throw error("has too many tokens") }
    var table = TokenTable()
    for (number, value) in values.enumerated() {
      guard let token = Self.token(value, level: configuration.level) else {
        throw error("has a token that is none at level \(configuration.level.rawValue), number \(number)")
      }
      guard table.insert(token.span) == number else { throw error("has token number \(number) twice") }
    }
    if configuration.level == .byte && table.count != 256 { throw error("has \(table.count) bytes instead of 256") }
    if table.count == 0 && !configuration.hasByteTokens { throw error("has no tokens") }
    return (table, MergeTable())
  }

  private func subwords() throws(DataError) -> (TokenTable, MergeTable) {
    let values = try array("merges")
    guard values.count.isMultiple(of: 2), values.count / 2 < Int(UInt32.max - MergeTable.firstMerge) else {
      throw error("has \(values.count) ids in its merges instead of two for each; build it again")
    }
    var table = TokenTable()
    var merges = MergeTable()
    for rank in 0..<values.count / 2 {
      guard let left = id(values[2 * rank], ofMerge: rank), let right = id(values[2 * rank + 1], ofMerge: rank) else {
        throw error("has a merge of what is no token before it, number \(rank)")
      }
      let pair = MergeTable.Pair(left: left, right: right)
      guard merges.append(pair) else { throw error("has a merge twice, number \(rank)") }
      guard table.length(of: pair) <= MergeTable.longestToken else {
        throw error("has a merge of more than \(MergeTable.longestToken) bytes, number \(rank)")
      }
      guard table.insert(pair) == rank else {
        throw error("has a merge into a token that is there already, number \(rank)")
      }
    }
    return (table, merges)
  }

  private func id(_ value: JSONValue, ofMerge rank: Int) -> TokenID? {
    guard let id = value.intValue, id >= MergeTable.firstByte, id < Int(MergeTable.firstMerge) + rank else {
      return nil
    }
    return TokenID(id)
  }

  private static func token(_ value: JSONValue, level: TokenizerLevel) -> [UInt8]? {
    switch (level, value) {
    case (.byte, .integer(let byte)): UInt8(exactly: byte).map { [$0] }
    case (.byte, _): nil
    case (.character, .string(let text)): text.unicodeScalars.count == 1 ? Array(text.utf8) : nil
    case (_, .string(let text)): text.utf8.isEmpty ? nil : Array(text.utf8)
    default: nil
    }
  }

  private func caseMapping() throws(DataError) -> CaseMapping {
    guard let mapping = CaseMapping(document["lowercase"]) else {
      throw missing("lowercase", "true, false or \"fold\"")
    }
    return mapping
  }

  private func bool(_ name: String) throws(DataError) -> Bool {
    guard let value = document[name]?.boolValue else { throw missing(name, "true or false") }
    return value
  }

  private func array(_ name: String) throws(DataError) -> [JSONValue] {
    guard let value = document[name]?.arrayValue else { throw missing(name, "an array") }
    return value
  }

  private func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String) throws(DataError) -> Choice {
    let value = try string(name)
    guard let choice = Choice(rawValue: value) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw error("has \(name) \"\(DataError.shown(value))\"; known are \(known)")
    }
    return choice
  }

  private func missing(_ name: String, _ kind: String) -> DataError {
    error("is no vocabulary of Longhand: member \"\(name)\" is not there or not \(kind)")
  }
}
