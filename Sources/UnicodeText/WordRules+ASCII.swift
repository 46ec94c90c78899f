import CText

extension WordRules {
  /// What a segment of ASCII ends with, as far as the bits of `text_ascii_word_ends` know it.
  private enum Ending: Int, CaseIterable {
    case letter, digit, extender, space, carriageReturn, other
    /// A sign that belongs to the segment only if a letter, or a digit, comes next.
    case signAfterLetter, signAfterDigit

    var mayEnd: Bool { self != .signAfterLetter && self != .signAfterDigit }
    var isWord: Bool { self == .letter || self == .digit || self == .extender }
  }

  private static let signs: [(byte: UInt8, bit: Int)] = [
    (UInt8(ascii: "'"), TEXT_QUOTE), (UInt8(ascii: "."), TEXT_STOP), (UInt8(ascii: ":"), TEXT_COLON),
    (UInt8(ascii: ","), TEXT_COMMA), (UInt8(ascii: ";"), TEXT_SEMICOLON), (UInt8(ascii: "@"), TEXT_AT),
  ]

  /// How signs join ASCII by these rules, or nil when the bits would divide some ASCII otherwise than the rules do.
  ///
  /// Both are automata, so it is enough to follow them together through each pair of states that they reach.
  func makeASCIISigns() -> text_ascii_signs? {
    let letterRow = next(after: firstRow, UInt8(ascii: "a"))
    let digitRow = next(after: firstRow, UInt8(ascii: "1"))
    let signs = text_ascii_signs(
      letters: Self.bits { next(after: firstRow, $0) == letterRow },
      between_letters: Self.bits { next(after: letterRow, $0) != 0 && statuses[next(after: letterRow, $0)] < 0 },
      between_digits: Self.bits { next(after: digitRow, $0) != 0 && statuses[next(after: digitRow, $0)] < 0 })
    var reached: Set<[Int]> = []
    var pending: [(row: Int, ending: Ending)] = (UInt8.min..<0x80).map {
      (next(after: firstRow, $0), Self.ending(of: $0, signs))
    }
    while let (row, ending) = pending.popLast() {
      guard (statuses[row] >= 0) == ending.mayEnd else { return nil }
      guard reached.insert([row, ending.rawValue]).inserted else { continue }
      for byte in UInt8.min..<0x80 {
        guard !usesDictionary[Int(classes[UInt32(byte)])] else { return nil }
        let nextRow = next(after: row, byte)
        guard let nextEnding = Self.ending(after: ending, byte, signs) else {
          if nextRow != 0 { return nil }
          continue
        }
        pending.append((nextRow, nextEnding))
      }
    }
    return signs
  }

  private func next(after row: Int, _ byte: UInt8) -> Int { Int(nextRows[row + Int(classes[UInt32(byte)])]) }

  private static func bits(_ isIn: (UInt8) -> Bool) -> UInt8 {
    UInt8(truncatingIfNeeded: signs.reduce(0) { $0 | (isIn($1.byte) ? $1.bit : 0) })
  }

  private static func holds(_ set: UInt8, _ byte: UInt8) -> Bool {
    signs.contains { $0.byte == byte && Int(set) & $0.bit != 0 }
  }

  /// What a segment ends with that is one byte.
  private static func ending(of byte: UInt8, _ signs: text_ascii_signs) -> Ending {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): .letter
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
    case UInt8(ascii: "_"): .extender
    case UInt8(ascii: " "): .space
    case UInt8(ascii: "\r"): .carriageReturn
    default: holds(signs.letters, byte) ? .letter : .other
    }
  }

  /// What a segment ends with after one more byte, or nil when the byte does not belong to it.
  private static func ending(after ending: Ending, _ byte: UInt8, _ signs: text_ascii_signs) -> Ending? {
    let alone = Self.ending(of: byte, signs)
    switch ending {
    case .letter, .digit, .extender:
      if alone.isWord { return alone }
      if ending == .letter && holds(signs.between_letters, byte) { return .signAfterLetter }
      return ending == .digit && holds(signs.between_digits, byte) ? .signAfterDigit : nil
    case .space: return alone == .space ? .space : nil
    case .carriageReturn: return byte == UInt8(ascii: "\n") ? .other : nil
    case .signAfterLetter: return alone == .letter ? .letter : nil
    case .signAfterDigit: return alone == .digit ? .digit : nil
    case .other: return nil
    }
  }
}
