import CText

/// One pass over a text that finds its words by the rules, and asks ICU's dictionaries where those decide.
///
/// Wherever a segment ends, the next one depends on nothing before it, so three ways take turns from end to end: bits
/// for what is plain ASCII, the automaton in running text for what is not, and the automaton segment by segment where
/// one must be looked at again.
struct WordScan {
  let text: UnsafeBufferPointer<UInt8>
  let rules: WordRules
  /// The signs of the rules in ASCII, or nil if the bits are not to be used.
  let signs: text_ascii_signs?
  let dictionary: WordDictionary
  var batch: WordBatch

  /// How many bytes the automaton reads between two looks at what comes.
  private static let stride = WordBatch.stride / 2

  /// Hands out the segments in batches.
  mutating func run(_ consume: (WordBatch) -> Void) {
    var start = 0
    while start < text.count {
      if batch.isFull { batch.empty(into: consume) }
      if let signs, isASCII(from: start, words: 1) { start = runBits(from: start, signs) }
      if batch.isFull { batch.empty(into: consume) }
      let (next, isPlain) = runSteps(from: start)
      start = isPlain ? next : runCarefully(from: next, consume)
    }
    batch.empty(into: consume)
  }

  /// Whether the next eight bytes are there and are ASCII, `count` times.
  @inline(__always)
  private func isASCII(from index: Int, words count: Int) -> Bool {
    guard text.count &- index >= 8 &* count else { return false }
    let bits = (0..<count).reduce(0) { $0 | text.eightBytes(at: index &+ 8 &* $1) }
    return bits & 0x8080_8080_8080_8080 == 0
  }

  /// Adds the segments of ASCII from a segment's start on; gives the end of the last one.
  private mutating func runBits(from start: Int, _ signs: text_ascii_signs) -> Int {
    var filled = Int32(batch.count)
    let end = batch.ends.withMemoryRebound(to: Int64.self, capacity: WordBatch.capacity) { ends in
      text_ascii_word_ends(
        text.baseAddress, Int64(start), Int64(text.count), signs, ends, Int32(WordBatch.capacity), &filled)
    }
    batch.count = Int(filled)
    return Int(end)
  }

  /// Adds segments from a segment's start on, until something else should go on.
  ///
  /// - Returns: the start of the next segment, and whether that may be found in running text.
  @inline(__always)
  private mutating func runSteps(from start: Int) -> (start: Int, isPlain: Bool) {
    let (text, rules) = (text, rules)
    let (steps, rowStatuses) = (rules.steps, rules.statuses)
    let (ends, statuses) = (batch.ends, batch.statuses)
    let before = batch.count
    var count = before
    defer { batch.count = count }
    var index = start
    var row = rules.firstRow
    var pause = min(start + Self.stride, text.count)
    while true {
      while index < pause {
        // Whether a segment ends here or not, its end is written; without a branch it is kept or written over.
        ends[count] = index
        statuses[count] = rowStatuses[row]
        let step = steps[row &+ rules.nextClass(in: text, &index)]
        count &+= Int(step >> WordRules.breakBit)
        row = Int(step & WordRules.row)
        if step & WordRules.needsCare != 0 { return (count == before ? start : ends[count - 1], false) }
      }
      if index >= text.count {
        guard rowStatuses[row] >= 0 else { return (count == before ? start : ends[count - 1], false) }
        ends[count] = text.count
        statuses[count] = rowStatuses[row]
        count += 1
        return (text.count, true)
      }
      if count > before, WordBatch.isFull(count) || signs != nil && isASCII(from: index, words: 2) {
        return (ends[count - 1], true)
      }
      pause = min(pause + Self.stride, text.count)
    }
  }

  /// Adds the one segment, or its parts by a dictionary, that starts at an index; gives its end.
  @inline(never)
  private mutating func runCarefully(from start: Int, _ consume: (WordBatch) -> Void) -> Int {
    var index = start
    var row = rules.firstRow
    var usesDictionary = false
    var end = start
    var status: Int32 = 0
    var mayBeDivided = false
    _ = text.nextScalar(&end)
    let endOfFirst = end
    while index < text.count {
      let scalarClass = rules.nextClass(in: text, &index)
      row = Int(rules.nextRows[row + scalarClass])
      if row == 0 { break }
      usesDictionary = usesDictionary || rules.usesDictionary[scalarClass]
      if rules.statuses[row] >= 0 {
        end = min(index, text.count)
        status = rules.statuses[row]
        mayBeDivided = usesDictionary && end > endOfFirst
      }
    }
    if mayBeDivided {
      batch.empty(into: consume)
      dictionary.divide(text, start..<end, &batch, consume)
    } else {
      batch.append(end, status: status)
    }
    return end
  }
}
