/// How text is made uniform before it is segmented.
public struct TextNormalization: Sendable, Equatable {
  /// The Unicode normalization form.
  public var form: NormalizationForm

  /// What is done with upper and lower case.
  public var caseMapping: CaseMapping

  /// What is done with the ends of lines.
  public var lineEndings: LineEndingPolicy

  /// A way to make text uniform; by default NFC and line feeds.
  public init(form: NormalizationForm = .nfc, caseMapping: CaseMapping = .keep, lineEndings: LineEndingPolicy = .lf) {
    self.form = form
    self.caseMapping = caseMapping
    self.lineEndings = lineEndings
  }

  /// Text stays as it is.
  public static let unchanged = TextNormalization(form: .none, caseMapping: .keep, lineEndings: .keep)

  /// Whether a text of UTF-8 is uniform already.
  public func isHeld(by text: Span<UInt8>) -> Bool {
    var result: [UInt8] = []
    var normalizer = BlockNormalizer(self, invalidUTF8: .bytes)
    guard let isChanged = try? normalizer.normalize(text, into: &result) else { return false }
    return !isChanged || text.withUnsafeBufferPointer { result.elementsEqual($0) }
  }

  /// The normalized form of a whole text of UTF-8; of one that is ill-formed, with U+FFFD for what is.
  public func normalized(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var normalizer = BlockNormalizer(self, invalidUTF8: .replace)
    // With replacement nothing is refused.
    guard let isWritten = try? normalizer.normalize(text.span, into: &result) else { return text }
    return isWritten ? result : text
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

/// What is done with upper and lower case, without regard to a language.
///
/// The mapping is applied to the decomposed text, so that the result is in the normalization form, too.
public enum CaseMapping: String, Sendable, CaseIterable {
  /// It stays as it is.
  case keep
  /// Each scalar takes its full lower-case mapping without regard to its neighbours: U+0130 becomes two scalars, Σ is
  /// always σ.
  case lower
  /// Each scalar takes its full case folding, for caseless matching: ß becomes ss, final ς σ (Unicode 15.0, D145).
  case fold
}
