public import ArgumentParser
public import Longhand

extension TokenizerLevel: ExpressibleByArgument {}
extension NormalizationForm: ExpressibleByArgument {}
extension LineEndingPolicy: ExpressibleByArgument {}
extension InvalidUTF8Policy: ExpressibleByArgument {}

/// How text becomes tokens.
struct TextOptions: ParsableArguments {
  @Option(help: "What a token is: byte, character (a Unicode scalar), grapheme, word (UAX #29) or whitespace.")
  var level = TokenizerLevel.character

  @Option(help: "Unicode form of the text: none, nfc, nfd, nfkc, nfkd or nfkc-casefold (default: nfc; none for bytes).")
  var normalize: NormalizationForm?

  @Flag(inversion: .prefixedNo, exclusivity: .chooseLast, help: "Turn the text into lower case first.")
  var lowercase = false

  @Option(help: "Keep the line endings, or turn CR LF and CR into LF: keep or lf (default: lf; keep for bytes).")
  var lineEndings: LineEndingPolicy?

  @Option(help: "Locale whose rules divide words, such as en or ja_JP.")
  var locale = "root"

  @Flag(
    inversion: .prefixedNo, exclusivity: .chooseLast,
    help: """
      Of words: make tokens of the spaces too, so that nothing is lost; or drop them and end every line with <eos>, as \
      the literature does (default: lossless; not so for whitespace).
      """)
  var lossless: Bool?

  @Option(parsing: .unconditional, help: "Tokens that occur less often are unknown.")
  var minCount = 1

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Most tokens of the vocabulary, special ones included.", valueName: "n")
  )
  var maxSize: Int?

  /// The configuration that the options say.
  func configuration() throws(DataError) -> TokenizerConfiguration {
    let plain = try TokenizerConfiguration(level: level, isLossless: lossless, locale: locale)
    var normalization = plain.normalization
    if let normalize { normalization.form = normalize }
    if let lineEndings { normalization.lineEndings = lineEndings }
    normalization.caseMapping = lowercase ? .lower : .keep
    return try TokenizerConfiguration(
      level: level, normalization: normalization, isLossless: lossless, locale: locale)
  }
}

/// What is done with bytes that are not UTF-8.
struct InvalidOption: ParsableArguments {
  @Option(name: .customLong("invalid"), help: "On bytes that are not UTF-8: error, or replace by U+FFFD.")
  var policy = InvalidUTF8Policy.error
}

/// The texts of a command line.
func inputs(_ arguments: [String]) -> [CorpusInput] { arguments.map(CorpusInput.init(argument:)) }
