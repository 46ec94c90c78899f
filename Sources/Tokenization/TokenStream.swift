import DataFiles
import UnicodeText

/// The tokens of normalized text, at the levels where a token may be longer than a scalar.
struct TokenStream {
  /// What the literature's texts write for a word that they left out.
  ///
  /// It is read as the special token in the literature's setting, and as text like any other otherwise.
  static let unknown = Array("<unk>".utf8)

  /// The tokens of the text divided last, as ranges of its bytes; an empty one is the end of a line.
  private(set) var ranges: [Range<Int>] = []

  private var segmenter: any Segmenter
  private let isLossless: Bool
  private var ends: [Int] = []

  /// Nil at the levels of bytes and scalars.
  init?(configuration: TokenizerConfiguration) throws(DataError) {
    guard let segmenter = try configuration.makeSegmenter() else { return nil }
    self.segmenter = segmenter
    isLossless = configuration.isLossless
  }

  /// Divides a block of text.
  mutating func divide(_ text: Span<UInt8>) {
    ends.removeAll(keepingCapacity: true)
    ranges.removeAll(keepingCapacity: true)
    segmenter.appendEnds(of: text, to: &ends)
    var start = 0
    for end in ends {
      if isLossless || !WhiteSpace.fills(text.extracting(start..<end)) {
        ranges.append(start..<end)
      } else {
        for index in start..<end where text[index] == 0x0A { ranges.append(index..<index) }
      }
      start = end
    }
  }
}

extension Span<UInt8> {
  /// Whether the bytes are those of an array.
  func elementsEqual(_ other: [UInt8]) -> Bool {
    guard count == other.count else { return false }
    for index in indices where self[index] != other[index] { return false }
    return true
  }

  /// The scalar that starts at an index of valid UTF-8; the index moves to the next one.
  @inline(__always)
  func nextScalar(_ index: inout Int) -> UInt32 {
    let lead = UInt32(self[index])
    index += 1
    guard lead >= 0x80 else { return lead }
    let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    var scalar = lead & (0x7F >> UInt32(length))
    for _ in 1..<length {
      scalar = scalar << 6 | UInt32(self[index]) & 0x3F
      index += 1
    }
    return scalar
  }
}
