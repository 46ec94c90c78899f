import CText

/// Where a corpus may be cut so that neither normalization nor segmentation of one side depends on the other.
///
/// Safe places are: after U+000A, over which nothing composes and around which each cluster and word ends (GB4, GB5,
/// WB3a, WB3b); and before a U+0020 that stands between a scalar that is no white space and lets a break follow, and a
/// letter or digit that begins anew in every form. A stretch without a safe place that is longer than a limit is cut
/// at the limit all the same, so that memory is bounded; that depends on the text alone, not on the pieces it comes in.
/// The text need not be UTF-8: ill-formed bytes are never next to a cut before a space.
struct SafeCut {
  /// The longest stretch, in bytes.
  let limit: Int

  /// What must be known behind a place before it can be judged.
  static let lookahead = 8
  /// How far back from the limit a place is looked for that parts neither a cluster nor a composition.
  private static let reach = 256

  /// The last safe place of a text that starts at a cut, none before `start`; nil where there is none up to the limit.
  ///
  /// - Parameters:
  ///   - text: the bytes that are there.
  ///   - start: places before it, which are not safe, are not looked at again.
  func last(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    var end = min(limit, text.count)
    guard start <= end else { return nil }
    if let lineFeed = text.lastIndex(of: 0x0A, in: max(start - 1, 0)..<end) { return lineFeed + 1 }
    let first = max(start, 1)
    end = min(limit + 1, text.count)
    while first < end, let space = text.lastIndex(of: 0x20, in: first..<end) {
      if partsWords(text, at: space) { return space }
      end = space
    }
    return nil
  }

  /// Whether a space stands between the end of a word and a letter or digit.
  private func partsWords(_ text: UnsafeBufferPointer<UInt8>, at space: Int) -> Bool {
    guard case .scalar = text.sequence(at: space + 1), let left = text.startOfValidScalar(before: space) else {
      return false
    }
    var (leftIndex, rightIndex) = (left, space + 1)
    return text_ends_word(text.nextScalar(&leftIndex)) && text_starts_afresh(text.nextScalar(&rightIndex))
  }

  /// The least harmful place near the limit, else the last one that cuts no scalar.
  func forced(in text: UnsafeBufferPointer<UInt8>) -> Int {
    var last = limit
    while last > limit - 4 && last > 1 && text[last] & 0xC0 == 0x80 { last -= 1 }
    if text[last] & 0xC0 == 0x80 { return limit }
    var place = last
    while place > 4 && place > last - Self.reach {
      guard let start = text.startOfValidScalar(before: place), case .scalar = text.sequence(at: place) else { break }
      var (leftIndex, rightIndex) = (start, place)
      if text_may_part(text.nextScalar(&leftIndex), text.nextScalar(&rightIndex)) { return place }
      place = start
    }
    return text[last - 1] == 0x0D && text[last] == 0x0A ? last - 1 : last
  }
}
