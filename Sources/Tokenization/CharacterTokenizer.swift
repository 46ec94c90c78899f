public import TokenFiles

/// Tokens that are Unicode scalars, found in a table of two levels.
public struct CharacterTokenizer: Tokenizer {
  /// The tokens that text is made into.
  public let vocabulary: Vocabulary

  private static let missing: TokenID = .max

  // The start in `ids` of each block of 256 scalars; 0 is a block of unknown ones.
  private var blocks = [UInt32](repeating: 0, count: 0x1100)
  private var ids = [TokenID](repeating: Self.missing, count: 0x100)

  init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    for id in 0..<TokenID(vocabulary.count) where vocabulary.isFromTable(id) {
      guard let bytes = vocabulary.bytes(of: id) else { continue }
      var index = 0
      let scalar = Int(bytes.span.nextScalar(&index))
      if blocks[scalar >> 8] == 0 {
        blocks[scalar >> 8] = UInt32(ids.count)
        ids += repeatElement(Self.missing, count: 0x100)
      }
      ids[Int(blocks[scalar >> 8]) + scalar & 0xFF] = id
    }
  }

  /// Appends the id of each scalar.
  public func encode(_ text: Span<UInt8>, into ids: inout [TokenID], unknown: inout [Range<Int>]) {
    let (blocks, table) = (blocks, self.ids)
    let ascii = Int(blocks[0])
    var index = 0
    while index < text.count {
      // As many ids at once as there are scalars in the vocabulary; then the one that is not.
      ids.append(addingCapacity: text.count - index) { output in
        while index < text.count {
          let byte = text[index]
          if byte < 0x80 {
            let id = table[ascii &+ Int(byte)]
            if id == Self.missing { break }
            output.append(id)
            index &+= 1
          } else {
            var next = index
            let scalar = Int(text.nextScalar(&next))
            let id = table[Int(blocks[scalar >> 8]) + scalar & 0xFF]
            if id == Self.missing { break }
            output.append(id)
            index = next
          }
        }
      }
      guard index < text.count else { break }
      let start = index
      _ = text.nextScalar(&index)
      vocabulary.append(unknown: text.extracting(start..<index), to: &ids)
      unknown.append(start..<index)
    }
  }
}
