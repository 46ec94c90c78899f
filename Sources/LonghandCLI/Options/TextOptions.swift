public import ArgumentParser
public import Longhand

extension TokenizerLevel: ExpressibleByArgument {}
extension NormalizationForm: ExpressibleByArgument {}
extension LineEndingPolicy: ExpressibleByArgument {}
extension InvalidUTF8Policy: ExpressibleByArgument {}
extension UnknownPolicy: ExpressibleByArgument {}

/// How text becomes tokens.
struct TextOptions: ParsableArguments {
  @Option(
    help: """
      What a token is: byte, character (a Unicode scalar), grapheme, word (UAX #29), whitespace or bpe (a subword, by \
      byte-pair encoding).
      """)
  var level = TokenizerLevel.character

  @Option(help: "Unicode form of the text: none, nfc, nfd, nfkc, nfkd or nfkc-casefold (default: nfc; none for bytes).")
  var normalize: NormalizationForm?

  @Flag(inversion: .prefixedNo, exclusivity: .chooseLast, help: "Turn the text into lower case first.")
  var lowercase = false

  @Flag(
    inversion: .prefixedNo, exclusivity: .chooseLast,
    help: "Fold the case of the text first (Unicode's full case folding: ß becomes ss).")
  var casefold = false

  @Option(
    help: "Keep the line endings, or turn CR LF and CR into LF: keep or lf (default: lf; keep for bytes and for none).")
  var lineEndings: LineEndingPolicy?

  @Option(
    help: """
      What becomes of text that the vocabulary lacks: symbol (<unk>), or bytes, which spell it (default: symbol; bytes \
      with --lossless and for subwords).
      """)
  var unknown: UnknownPolicy?

  @Option(help: "Make a document, at which a model begins anew, of every file or line: file or line.")
  var documents: Documents?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Make documents of what stands between such texts, as the input has them, line endings included; \\n, \\r, \\t, "
        + "\\0 and \\\\ are read as in C.", valueName: "text"))
  var documentSeparator: String?

  @Option(help: "Locale whose rules divide words, such as en or ja_JP.")
  var locale = "root"

  @Flag(
    inversion: .prefixedNo, exclusivity: .chooseLast,
    help: """
      Lose nothing: make tokens of the spaces too, and spell what the vocabulary lacks in bytes. --no-lossless, of \
      words: drop the spaces and end every line with <eos>, as the literature does (default: spaces are tokens; not so \
      for whitespace).
      """)
  var lossless: Bool?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Tokens that occur less often are unknown, pairs are not merged (default: 1; 2 for bpe).", valueName: "n"))
  var minCount: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Most tokens of the vocabulary, special ones included (default: no limit; 8192 for bpe).", valueName: "n"))
  var maxSize: Int?

  /// What documents are made of, besides what stands between separators.
  enum Documents: String, ExpressibleByArgument, CaseIterable { case file, line }

  /// The configuration that the options say.
  func configuration() throws(DataError) -> TokenizerConfiguration {
    let plain = try TokenizerConfiguration(level: level, isLossless: lossless, locale: locale)
    var normalization = plain.normalization
    if let normalize {
      normalization.form = normalize
      if normalize == .none { normalization.lineEndings = .keep }
    }
    if let lineEndings { normalization.lineEndings = lineEndings }
    if lowercase && casefold {
      throw DataError(.usage, "--lowercase and --casefold exclude one another: give one of them")
    }
    normalization.caseMapping = casefold ? .fold : lowercase ? .lower : .keep
    return try TokenizerConfiguration(
      level: level, normalization: normalization, isLossless: lossless,
      unknown: unknown ?? (lossless == true ? .bytes : nil), documents: boundary(), locale: locale)
  }

  private func boundary() throws(DataError) -> DocumentBoundary {
    if documents != nil && documentSeparator != nil {
      throw DataError(.usage, "--documents and --document-separator exclude one another: give one of them")
    }
    switch documents {
    case .file: return .file
    case .line: return .line
    case nil: return try documentSeparator.map { (text) throws(DataError) in .separator(try unescaped(text)) } ?? .none
    }
  }

  /// The bytes of a text in which `\\n`, `\\r`, `\\t`, `\\0` and `\\\\` are read as in C.
  private func unescaped(_ text: String) throws(DataError) -> [UInt8] {
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in text.utf8 {
      guard isEscaped else {
        if byte == UInt8(ascii: "\\") { isEscaped = true } else { bytes.append(byte) }
        continue
      }
      isEscaped = false
      switch byte {
      case UInt8(ascii: "n"): bytes.append(0x0A)
      case UInt8(ascii: "r"): bytes.append(0x0D)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "0"): bytes.append(0x00)
      case UInt8(ascii: "\\"): bytes.append(byte)
      default:
        throw DataError(
          .usage,
          "--document-separator \(DataError.shown(text)): only \\n, \\r, \\t, \\0 and \\\\ can stand in a separator")
      }
    }
    if isEscaped {
      throw DataError(
        .usage, "--document-separator \(DataError.shown(text)) ends with a single \\; write \\\\ for one")
    }
    return bytes
  }
}

/// What is done with bytes that are not UTF-8.
struct InvalidOption: ParsableArguments {
  @Option(
    help: """
      On bytes that are not UTF-8: error, replace by U+FFFD, or bytes, which keeps them (default: bytes where the \
      vocabulary spells bytes and text stays as it is, else error).
      """)
  var invalid: InvalidUTF8Policy?
}

/// How many threads work.
struct ThreadsOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Threads; the result does not depend on them (default: one for each processor).", valueName: "n"))
  var threads: Int?

  /// How many threads work.
  var count: Int { threads ?? defaultThreadCount }

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads); it must be from 1 to 1024.")
    }
  }
}

/// The texts of a command line.
func inputs(_ arguments: [String]) throws(DataError) -> [CorpusInput] { try CorpusInput.matching(arguments) }
