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

  /// Whether the tokens are words, of which there are many and a text has few.
  public var hasWords: Bool { self == .word || self == .whitespace }
}

/// How a text becomes tokens: all that the ids of a text depend on besides the vocabulary's tokens.
public struct TokenizerConfiguration: Sendable, Equatable {
  /// What a token is.
  public let level: TokenizerLevel

  /// How the text is made uniform first.
  public let normalization: TextNormalization

  /// Whether the tokens hold all of the text.
  ///
  /// Bytes, characters and graphemes always do. Words and what stands between white space do so when white space is
  /// made of tokens, too; otherwise, in the literature's setting, it is dropped, each line ends with `<eos>`, and
  /// decoding joins the tokens with single spaces.
  public let isLossless: Bool

  /// The locale whose rules divide words, as ICU writes it; other levels know no locale.
  public let locale: String

  /// A way to make tokens of text.
  ///
  /// - Parameters:
  ///   - level: what a token is.
  ///   - normalization: how the text is made uniform; nil takes NFC and line feeds, and no change for bytes.
  ///   - isLossless: nil takes the literature's setting for `whitespace`, and lossless for all else.
  ///   - locale: "root" for no locale.
  /// - Throws: `DataError` with code `usage` for settings that exclude one another.
  public init(
    level: TokenizerLevel = .character, normalization: TextNormalization? = nil, isLossless: Bool? = nil,
    locale: String = "root"
  ) throws(DataError) {
    self.level = level
    self.normalization = normalization ?? (level == .byte ? .unchanged : TextNormalization())
    self.isLossless = isLossless ?? (level != .whitespace)
    self.locale = locale
    if !self.isLossless && !level.hasWords {
      throw DataError(
        .usage, "level \(level.rawValue) is always lossless: only word and whitespace can drop white space")
    }
    if level != .word && locale != "root" {
      throw DataError(.usage, "a locale (\(DataError.shown(locale))) divides words: use it with level word")
    }
    if !WordSegmenter.isLocaleName(locale) {
      throw DataError(.usage, "\(DataError.shown(locale)) is no locale: give one such as root, en or ja_JP")
    }
  }

  /// The tokens that stand for no text, in the order of their ids.
  ///
  /// `<unk>` is whatever the vocabulary does not hold; bytes need none. `<s>` stands before the first token of a text
  /// and is never generated. `<eos>` ends a line in the literature's setting, and stands before the first one as well.
  public var specialTokens: [String] {
    switch level {
    case .byte: ["<s>"]
    default: ["<unk>", isLossless ? "<s>" : "<eos>"]
    }
  }

  /// Whether bytes are taken as they are, be they UTF-8 or not.
  var isRaw: Bool { level == .byte && normalization == .unchanged }

  /// A reader at the start of the first of some texts.
  func reader(of inputs: [CorpusInput], invalidUTF8: InvalidUTF8Policy = .error) -> CorpusReader {
    CorpusReader(inputs, normalization: normalization, invalidUTF8: invalidUTF8, isRaw: isRaw)
  }

  /// What divides a text where tokens are longer than a scalar.
  func makeSegmenter() throws(DataError) -> (any Segmenter)? {
    switch level {
    case .byte, .character: nil
    case .grapheme: GraphemeSegmenter()
    case .word: try WordSegmenter(locale: locale)
    case .whitespace: WhitespaceSegmenter()
    }
  }
}
