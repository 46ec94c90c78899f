import UnicodeText

/// Counts the scalars of a text, and what stands between white space in it.
struct WordCounter {
  private var isInWord: Bool

  /// A counter at the start of a text, or within a word of it.
  init(isInWord: Bool = false) {
    self.isInWord = isInWord
  }

  /// Counts a stretch of normalized text.
  mutating func count(_ text: Span<UInt8>, into counts: inout TextCounts) {
    var index = 0
    while index < text.count {
      if text[index] < 0x80 {
        index = unsafe text.withUnsafeBufferPointer { unsafe countASCII(of: $0, from: index, into: &counts) }
      }
      // What is not ASCII, or too little of it for eight bytes at a time.
      var (characters, words, isInWord) = (0, 0, isInWord)
      repeat {
        guard index < text.count else { break }
        let lead = text[index]
        let isWhite = WhiteSpace.length(in: text, at: index) != nil
        words &+= isWhite || isInWord ? 0 : 1
        isInWord = !isWhite
        characters &+= 1
        index &+= lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
      } while index < text.count && text[index] >= 0x80
      self.isInWord = isInWord
      counts.characters += characters
      counts.words += words
    }
  }

  /// Counts ASCII eight bytes at a time, and gives the index where something else begins, or little is left of it.
  private mutating func countASCII(
    of text: UnsafeBufferPointer<UInt8>, from start: Int, into counts: inout TextCounts
  ) -> Int {
    let (ones, tops): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    let bytes = UnsafeRawBufferPointer(text)
    var index = start
    var words: UInt64 = 0
    while index &+ 8 <= bytes.count {
      let word = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      if word & tops != 0 { break }
      // The top bit of a byte of `spaces` is set for U+0020 and U+0009 to U+000D.
      let blank = ~((word ^ (ones &* 0x20)) &+ (ones &* 0x7F)) & tops
      let control = (word &+ (ones &* (0x80 - 0x09))) & ~(word &+ (ones &* (0x80 - 0x0E))) & tops
      let spaces = blank | control
      let before = spaces << 8 | (isInWord ? 0 : 0x80)
      words &+= ((~spaces & before & tops) >> 7 &* ones) >> 56
      isInWord = spaces >> 63 == 0
      index &+= 8
    }
    counts.words += Int(words)
    counts.characters += index - start
    return index
  }

  /// Counts an ill-formed byte, which is no white space.
  mutating func countInWord(into counts: inout TextCounts) {
    counts.words += isInWord ? 0 : 1
    isInWord = true
  }
}
