import DataFiles
import UnicodeText

/// The tokens of normalized text, at the levels where a token may be longer than a scalar.
final class TokenStream {
  private var segmenter: any Segmenter
  private let isLossless: Bool
  private var ends: [Int] = []

  /// Nil at the levels of bytes and scalars.
  init?(configuration: TokenizerConfiguration) throws(DataError) {
    guard let segmenter = try configuration.makeSegmenter() else { return nil }
    self.segmenter = segmenter
    isLossless = configuration.isLossless
  }

  /// Calls the body with the place of each token of a text, in bytes; an empty one is the end of a line.
  @inline(__always)
  func forEachToken(of text: Span<UInt8>, _ body: (Range<Int>) -> Void) {
    ends.removeAll(keepingCapacity: true)
    segmenter.appendEnds(of: text, to: &ends)
    let ends = self.ends
    var start = 0
    for end in ends {
      if isLossless || !WhiteSpace.fills(text.extracting(start..<end)) {
        body(start..<end)
      } else {
        for index in start..<end where text[index] == 0x0A { body(index..<index) }
      }
      start = end
    }
  }
}
