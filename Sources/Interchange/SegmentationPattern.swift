import UnicodeText

/// How text is divided before tokens are looked up, as regular expressions of Oniguruma, which `tokenizers` has.
///
/// Classes are written as ranges of Unicode 15.0, since the libraries that read a `tokenizer.json` have other versions.
enum SegmentationPattern {
  /// Any white space, for use within brackets.
  static let whiteSpace = members(of: ScalarRanges.whiteSpace)

  /// White space that ends no line, for use within brackets.
  private static let blanks = members(of: remove(0x0A...0x0A, from: ScalarRanges.whiteSpace))

  /// Runs of white space and what stands between them, with each end of a line by itself.
  static let whitespaceRuns: String = {
    let spaces = members(of: remove(0x0D...0x0D, from: remove(0x0A...0x0A, from: ScalarRanges.whiteSpace)))
    return #"\r\n?|\n|[^\#(whiteSpace)]+|[\#(spaces)]+"#
  }()

  /// What stands between white space, and line feeds; other white space is dropped.
  static let literatureTokens = #"\n|[^\#(whiteSpace)]+"#

  /// Where a text whose last line has no line feed ends, with the blanks before its end.
  static let openLineEnd = #"(?<=[^\#(whiteSpace)])[\#(blanks)]*\z"#

  /// Extended grapheme clusters (UAX #29 of Unicode 15.0, table 1c), one behind the other.
  static let graphemes: String = {
    func set(_ classes: GraphemeClass...) -> String { "[\(members(of: classes.flatMap(\.ranges)))]" }
    let control = members(of: remove(0xD800...0xDFFF, from: GraphemeClass.control.ranges)) + #"\r\n"#
    let (l, v, t) = (set(.leadingJamo), set(.vowelJamo), set(.trailingJamo))
    let hangul = "\(l)*(?:\(v)+|\(set(.openSyllable))\(v)*|\(set(.closedSyllable)))\(t)*|\(l)+|\(t)+"
    let flag = "\(set(.regionalIndicator)){2}"
    let emoji = "\(set(.pictograph))(?:\(set(.extend))*\(set(.joiner))\(set(.pictograph)))*"
    let core = #"(?:\#(hangul)|\#(flag)|\#(emoji)|[^\#(control)])"#
    return #"\r\n|[\#(control)]|\#(set(.prepend))*\#(core)\#(set(.extend, .joiner, .spacingMark))*"#
  }()

  /// What byte-pair encoding never merges across, as `PretokenSegmenter` has it.
  static let pretokens: String = {
    let letters = members(of: ScalarRanges.lettersAndMarks)
    let numbers = members(of: ScalarRanges.numbers)
    return #"\n| ?[\#(letters)]+(?:['\x{2019}\x{200C}\x{200D}][\#(letters)]+)*| ?[\#(numbers)]+"#
      + #"| ?[^\#(whiteSpace)\#(letters)\#(numbers)]+|[\#(blanks)]+(?= [^\#(whiteSpace)])|[\#(blanks)]+"#
  }()

  /// Scalars as the inside of brackets.
  static func members(of ranges: [ClosedRange<UInt32>]) -> String {
    func scalar(_ value: UInt32) -> String { #"\x{"# + String(value, radix: 16, uppercase: true) + "}" }
    return ranges.map { range in
      range.count == 1 ? scalar(range.lowerBound) : scalar(range.lowerBound) + "-" + scalar(range.upperBound)
    }.joined()
  }

  private static func remove(
    _ removed: ClosedRange<UInt32>, from ranges: [ClosedRange<UInt32>]
  ) -> [ClosedRange<UInt32>] {
    ranges.flatMap { range -> [ClosedRange<UInt32>] in
      guard range.overlaps(removed) else { return [range] }
      let before = range.lowerBound < removed.lowerBound ? [range.lowerBound...removed.lowerBound - 1] : []
      let after = range.upperBound > removed.upperBound ? [removed.upperBound + 1...range.upperBound] : []
      return before + after
    }
  }
}
