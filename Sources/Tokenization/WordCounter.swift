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
    var (characters, words) = (0, 0)
    var isInWord = isInWord
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte < 0x80 {
        // Without a branch on the kind of byte, since nobody can foresee where words end.
        let isSpace = byte == 0x20 || byte &- 0x09 < 5
        words &+= isSpace || isInWord ? 0 : 1
        isInWord = !isSpace
        characters &+= 1
        index &+= 1
      } else {
        let length = WhiteSpace.length(in: text, at: index)
        words &+= length != nil || isInWord ? 0 : 1
        isInWord = length == nil
        characters &+= byte & 0xC0 == 0x80 ? 0 : 1
        index &+= length ?? 1
      }
    }
    self.isInWord = isInWord
    counts.characters += characters
    counts.words += words
  }

  /// Counts an ill-formed byte, which is no white space.
  mutating func countInWord(into counts: inout TextCounts) {
    counts.words += isInWord ? 0 : 1
    isInWord = true
  }
}
