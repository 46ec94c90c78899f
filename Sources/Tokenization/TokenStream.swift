import DataFiles
import UnicodeText

/// The tokens of normalized text, at the levels where a token may be longer than a scalar.
final class TokenStream {
  private var segmenter: any Segmenter
  private let isLossless: Bool
  private var ends: [Int] = []
  private var ranges: [Range<Int>] = []

  /// Nil at the levels of bytes and scalars.
  init?(configuration: TokenizerConfiguration) throws(DataError) {
    guard let segmenter = try configuration.makeSegmenter() else { return nil }
    self.segmenter = segmenter
    isLossless = configuration.isLossless
  }

  /// The place of each token of a text, in bytes; an empty one is the end of a line.
  func tokens(of text: Span<UInt8>) -> [Range<Int>] {
    ends.removeAll(keepingCapacity: true)
    segmenter.appendEnds(of: text, to: &ends)
    ranges.removeAll(keepingCapacity: true)
    if isLossless {
      appendAll()
    } else {
      appendWithoutWhiteSpace(text)
    }
    return ranges
  }

  private func appendAll() {
    let ends = self.ends
    ranges.append(addingCapacity: ends.count) { output in
      var start = 0
      for end in ends {
        output.append(start..<end)
        start = end
      }
    }
  }

  private func appendWithoutWhiteSpace(_ text: Span<UInt8>) {
    let ends = self.ends
    // A segment of white space holds as many ends of lines as it has bytes, at most.
    ranges.append(addingCapacity: text.count) { output in
      var start = 0
      for end in ends {
        if !WhiteSpace.fills(text.extracting(start..<end)) {
          output.append(start..<end)
        } else {
          for index in start..<end where text[index] == 0x0A { output.append(index..<index) }
        }
        start = end
      }
    }
  }
}
