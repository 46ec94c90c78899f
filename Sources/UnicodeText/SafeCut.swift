import CText

/// Where text may be cut so that neither normalization nor segmentation of one side depends on the other.
///
/// Safe places are: after U+000A, over which nothing composes and before which and after which each cluster and word
/// ends (GB4, GB5, WB3a, WB3b); and between U+0020 and a letter or digit that begins anew in every form. A stretch
/// without a safe place that is longer than a limit is cut at the limit all the same, so that memory is bounded; that
/// depends on the text alone, not on the pieces it comes in.
struct SafeCut {
  /// The longest stretch, in bytes.
  let limit: Int

  /// How far back from the limit a place is looked for that parts neither a cluster nor a composition.
  private static let reach = 256

  /// The end of a block at the start of a text that stands by itself, or nil while more text must be awaited.
  ///
  /// - Parameters:
  ///   - text: valid UTF-8 that starts at a cut.
  ///   - isFinal: whether the text ends here.
  func end(of text: UnsafeBufferPointer<UInt8>, isFinal: Bool) -> Int? {
    let window = min(limit, text.count)
    if let lineFeed = text[..<window].lastIndex(of: 0x0A) { return lineFeed + 1 }
    if isFinal && text.count <= limit { return text.isEmpty ? nil : text.count }
    return lastWordStart(in: text, upTo: window) ?? (text.count > limit ? forcedCut(in: text) : nil)
  }

  /// The last place up to an index where a letter or digit follows U+0020.
  private func lastWordStart(in text: UnsafeBufferPointer<UInt8>, upTo last: Int) -> Int? {
    var place = min(last, text.count - 1)
    while place > 0 {
      if text[place - 1] == 0x20 {
        var index = place
        if text_starts_afresh(text.nextScalar(&index)) { return place }
      }
      place -= 1
    }
    return nil
  }

  /// The least harmful place near the limit, else the last whole scalar.
  private func forcedCut(in text: UnsafeBufferPointer<UInt8>) -> Int {
    var last = limit
    while last > 1 && text[last] & 0xC0 == 0x80 { last -= 1 }
    var place = last
    while place > 4 && place > last - Self.reach {
      let start = text.startOfScalar(before: place)
      var leftIndex = start
      var rightIndex = place
      if text_may_part(text.nextScalar(&leftIndex), text.nextScalar(&rightIndex)) { return place }
      place = start
    }
    return last
  }
}
