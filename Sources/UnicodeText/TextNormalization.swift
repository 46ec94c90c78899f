/// How text is made uniform before it is segmented.
public struct TextNormalization: Sendable, Equatable {
  /// The Unicode normalization form.
  public var form: NormalizationForm

  /// Whether upper case becomes lower case.
  ///
  /// Each scalar takes its full lower-case mapping without regard to its neighbours or a language (U+0130 becomes two
  /// scalars, Σ is always σ), on the decomposed text, so that the result is in the normalization form, too.
  public var lowercase: Bool

  /// What is done with the ends of lines.
  public var lineEndings: LineEndingPolicy

  /// A way to make text uniform; by default NFC and line feeds.
  public init(form: NormalizationForm = .nfc, lowercase: Bool = false, lineEndings: LineEndingPolicy = .lf) {
    self.form = form
    self.lowercase = lowercase
    self.lineEndings = lineEndings
  }

  /// Text stays as it is.
  public static let unchanged = TextNormalization(form: .none, lowercase: false, lineEndings: .keep)

  /// Whether a text of valid UTF-8 is uniform already.
  public func isHeld(by text: Span<UInt8>) -> Bool {
    text.withUnsafeBufferPointer { normalized(Array($0)).elementsEqual($0) }
  }

  /// The normalized form of a whole text of valid UTF-8.
  public func normalized(_ text: [UInt8]) -> [UInt8] {
    var lines = text
    if lineEndings == .lf {
      var converter = LineEndingConverter()
      converter.convert(&lines, from: 0)
    }
    var result: [UInt8] = []
    var normalizer = Normalizer(form: form, lowercase: lowercase)
    normalizer.append(lines, 0..<lines.count, to: &result)
    return result
  }
}

/// A Unicode normalization form (UAX #15), by its name on the command line.
public enum NormalizationForm: String, Sendable, CaseIterable {
  /// Text stays as it is.
  case none
  /// Canonical composition.
  case nfc
  /// Canonical decomposition.
  case nfd
  /// Compatibility composition.
  case nfkc
  /// Compatibility decomposition.
  case nfkd
  /// Compatibility composition with case folding, less what is ignorable by default (Unicode 15.0, section 3.13).
  case nfkcCasefold = "nfkc-casefold"
}

/// What is done with the ends of lines.
public enum LineEndingPolicy: String, Sendable, CaseIterable {
  /// They stay as they are.
  case keep
  /// U+000D U+000A and U+000D alone become U+000A.
  case lf
}
