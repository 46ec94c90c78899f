import UnicodeText

/// Counts the scalars, bytes and words of a text that comes in blocks.
struct TextCounter {
  var counts = TextCounts()
  private var isInWord = false

  /// Counts a block of normalized text.
  mutating func append(_ block: Span<UInt8>) {
    var characters = 0
    for index in block.indices where block[index] & 0xC0 != 0x80 { characters += 1 }
    counts.bytes += block.count
    counts.characters += characters
    counts.words += countWords(of: block)
  }

  private mutating func countWords(of block: Span<UInt8>) -> Int {
    var words = 0
    var isInWord = isInWord
    var index = 0
    while index < block.count {
      let byte = block[index]
      if byte < 0x80 {
        // Without a branch on the kind of byte, since nobody can foresee where words end.
        let isSpace = byte == 0x20 || byte &- 0x09 < 5
        words += isSpace || isInWord ? 0 : 1
        isInWord = !isSpace
        index += 1
      } else {
        let length = WhiteSpace.length(in: block, at: index)
        words += length != nil || isInWord ? 0 : 1
        isInWord = length == nil
        index += length ?? 1
      }
    }
    self.isInWord = isInWord
    return words
  }

  /// Ends a text, and its last word with it.
  mutating func endText() {
    isInWord = false
  }
}
