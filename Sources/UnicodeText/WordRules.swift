import CText
import Synchronization

/// ICU's word rules of a locale (UAX #29), which it has compiled to a finite automaton, as tables.
///
/// A segment is the longest text that leads from the first row to one where a segment may end. Beyond such a row the
/// rules look only at a sign that may join what stands around it, and at the sign's marks; if it does not, these are the
/// next segment. So each scalar is looked at a constant number of times.
///
/// Like a `ScalarMap`, the rules are made once for a process and are never freed; all threads read them.
struct WordRules: @unchecked Sendable {
  let classes: ScalarMap<UInt8>
  /// By class: whether a dictionary may divide a segment that holds such a scalar.
  let usesDictionary: UnsafeMutablePointer<Bool>

  /// The row in which a segment starts, as an offset into the tables below; row 0 is none.
  let firstRow: Int
  /// By row: the status of a segment that ends there, or a number below 0 where none does.
  let statuses: UnsafeMutablePointer<Int32>
  /// By row and class: the next row of the segment.
  let nextRows: UnsafeMutablePointer<UInt16>
  /// By row and class: the next row in running text, whose segments follow one another, with the flags below.
  let steps: UnsafeMutablePointer<UInt16>

  /// Set where a segment ends before the scalar, which begins the next one.
  static let breakBit: UInt16 = 15
  /// The segment may end further back, or be divided by a dictionary.
  static let needsCare: UInt16 = 1 << 14
  /// The row of a step.
  static let row = needsCare - 1

  private static let known = Mutex<[(locale: String, rules: WordRules?)]>([])

  /// The rules of a locale that ICU has opened, or nil when they have a form that is not known.
  static func shared(locale: String, _ words: OpaquePointer) -> WordRules? {
    known.withLock { known in
      if let entry = known.first(where: { $0.locale == locale }) { return entry.rules }
      let rules = WordRules(words)
      known.append((locale, rules))
      return rules
    }
  }

  init?(_ words: OpaquePointer) {
    let stateCount = Int(text_words_states(words))
    let classCount = Int(text_words_classes(words))
    let rowCount = stateCount * classCount
    guard rowCount > 0 && rowCount <= Int(Self.row) else { return nil }
    firstRow = classCount
    classes = Self.makeClasses(of: words)
    usesDictionary = .allocate(capacity: classCount)
    statuses = .allocate(capacity: rowCount)
    nextRows = .allocate(capacity: rowCount)
    steps = .allocate(capacity: rowCount)
    statuses.initialize(repeating: -1, count: rowCount)
    for state in 0..<stateCount {
      let row = state * classCount
      statuses[row] = text_words_status(words, Int32(state))
      for index in 0..<classCount {
        let next = Int(text_words_next_state(words, Int32(state), Int32(index))) * classCount
        (nextRows + row + index).initialize(to: UInt16(next))
      }
    }
    for index in 0..<classCount {
      (usesDictionary + index).initialize(to: text_words_uses_dictionary(words, Int32(index)))
      for row in stride(from: 0, to: rowCount, by: classCount) {
        (steps + row + index).initialize(to: step(from: row, by: index))
      }
    }
  }

  private func step(from row: Int, by index: Int) -> UInt16 {
    if usesDictionary[index] { return Self.needsCare }
    if nextRows[row + index] != 0 { return nextRows[row + index] }
    let beginning = nextRows[firstRow + index]
    return statuses[row] >= 0 && beginning != 0 ? beginning | 1 << Self.breakBit : Self.needsCare
  }

  private static func makeClasses(of words: OpaquePointer) -> ScalarMap<UInt8> {
    var last: UInt32 = 0
    // Most scalars are not assigned, and U+10FFFF never will be.
    let usual = UInt8(truncatingIfNeeded: text_words_class(words, 0x10_FFFF, &last))
    var entries: [(scalar: UInt32, value: UInt8)] = []
    var first: UInt32 = 0
    while first <= 0x10_FFFF {
      let value = UInt8(truncatingIfNeeded: text_words_class(words, first, &last))
      if value != usual { entries += (first...last).lazy.map { (scalar: $0, value: value) } }
      first = last + 1
    }
    return ScalarMap(usual: usual, entries: entries)
  }

  /// The class of the scalar that starts at an index, which moves to the next one; of what is not UTF-8, any class.
  @inline(__always)
  func nextClass(in text: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Int {
    let lead = UInt32(text[index])
    if lead < 0x80 {
      index &+= 1
      return Int(classes[lead])
    }
    let bytes = text.fourBytes(at: index)
    if lead < 0xE0 {
      index &+= 2
      return Int(classes[(lead & 0x1F) << 6 | bytes >> 8 & 0x3F])
    }
    if lead < 0xF0 {
      index &+= 3
      return Int(classes[(lead & 0x0F) << 12 | (bytes >> 8 & 0x3F) << 6 | bytes >> 16 & 0x3F])
    }
    return Int(classes[text.nextScalar(&index)])
  }
}
