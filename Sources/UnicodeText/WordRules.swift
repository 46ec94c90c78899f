import CText

/// ICU's word rules of a locale (UAX #29), which it has compiled to a finite automaton, as tables for UTF-8.
///
/// A segment is the longest text that leads from the first row to one where a segment may end. Beyond such a row the
/// rules look only at a sign that may join what stands around it, and at the sign's marks; if it does not, these are the
/// next segment. So each scalar is looked at a constant number of times.
final class WordRules {
  /// The classes of scalars, in blocks of 64; those of ASCII come first.
  let classes: UnsafeMutablePointer<UInt8>
  /// By the number of 64 scalars: the number of their block.
  let blocks: UnsafeMutablePointer<UInt16>
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

  /// A segment ends before the scalar, which begins the next one.
  static let breakBit: UInt16 = 15
  /// The segment may end further back, or be divided by a dictionary.
  static let needsCare: UInt16 = 1 << 14
  /// The row of a step.
  static let row = needsCare - 1

  private static let blockSize = 64
  private static let blockCount = 0x11_0000 / blockSize

  /// The rules of a locale that ICU has opened, or nil when they have a form that is not known.
  init?(_ words: OpaquePointer) {
    let stateCount = Int(text_words_states(words))
    let classCount = Int(text_words_classes(words))
    let rowCount = stateCount * classCount
    guard rowCount > 0 && rowCount <= Int(Self.row) else { return nil }
    firstRow = classCount

    blocks = .allocate(capacity: Self.blockCount)
    let table = Self.makeClasses(of: words, blocks: blocks)
    classes = .allocate(capacity: table.count)
    classes.initialize(from: table, count: table.count)
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

  deinit {
    classes.deallocate()
    blocks.deallocate()
    usesDictionary.deallocate()
    statuses.deallocate()
    nextRows.deallocate()
    steps.deallocate()
  }

  private func step(from row: Int, by index: Int) -> UInt16 {
    if usesDictionary[index] { return Self.needsCare }
    if nextRows[row + index] != 0 { return nextRows[row + index] }
    let beginning = nextRows[firstRow + index]
    return statuses[row] >= 0 && beginning != 0 ? beginning | 1 << Self.breakBit : Self.needsCare
  }

  /// The classes in blocks, each of which is kept once beyond ASCII.
  private static func makeClasses(of words: OpaquePointer, blocks: UnsafeMutablePointer<UInt16>) -> [UInt8] {
    var table: [UInt8] = []
    var numbers: [[UInt8]: UInt16] = [:]
    var uniformNumbers = [UInt16?](repeating: nil, count: 256)
    var block = [UInt8](repeating: 0, count: blockSize)
    var scalar = 0
    var endOfRun = 0
    var index: UInt8 = 0
    for place in 0..<blockCount {
      let isUniform = endOfRun - scalar >= blockSize
      let isASCII = scalar < 0x80
      if isUniform && !isASCII, let number = uniformNumbers[Int(index)] {
        (blocks + place).initialize(to: number)
        scalar += blockSize
        continue
      }
      for offset in 0..<blockSize {
        if scalar == endOfRun {
          var last: UInt32 = 0
          index = UInt8(truncatingIfNeeded: text_words_class(words, UInt32(scalar), &last))
          endOfRun = Int(last) + 1
        }
        block[offset] = index
        scalar += 1
      }
      let number = isASCII ? UInt16(place) : numbers[block] ?? UInt16(table.count / blockSize)
      if Int(number) == table.count / blockSize { table += block }
      if !isASCII { numbers[block] = number }
      if isUniform { uniformNumbers[Int(index)] = number }
      (blocks + place).initialize(to: number)
    }
    return table
  }

  /// The class of the scalar that starts at an index of valid UTF-8; the index moves to the next one.
  @inline(__always)
  func nextClass(in text: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Int {
    let scalar = Int(text.nextScalar(&index))
    if scalar < 0x80 { return Int(classes[scalar]) }
    return Int(classes[Int(blocks[scalar / Self.blockSize]) * Self.blockSize + scalar % Self.blockSize])
  }
}
