/// Segments that are extended grapheme clusters (UAX #29 of Unicode 15.0).
public struct GraphemeSegmenter: Segmenter {
  private let breaks = GraphemeBreaks.shared
  private let returns = CarriageReturns(areStops: true)

  /// A segmenter for grapheme clusters.
  public init() {}

  /// Hands out the end of each cluster.
  public func divide(_ text: Span<UInt8>, _ consume: (Span<Int>) -> Void) {
    guard !text.isEmpty else { return }
    text.withUnsafeBufferPointer { bytes in
      EndBatch.use(consume) { batch in
        divide(bytes, through: &batch, consume)
        batch.append(bytes.count, consume)
      }
    }
  }

  /// Finds the places within a text where a cluster ends.
  private func divide(
    _ bytes: UnsafeBufferPointer<UInt8>, through batch: inout EndBatch, _ consume: (Span<Int>) -> Void
  ) {
    var index = 0
    var state = GraphemeBreaks.State.start.rawValue
    while index < bytes.count {
      batch.makeRoom(for: 8, consume)
      if bytes[index] < 0x80 && GraphemeBreaks.breaksBeforeASCII(state) {
        // Of ASCII, only U+000D is not a cluster of its own for certain.
        let stops = returns.stops(in: bytes.eightBytes(at: index))
        let length = min(stops.trailingZeroBitCount / 8, bytes.count - index)
        if length > 0 {
          batch.writeRun(from: index, width: 8, keeping: length)
          index &+= length
          state = GraphemeBreaks.state(afterASCII: bytes[index - 1])
          continue
        }
      }
      let start = index
      let transition = breaks.transition(state, then: bytes.nextScalar(&index))
      batch.write(start, keeping: Int(transition >> 7))
      state = transition & ~GraphemeBreaks.breaks
    }
  }
}
