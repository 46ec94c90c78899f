public import DataFiles
import UnicodeText

extension Vocabulary {
  private static let format = "longhand-vocabulary"
  private static let version = 1

  /// The vocabulary as JSON text, from which `init(json:)` makes the same one again.
  public var json: String { document.serialized() }

  /// Writes the machine file, and beside it a listing for people: NAME.json gets NAME.txt, NAME gets NAME.txt, too.
  ///
  /// - Throws: `DataError` when a file cannot be written, or another text stands where the listing would.
  public func save(to path: String) throws(DataError) {
    try Self.refuseOtherText(Self.listingPath(of: path))
    var file = try DurableFile(replacing: path)
    var listing = try DurableFile(replacing: Self.listingPath(of: path))
    try document.serialize(pretty: true) { (piece) throws(DataError) in try file.write(piece) }
    try listing.write(Array(self.listing.utf8))
    try listing.commit()
    try file.commit()
  }

  /// Refuses to write a listing over anything but a listing.
  private static func refuseOtherText(_ path: String) throws(DataError) {
    guard (try? FileSystem.kind(of: path)) == .regular else { return }
    let start = try unsafe MappedFile(path: path).withUnsafeBytes { unsafe Array($0.prefix(listingHead.utf8.count)) }
    if !start.isEmpty && start != Array(listingHead.utf8) {
      throw DataError(
        .cannotCreate,
        "the listing of the vocabulary would replace \(DataError.shown(path)), which is another text; give the "
          + "vocabulary another name")
    }
  }

  /// Where the listing of a machine file goes.
  public static func listingPath(of path: String) -> String {
    (path.hasSuffix(".json") ? String(path.dropLast(5)) : path) + ".txt"
  }

  /// Reads a machine file.
  ///
  /// - Throws: `DataError` when it cannot be read, is no vocabulary, or is damaged.
  public static func load(path: String) throws(DataError) -> Vocabulary {
    let file = try MappedFile(copying: path)
    let document = try DataError.advising("give a vocabulary that `longhand vocab` or `longhand import` wrote") {
      () throws(DataError) in
      try unsafe file.withUnsafeBytes { (bytes) throws(DataError) in
        try unsafe JSONValue(parsing: bytes, from: DataError.shown(path), maximumDepth: 4)
      }
    }
    return try Vocabulary(document, from: DataError.shown(path))
  }

  /// Reads a vocabulary from JSON text, such as a model file carries.
  ///
  /// - Throws: `DataError` when it is no vocabulary or is damaged.
  public init(json: String, from source: String = "vocabulary") throws(DataError) {
    try self.init(JSONValue(parsing: Array(json.utf8), from: source, maximumDepth: 4), from: source)
  }

  static func fingerprint(configuration: TokenizerConfiguration, table: TokenTable, merges: MergeTable) -> [UInt8] {
    let meaning = head(configuration) + [tokens(configuration, table, merges)]
    var digest = SHA256()
    JSONValue.object(meaning).serialize { digest.update($0) }
    return digest.finalize()
  }

  private var document: JSONValue {
    .object(
      Self.head(configuration) + [
        .init("fingerprint", .string(SHA256.hex(fingerprint))),
        .init("counts", .array(counts.map(JSONValue.integer))), Self.tokens(configuration, table, merges),
      ])
  }

  private static func head(_ configuration: TokenizerConfiguration) -> [JSONValue.Member] {
    let head: [JSONValue.Member] = [
      .init("format", .string(format)), .init("version", .integer(version)),
      .init("level", .string(configuration.level.rawValue)),
      .init("normalization", .string(configuration.normalization.form.rawValue)),
      .init("lowercase", configuration.normalization.caseMapping.jsonValue),
      .init("line_endings", .string(configuration.normalization.lineEndings.rawValue)),
      .init("lossless", .bool(configuration.isLossless)), .init("locale", .string(configuration.locale)),
      .init("special", .array(configuration.specialTokens.map(JSONValue.string))),
    ]
    return head + VocabularyDocument.members(ofUnknown: configuration)
      + VocabularyDocument.members(ofDocuments: configuration)
  }

  /// The tokens in the order of their ids: strings, or numbers where they are bytes; of subwords, the merges in the order
  /// of their ranks, the left id and then the right one of each.
  private static func tokens(
    _ configuration: TokenizerConfiguration, _ table: TokenTable, _ merges: MergeTable
  ) -> JSONValue.Member {
    if configuration.level == .bpe {
      return .init("merges", .array(merges.pairs.flatMap { [.integer(Int($0.left)), .integer(Int($0.right))] }))
    }
    let tokens = (0..<table.count).map { number in
      configuration.level == .byte
        ? JSONValue.integer(table[number].reduce(0) { $0 << 8 | Int($1) })
        : .string(String(decoding: table[number], as: UTF8.self))
    }
    return .init("tokens", .array(tokens))
  }

  private init(_ document: JSONValue, from source: String) throws(DataError) {
    let reader = VocabularyDocument(document, source: source)
    guard try reader.string("format") == Self.format else { throw reader.error("is no vocabulary of Longhand") }
    let version = try reader.integer("version")
    guard version == Self.version else {
      throw reader.error("has version \(version), this program reads \(Self.version): build it again")
    }
    let configuration = try reader.configuration()
    let (table, merges) = try reader.tokens(of: configuration)
    let counts = try reader.counts()
    guard counts.count == configuration.reservedCount + table.count else {
      throw reader.error(
        "has \(counts.count) counts for \(configuration.reservedCount + table.count) tokens; build it again")
    }
    self.init(configuration: configuration, table: table, counts: counts, merges: merges)
    guard try reader.string("fingerprint") == SHA256.hex(fingerprint) else {
      throw reader.error("does not fit its fingerprint: it was damaged or edited; build it again")
    }
  }
}
