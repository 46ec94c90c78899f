import UnicodeText

extension Segmenter {
  /// Appends the ends of all segments of a text.
  func appendEnds(of text: Span<UInt8>, to ends: inout [Int]) {
    var segmenter = self
    segmenter.divide(text) { batch in
      for index in batch.indices { ends.append(batch[index]) }
    }
  }
}

extension WordSegmenter {
  /// Appends the ends of all segments of a text, and what they are.
  func appendEnds(of text: Span<UInt8>, to ends: inout [Int], kinds: inout [Kind]) {
    divide(text) { batch, statuses in
      for index in batch.indices {
        ends.append(batch[index])
        kinds.append(Kind(status: statuses[index]))
      }
    }
  }
}
