import CText

extension text_property {
  /// The scalars with the property, in order.
  var scalars: [UInt32] { ranges { text_property_ranges(self, $0, $1) }.flatMap(Array.init) }
}

extension text_grapheme_class {
  /// The scalars of the class, in order.
  var scalars: [UInt32] { ranges { text_grapheme_ranges(self, $0, $1) }.flatMap(Array.init) }
}

private func ranges(_ write: (UnsafeMutablePointer<UInt32>?, Int32) -> Int32) -> [ClosedRange<UInt32>] {
  let count = write(nil, 0)
  var ends = [UInt32](repeating: 0, count: 2 * Int(count))
  _ = write(&ends, count)
  return (0..<Int(count)).map { ends[2 * $0]...ends[2 * $0 + 1] }
}

/// What a scalar is to extended grapheme clusters: a value of Grapheme_Cluster_Break, or Extended_Pictographic.
public enum GraphemeClass: Sendable {
  /// Controls other than U+000A and U+000D.
  case control
  /// What extends a cluster, U+200D apart.
  case extend
  /// U+200D.
  case joiner
  /// One of a pair that is a flag.
  case regionalIndicator
  /// What a cluster goes on after.
  case prepend
  /// Marks that take space.
  case spacingMark
  /// A leading consonant of Hangul.
  case leadingJamo
  /// A vowel of Hangul.
  case vowelJamo
  /// A trailing consonant of Hangul.
  case trailingJamo
  /// A syllable of Hangul that is open.
  case openSyllable
  /// A syllable of Hangul that a consonant closes.
  case closedSyllable
  /// What U+200D joins to one picture.
  case pictograph

  /// The scalars of the class, as ranges in their order.
  public var ranges: [ClosedRange<UInt32>] {
    UnicodeText.ranges { text_grapheme_ranges(code, $0, $1) }
  }

  private var code: text_grapheme_class {
    switch self {
    case .control: TEXT_CONTROL
    case .extend: TEXT_EXTEND
    case .joiner: TEXT_ZWJ
    case .regionalIndicator: TEXT_REGIONAL_INDICATOR
    case .prepend: TEXT_PREPEND
    case .spacingMark: TEXT_SPACING_MARK
    case .leadingJamo: TEXT_L
    case .vowelJamo: TEXT_V
    case .trailingJamo: TEXT_T
    case .openSyllable: TEXT_LV
    case .closedSyllable: TEXT_LVT
    case .pictograph: TEXT_PICTOGRAPHIC
    }
  }
}
