public import TokenFiles
import UnicodeText

/// The tokens of a model, each with its id, and how text becomes them.
///
/// Special tokens come first, then the 256 bytes where they spell what is not in the vocabulary, then the others by
/// descending count, those of equal count in code-point order; subwords are in the order in which they were merged.
/// Tokens are bytes: two that look alike, or that Unicode holds to be equivalent, are two.
public struct Vocabulary: Sendable {
  /// How text becomes tokens.
  public let configuration: TokenizerConfiguration

  /// A SHA-256 over what gives ids their meaning: the configuration, and the tokens in their order or the merges that
  /// make them; counts do not enter.
  public let fingerprint: [UInt8]

  /// The tokens that stand for text, without those that spell what is not among them.
  let table: TokenTable

  /// How often each token was counted, by id.
  let counts: [Int]

  /// The pairs of tokens that byte-pair encoding merges, by rank; none at other levels.
  public var mergedPairs: [(left: TokenID, right: TokenID)] { merges.pairs.map { ($0.left, $0.right) } }

  /// What byte-pair encoding makes the table's tokens with; none at other levels.
  let merges: MergeTable

  private let specialCount: Int
  /// The id of the first token of the table.
  let firstOfTable: Int

  /// A vocabulary of tokens in the order of their ids; counts begin with those of the special tokens.
  init(configuration: TokenizerConfiguration, table: TokenTable, counts: [Int], merges: MergeTable = MergeTable()) {
    specialCount = configuration.specialTokens.count
    firstOfTable = configuration.reservedCount
    precondition(counts.count == firstOfTable + table.count, "\(counts.count) counts, \(table.count) tokens")
    self.configuration = configuration
    self.table = table
    self.counts = counts
    self.merges = merges
    fingerprint = Self.fingerprint(configuration: configuration, table: table, merges: merges)
  }

  /// V, the number of tokens, special ones included.
  public var count: Int { counts.count }

  /// The token for whatever is not in the vocabulary; nil where that is spelled in bytes.
  public var unknown: TokenID? { configuration.unknown == .symbol ? 0 : nil }

  /// The token that stands before the first one of a document: `<s>`, or `<eos>` in the literature's setting.
  ///
  /// `<s>` never follows anything, so it is never to be generated; `<eos>` is.
  public var boundary: TokenID { TokenID(specialCount - 1) }

  /// The token that ends a line in the literature's setting, `<eos>`; nil where line feeds are text like any other.
  public var endOfLine: TokenID? { configuration.isLossless ? nil : unknown.map { $0 + 1 } }

  /// Whether a model's state begins anew behind every boundary.
  public var hasDocuments: Bool { configuration.documents.kind != .none }

  /// Whether a token stands for no text.
  public func isSpecial(_ id: TokenID) -> Bool { id < specialCount }

  /// The id of a token that stands for text; nil when it is not in the vocabulary.
  public func id(of token: [UInt8]) -> TokenID? {
    table.number(of: token.span).map { TokenID(truncatingIfNeeded: $0 + firstOfTable) }
  }

  /// Whether a token is neither special nor one of the bytes that spell.
  func isFromTable(_ id: TokenID) -> Bool { id >= firstOfTable }

  /// What stands for a token that is not in the vocabulary.
  var spelling: Spelling { Spelling(unknown: unknown, firstByte: TokenID(specialCount)) }

  /// The id of the token that spells a byte; nil where what is not in the vocabulary is not spelled.
  public func id(spelling byte: UInt8) -> TokenID? {
    if configuration.hasByteTokens { return TokenID(specialCount) + TokenID(byte) }
    return configuration.unknown == .bytes ? id(of: [byte]) : nil
  }

  /// The bytes of a token, or the name of a special one; nil when there is no such id.
  public func bytes(of id: TokenID) -> [UInt8]? {
    guard id < count else { return nil }
    if isSpecial(id) { return Array(configuration.specialTokens[Int(id)].utf8) }
    return spelledByte(id).map { [$0] } ?? Array(table[Int(id) - firstOfTable])
  }

  /// The byte that a token spells, if it is one of those behind the special ones.
  func spelledByte(_ id: TokenID) -> UInt8? {
    id < firstOfTable && !isSpecial(id) ? UInt8(truncatingIfNeeded: Int(id) - specialCount) : nil
  }

  /// Appends the bytes of a token that stands for text.
  func append(_ id: TokenID, to text: inout [UInt8]) {
    if let byte = spelledByte(id) {
      text.append(byte)
    } else {
      text.append(contentsOf: table[Int(id) - firstOfTable])
    }
  }

  /// How often a token was counted; nil when there is no such id.
  ///
  /// The count of `<unk>` is that of all that fell out of the vocabulary, the count of `<eos>` that of lines, and the
  /// count of a byte how often it spells what fell out.
  public func occurrences(of id: TokenID) -> Int? {
    id < count ? counts[Int(id)] : nil
  }
}
