/// Cuts text into segments that together are the text.
public protocol Segmenter {
  /// Appends the end of each segment of a text, as a byte offset from its start.
  ///
  /// - Parameters:
  ///   - text: valid UTF-8 that stands by itself, such as a block of `CorpusReader`.
  ///   - ends: ascending; the last one is the text's count.
  mutating func appendEnds(of text: Span<UInt8>, to ends: inout [Int])
}

/// Segments that are single Unicode scalars.
public struct ScalarSegmenter: Segmenter {
  /// A segmenter for scalars.
  public init() {}

  /// Appends the end of each scalar.
  public func appendEnds(of text: Span<UInt8>, to ends: inout [Int]) {
    text.withUnsafeBufferPointer { bytes in
      var index = 0
      while index < bytes.count {
        _ = bytes.nextScalar(&index)
        ends.append(index)
      }
    }
  }
}

/// Segments that are runs of white space and what stands between them; each line ending is a segment of its own.
public struct WhitespaceSegmenter: Segmenter {
  /// A segmenter for what stands between white space.
  public init() {}

  /// Appends the end of each run.
  public func appendEnds(of text: Span<UInt8>, to ends: inout [Int]) {
    var index = 0
    while index < text.count {
      if let ending = Self.lineEnding(in: text, at: index) {
        index += ending
      } else if let length = WhiteSpace.length(in: text, at: index) {
        index += length
        while index < text.count, Self.lineEnding(in: text, at: index) == nil,
          let length = WhiteSpace.length(in: text, at: index)
        {
          index += length
        }
      } else {
        while index < text.count, WhiteSpace.length(in: text, at: index) == nil { index += 1 }
      }
      ends.append(index)
    }
  }

  /// The length of U+000A, U+000D or the two together.
  @inline(__always)
  private static func lineEnding(in text: Span<UInt8>, at index: Int) -> Int? {
    switch text[index] {
    case 0x0A: 1
    case 0x0D: index + 1 < text.count && text[index + 1] == 0x0A ? 2 : 1
    default: nil
    }
  }
}
