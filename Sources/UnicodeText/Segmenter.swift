/// Cuts text into segments that together are the text.
public protocol Segmenter {
  /// Hands out the end of each segment of a text, as a byte offset from its start, some of them at a time.
  ///
  /// - Parameters:
  ///   - text: valid UTF-8 that stands by itself, such as a block of `CorpusReader`.
  ///   - consume: is given one end or more, ascending; the last one of all is the text's count.
  mutating func divide(_ text: Span<UInt8>, _ consume: (Span<Int>) -> Void)
}

/// Ends of segments on their way out, in a buffer that is used again and again.
struct EndBatch {
  private let ends: UnsafeMutableBufferPointer<Int>
  private var count = 0

  /// Calls the body with a batch, and hands out what is left in it.
  static func use(_ consume: (Span<Int>) -> Void, _ body: (inout EndBatch) -> Void) {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 1024) { ends in
      var batch = EndBatch(ends: ends)
      body(&batch)
      batch.empty(into: consume)
    }
  }

  private init(ends: UnsafeMutableBufferPointer<Int>) {
    self.ends = ends
  }

  /// Adds an end.
  @inline(__always)
  mutating func append(_ end: Int, _ consume: (Span<Int>) -> Void) {
    makeRoom(for: 1, consume)
    ends[count] = end
    count &+= 1
  }

  /// Hands out what is there unless there is room for some ends more.
  @inline(__always)
  mutating func makeRoom(for more: Int, _ consume: (Span<Int>) -> Void) {
    if ends.count &- count < more { empty(into: consume) }
  }

  /// Writes an end, which is kept if asked for; there must be room.
  @inline(__always)
  mutating func write(_ end: Int, keeping kept: Int) {
    ends[count] = end
    count &+= kept
  }

  /// Writes `width` ends one behind the other and keeps the first ones; there must be room.
  @inline(__always)
  mutating func writeRun(from start: Int, width: Int, keeping kept: Int) {
    for offset in 0..<width { ends[count &+ offset] = start &+ offset }
    count &+= kept
  }

  private mutating func empty(into consume: (Span<Int>) -> Void) {
    if count > 0 { consume(UnsafeBufferPointer(rebasing: ends[..<count]).span) }
    count = 0
  }
}

/// Segments that are single Unicode scalars.
public struct ScalarSegmenter: Segmenter {
  /// A segmenter for scalars.
  public init() {}

  /// Hands out the end of each scalar.
  public func divide(_ text: Span<UInt8>, _ consume: (Span<Int>) -> Void) {
    text.withUnsafeBufferPointer { bytes in
      EndBatch.use(consume) { batch in
        var index = 0
        while index < bytes.count {
          _ = bytes.nextScalar(&index)
          batch.append(index, consume)
        }
      }
    }
  }
}

/// Segments that are runs of white space and what stands between them; each line ending is a segment of its own.
public struct WhitespaceSegmenter: Segmenter {
  /// A segmenter for what stands between white space.
  public init() {}

  /// Hands out the end of each run.
  public func divide(_ text: Span<UInt8>, _ consume: (Span<Int>) -> Void) {
    EndBatch.use(consume) { batch in
      var index = 0
      while index < text.count {
        index = Self.end(of: text, from: index)
        batch.append(index, consume)
      }
    }
  }

  @inline(__always)
  private static func end(of text: Span<UInt8>, from start: Int) -> Int {
    if let ending = lineEnding(in: text, at: start) { return start + ending }
    var index = start
    if let length = WhiteSpace.length(in: text, at: index) {
      index += length
      while index < text.count, lineEnding(in: text, at: index) == nil,
        let length = WhiteSpace.length(in: text, at: index)
      {
        index += length
      }
    } else {
      while index < text.count, WhiteSpace.length(in: text, at: index) == nil { index += 1 }
    }
    return index
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
