public import DataFiles
public import UnicodeText

/// What a token is.
public enum TokenizerLevel: String, Sendable, CaseIterable {
  /// A byte of the text's UTF-8.
  case byte
  /// A Unicode scalar.
  case character
  /// An extended grapheme cluster (UAX #29): what a reader takes for one character.
  case grapheme
  /// A word, or what stands between two (UAX #29, by ICU).
  case word
  /// What stands between white space.
  case whitespace
  /// A subword: what byte-pair encoding makes of bytes, within words, numbers and runs of signs or white space.
  case bpe

  /// Whether the tokens are words, whose perplexity people speak of.
  public var hasWords: Bool { self == .word || self == .whitespace }

  /// Whether there are many tokens and a text has few, so that a model's tables of them are large.
  public var hasManyTokens: Bool { hasWords || self == .bpe }

  /// How often a token must occur to be kept, or a pair to be merged, where nobody says so.
  public var defaultMinimumCount: Int { self == .bpe ? 2 : 1 }

  /// The most tokens of a vocabulary where nobody says so; nil for any number.
  public var defaultMaximumSize: Int? { self == .bpe ? 8192 : nil }

  /// Whether every byte is a token, so that nothing is ever unknown.
  var holdsEveryByte: Bool { self == .byte || self == .bpe }
}

/// What becomes of text that is not in the vocabulary.
public enum UnknownPolicy: String, Sendable, CaseIterable {
  /// Each token becomes `<unk>`, and its text is lost.
  case symbol
  /// Each token is spelled in its bytes, which are tokens too, so nothing is ever unknown or lost.
  case bytes
}

/// How a text becomes tokens: all that the ids of a text depend on besides the vocabulary's tokens.
public struct TokenizerConfiguration: Sendable, Equatable {
  /// What a token is.
  public let level: TokenizerLevel

  /// How the text is made uniform first.
  public let normalization: TextNormalization

  /// Whether the tokens hold all of the text.
  ///
  /// Bytes, characters, graphemes and subwords always do. Words and what stands between white space do so when white space is
  /// made of tokens, too; otherwise, in the literature's setting, it is dropped, each line ends with `<eos>`, and
  /// decoding joins the tokens with single spaces.
  public let isLossless: Bool

  /// What becomes of text that is not in the vocabulary; where the tokens are bytes themselves, nothing is unknown.
  public let unknown: UnknownPolicy

  /// What parts the documents of a corpus.
  public let documents: DocumentBoundary

  /// The locale whose rules divide words, as ICU writes it; other levels know no locale.
  public let locale: String

  /// A way to make tokens of text.
  ///
  /// - Parameters:
  ///   - level: what a token is.
  ///   - normalization: how the text is made uniform; nil takes NFC and line feeds, and no change for bytes.
  ///   - isLossless: nil takes the literature's setting for `whitespace`, and lossless for all else.
  ///   - unknown: nil takes `symbol`, and `bytes` for bytes and subwords.
  ///   - documents: what parts the documents.
  ///   - locale: "root" for no locale.
  /// - Throws: `DataError` with code `usage` for settings that exclude one another.
  public init(
    level: TokenizerLevel = .character, normalization: TextNormalization? = nil, isLossless: Bool? = nil,
    unknown: UnknownPolicy? = nil, documents: DocumentBoundary = .none, locale: String = "root"
  ) throws(DataError) {
    self.level = level
    self.normalization = normalization ?? (level == .byte ? .unchanged : TextNormalization())
    self.isLossless = isLossless ?? (level != .whitespace)
    self.unknown = unknown ?? Self.defaultUnknown(level)
    self.documents = documents
    self.locale = locale
    if !self.isLossless && !level.hasWords {
      throw DataError(
        .usage, "level \(level.rawValue) is always lossless: only word and whitespace can drop white space")
    }
    if level.holdsEveryByte && self.unknown == .symbol {
      throw DataError(.usage, "level \(level.rawValue) knows every byte: nothing can become <unk>")
    }
    if self.unknown == .bytes && !self.isLossless {
      throw DataError(
        .usage,
        "where white space is dropped nobody could tell where spelled words end: --unknown bytes needs --lossless")
    }
    let bytes = documents.separator
    if documents.kind == .separator && !(1...DocumentBoundary.longestSeparator).contains(bytes.count) {
      throw DataError(
        .usage, "a separator of \(bytes.count) bytes: give one of 1 to \(DocumentBoundary.longestSeparator) bytes")
    }
    if level != .word && locale != "root" {
      throw DataError(.usage, "a locale (\(DataError.shown(locale))) divides words: use it with level word")
    }
    if !WordSegmenter.isLocaleName(locale) {
      throw DataError(.usage, "\(DataError.shown(locale)) is no locale: give one such as root, en or ja_JP")
    }
  }

  /// What becomes of text that is not in the vocabulary where nobody says so.
  static func defaultUnknown(_ level: TokenizerLevel) -> UnknownPolicy { level.holdsEveryByte ? .bytes : .symbol }

  /// The tokens that stand for no text, in the order of their ids.
  ///
  /// `<unk>` is whatever the vocabulary does not hold. `<s>` stands before the first token of a document and is never
  /// generated. `<eos>` ends a line in the literature's setting, and stands before the first one as well where no
  /// documents are told apart, or every line is one.
  public var specialTokens: [String] {
    (unknown == .symbol ? ["<unk>"] : []) + (isLossless ? [] : ["<eos>"]) + (startsWithEndOfLine ? [] : ["<s>"])
  }

  /// Whether a document begins with the token that ends lines.
  private var startsWithEndOfLine: Bool { !isLossless && (documents.kind == .none || documents.kind == .line) }

  /// Whether the 256 bytes are tokens behind the special ones, to spell what is not in the vocabulary, or to begin
  /// byte-pair encoding with.
  var hasByteTokens: Bool { unknown == .bytes && level != .byte }

  /// How many tokens stand before those of the text: the special ones, and the bytes that spell.
  var reservedCount: Int { specialTokens.count + (hasByteTokens ? 256 : 0) }

  /// What is done with bytes that are not UTF-8 where nobody says so: kept where text stays as it is and bytes can be
  /// spelled, else refused.
  public var defaultInvalidUTF8: InvalidUTF8Policy {
    unknown == .bytes && normalization == .unchanged ? .bytes : .error
  }

  /// Whether bytes are taken as they are, be they UTF-8 or not.
  func isRaw(_ invalidUTF8: InvalidUTF8Policy) -> Bool {
    level == .byte && normalization == .unchanged && invalidUTF8 == .bytes
  }

  /// A reader at the start of the first of some texts.
  func reader(
    of inputs: [CorpusInput], invalidUTF8: InvalidUTF8Policy, allowsEmpty: Bool = false, pieceSize: Int? = nil
  ) -> CorpusReader {
    CorpusReader(
      inputs, documents: documents, isRaw: isRaw(invalidUTF8), allowsEmpty: allowsEmpty,
      pieceSize: pieceSize ?? CorpusReader.usualPieceSize)
  }

  /// What is done with bytes that are not UTF-8, if nil says nothing of it.
  ///
  /// - Throws: `DataError` when they are to be kept and no token can spell them.
  func policy(_ policy: InvalidUTF8Policy?) throws(DataError) -> InvalidUTF8Policy {
    let policy = policy ?? defaultInvalidUTF8
    if policy == .bytes && unknown != .bytes {
      throw DataError(
        .usage,
        "bytes that are not UTF-8 can only be kept by a vocabulary that spells bytes: build it with --unknown bytes")
    }
    return policy
  }

  /// Refuses limits of a vocabulary that are nonsense.
  func check(minimumCount: Int, maximumSize: Int?) throws(DataError) {
    let reserved = reservedCount
    guard minimumCount >= 1 else {
      throw DataError(.usage, "a minimum count of \(minimumCount) makes no sense: give 1 or more")
    }
    if let maximumSize, maximumSize <= reserved || maximumSize > Int(UInt32.max) {
      throw DataError(
        .usage, "a vocabulary of at most \(maximumSize) tokens has no room: give \(reserved + 1) or more")
    }
    if level == .byte && (minimumCount != 1 || maximumSize != nil) {
      throw DataError(.usage, "level byte always has all 256 bytes: leave the minimum count and maximum size out")
    }
  }

  /// What divides a text where tokens are longer than a scalar; subwords lie within the segments.
  func makeSegmenter() throws(DataError) -> (any Segmenter)? {
    switch level {
    case .byte, .character: nil
    case .grapheme: GraphemeSegmenter()
    case .word: try WordSegmenter(locale: locale)
    case .whitespace: WhitespaceSegmenter()
    case .bpe: PretokenSegmenter()
    }
  }
}
