import DataFiles
import UnicodeText

/// The tokens of normalized text, at the levels where a token may be longer than a scalar.
final class TokenStream {
  private var segmenter: any Segmenter
  private let isLossless: Bool
  private var ranges: [Range<Int>] = []

  /// Nil at the levels of bytes and scalars.
  init?(configuration: TokenizerConfiguration) throws(DataError) {
    guard let segmenter = try configuration.makeSegmenter() else { return nil }
    self.segmenter = segmenter
    isLossless = configuration.isLossless
  }

  /// Hands out the place of each token of a text, in bytes, some of them at a time; an empty one is the end of a line.
  func divide(_ text: Span<UInt8>, _ consume: ([Range<Int>]) -> Void) {
    var start = 0
    segmenter.divide(text) { ends in
      ranges.removeAll(keepingCapacity: true)
      if isLossless {
        appendAll(ends, from: start)
      } else {
        appendWithoutWhiteSpace(text, ends, from: start)
      }
      start = ends[ends.count - 1]
      if !ranges.isEmpty { consume(ranges) }
    }
  }

  private func appendAll(_ ends: Span<Int>, from start: Int) {
    ranges.append(addingCapacity: ends.count) { output in
      var start = start
      for index in ends.indices {
        output.append(start..<ends[index])
        start = ends[index]
      }
    }
  }

  private func appendWithoutWhiteSpace(_ text: Span<UInt8>, _ ends: Span<Int>, from start: Int) {
    // A segment of white space holds as many ends of lines as it has bytes, at most.
    ranges.append(addingCapacity: ends[ends.count - 1] - start) { output in
      var start = start
      for index in ends.indices {
        let end = ends[index]
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
