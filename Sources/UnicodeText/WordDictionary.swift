import CText

/// ICU's words of a locale, for the stretches of text that its dictionaries divide (Thai, Chinese, Japanese &c.).
///
/// A stretch is a segment by the rules, or any number of them. ICU takes it in UTF-16: in UTF-8 it works more slowly,
/// and divides Khmer otherwise, since it measures the shortest words in units of what it is given.
final class WordDictionary {
  let words: OpaquePointer
  private var units: UnsafeMutableBufferPointer<UInt16>
  private let unitEnds: UnsafeMutablePointer<Int32>

  /// Takes over a locale that ICU has opened.
  init(_ words: OpaquePointer) {
    self.words = words
    units = .allocate(capacity: WordBatch.capacity)
    unitEnds = .allocate(capacity: WordBatch.capacity)
  }

  deinit {
    text_words_close(words)
    units.deallocate()
    unitEnds.deallocate()
  }

  /// Divides a stretch of valid UTF-8 that begins and ends with a segment.
  ///
  /// - Parameters:
  ///   - text: the text; the ends are offsets from its start.
  ///   - range: the stretch, which is one segment of status 0 where ICU lacks memory.
  ///   - batch: is empty before and after.
  ///   - consume: takes each batch of segments.
  func divide(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ batch: inout WordBatch, _ consume: (WordBatch) -> Void
  ) {
    let unitCount = convert(text, range)
    guard let unitCount = Int32(exactly: unitCount), text_words_begin(words, units.baseAddress, unitCount) else {
      batch.append(range.upperBound, status: 0)
      batch.empty(into: consume)
      return
    }
    var index = range.lowerBound
    var unit: Int32 = 0
    while true {
      let count = Int(text_words_next(words, unitEnds, batch.statuses, Int32(WordBatch.capacity)))
      for place in 0..<count {
        while unit < unitEnds[place] { unit += text.nextScalar(&index) < 0x1_0000 ? 1 : 2 }
        batch.ends[place] = min(index, range.upperBound)
      }
      batch.count = count
      batch.empty(into: consume)
      if count < WordBatch.capacity { break }
    }
  }

  /// Fills `units` with a stretch and gives their number.
  private func convert(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
    // A scalar becomes no more units than it has bytes; what is not UTF-8 may reach beyond the stretch.
    if units.count <= range.count {
      units.deallocate()
      units = .allocate(capacity: max(range.count + 1, 2 * units.count))
    }
    let units = units
    var count = 0
    var index = range.lowerBound
    while index < range.upperBound {
      let scalar = text.nextScalar(&index)
      if scalar < 0x1_0000 {
        units[count] = UInt16(truncatingIfNeeded: scalar)
        count += 1
      } else {
        units[count] = UInt16(truncatingIfNeeded: 0xD7C0 + scalar >> 10)
        units[count + 1] = UInt16(truncatingIfNeeded: 0xDC00 | scalar & 0x3FF)
        count += 2
      }
    }
    return count
  }
}
