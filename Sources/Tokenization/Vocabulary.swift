public import TokenFiles

/// The tokens of a model, each with its id, and how text becomes them.
///
/// Special tokens come first, then the others by descending count, those of equal count in code-point order. Tokens are
/// bytes: two that look alike, or that Unicode holds to be equivalent, are two.
public struct Vocabulary: Sendable {
  /// How text becomes tokens.
  public let configuration: TokenizerConfiguration

  /// A SHA-256 over what gives ids their meaning: the configuration and the tokens in their order; counts do not enter.
  public let fingerprint: [UInt8]

  /// The tokens that stand for text; the id of the first is the number of special ones.
  let table: TokenTable

  /// How often each token was counted, by id.
  let counts: [Int]

  /// A vocabulary of tokens in the order of their ids; counts begin with those of the special tokens.
  init(configuration: TokenizerConfiguration, table: TokenTable, counts: [Int]) {
    precondition(
      counts.count == configuration.specialTokens.count + table.count, "\(counts.count) counts, \(table.count) tokens")
    self.configuration = configuration
    self.table = table
    self.counts = counts
    fingerprint = Self.fingerprint(configuration: configuration, table: table)
  }

  /// V, the number of tokens, special ones included.
  public var count: Int { counts.count }

  private var specialCount: Int { counts.count - table.count }

  /// The token for whatever is not in the vocabulary; bytes have none.
  public var unknown: TokenID? { configuration.level == .byte ? nil : 0 }

  /// The token that stands before the first one of a text: `<s>`, or `<eos>` in the literature's setting.
  ///
  /// `<s>` never follows anything, so it is never to be generated; `<eos>` is.
  public var boundary: TokenID { configuration.level == .byte ? 0 : 1 }

  /// Whether the boundary may also be generated, as the end of a line.
  public var boundaryEndsLines: Bool { !configuration.isLossless }

  /// The token that ends a line: `<eos>`, or U+000A where that is a token.
  public var lineEnd: TokenID? { boundaryEndsLines ? boundary : id(of: [0x0A]) }

  /// Whether a token stands for no text.
  public func isSpecial(_ id: TokenID) -> Bool { id < specialCount }

  /// The id of a token that stands for text; nil when it is not in the vocabulary.
  public func id(of token: [UInt8]) -> TokenID? { id(of: token.span) }

  @inline(__always)
  func id(of token: Span<UInt8>) -> TokenID? {
    guard let number = table.number(of: token) else { return nil }
    return TokenID(truncatingIfNeeded: number + specialCount)
  }

  /// The bytes of a token, or the name of a special one; nil when there is no such id.
  public func bytes(of id: TokenID) -> [UInt8]? {
    guard id < count else { return nil }
    let number = Int(id) - specialCount
    return number < 0 ? Array(configuration.specialTokens[Int(id)].utf8) : Array(table[number])
  }

  /// Appends the bytes of a token that stands for text.
  func append(_ id: TokenID, to text: inout [UInt8]) {
    text.append(contentsOf: table[Int(id) - specialCount])
  }

  /// How often a token was counted; nil when there is no such id.
  ///
  /// The count of `<unk>` is that of all that fell out of the vocabulary, the count of `<eos>` that of lines.
  public func occurrences(of id: TokenID) -> Int? {
    id < count ? counts[Int(id)] : nil
  }
}
