import CText

/// Segments that are extended grapheme clusters (UAX #29), by utf8proc.
public struct GraphemeSegmenter: Segmenter {
  /// A segmenter for grapheme clusters.
  public init() {}

  /// Appends the end of each cluster.
  public func appendEnds(of text: Span<UInt8>, to ends: inout [Int]) {
    text.withUnsafeBufferPointer { bytes in
      guard !bytes.isEmpty else { return }
      var index = 0
      var state: Int32 = 0
      var left = bytes.nextScalar(&index)
      while index < bytes.count {
        let boundary = index
        let right = bytes.nextScalar(&index)
        if left < 0x80 && right < 0x80 {
          // Of ASCII, only U+000D U+000A is a cluster of two.
          state = 0
          if left != 0x0D || right != 0x0A { ends.append(boundary) }
        } else if text_is_grapheme_break(left, right, &state) {
          state = 0
          ends.append(boundary)
        }
        left = right
      }
      ends.append(bytes.count)
    }
  }
}
