/// Segments that are extended grapheme clusters (UAX #29 of Unicode 15.0).
public struct GraphemeSegmenter: Segmenter {
  private static let batch = 512

  private let breaks = GraphemeBreaks.shared
  private let returns = CarriageReturns(areStops: true)

  /// A segmenter for grapheme clusters.
  public init() {}

  /// Appends the end of each cluster.
  public func appendEnds(of text: Span<UInt8>, to ends: inout [Int]) {
    guard !text.isEmpty else { return }
    text.withUnsafeBufferPointer { bytes in
      withUnsafeTemporaryAllocation(of: Int.self, capacity: Self.batch) { batch in
        appendBreaks(of: bytes, to: &ends, through: batch)
      }
    }
    ends.append(text.count)
  }

  /// Appends the places within a text where a cluster ends, a batch at a time.
  private func appendBreaks(
    of bytes: UnsafeBufferPointer<UInt8>, to ends: inout [Int], through batch: UnsafeMutableBufferPointer<Int>
  ) {
    var count = 0
    var index = 0
    var state = GraphemeBreaks.State.start.rawValue
    while index < bytes.count {
      if batch.count &- count < 8 {
        ends.append(contentsOf: batch[..<count])
        count = 0
      }
      if bytes[index] < 0x80 && GraphemeBreaks.breaksBeforeASCII(state) {
        // Of ASCII, only U+000D is not a cluster of its own for certain.
        let stops = returns.stops(in: bytes.eightBytes(at: index))
        let length = min(stops.trailingZeroBitCount / 8, bytes.count - index)
        if length > 0 {
          for offset in 0..<8 { batch[count &+ offset] = index &+ offset }
          count &+= length
          index &+= length
          state = GraphemeBreaks.state(afterASCII: bytes[index - 1])
          continue
        }
      }
      let start = index
      let transition = breaks.transition(state, then: bytes.nextScalar(&index))
      batch[count] = start
      count &+= Int(transition >> 7)
      state = transition & ~GraphemeBreaks.breaks
    }
    ends.append(contentsOf: batch[..<count])
  }
}
