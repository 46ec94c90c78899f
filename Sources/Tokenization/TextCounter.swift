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
    var words = 0
    var index = 0
    while index < block.count {
      if let length = WhiteSpace.length(in: block, at: index) {
        isInWord = false
        index += length
      } else {
        if !isInWord { words += 1 }
        isInWord = true
        index += 1
      }
    }
    counts.words += words
  }

  /// Ends a text, and its last word with it.
  mutating func endText() {
    isInWord = false
  }
}
