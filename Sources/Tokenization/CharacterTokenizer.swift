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
    let spelling = vocabulary.spelling
    // A scalar becomes one id, or as many as it has bytes.
    ids.append(addingCapacity: text.count) { output in
      unsafe output.withUnsafeMutableBufferPointer { output, count in
        unsafe text.withUnsafeBufferPointer { text in
          unsafe look(up: text, spelling, output, &count, &unknown)
        }
      }
    }
  }

  private func look(
    up text: UnsafeBufferPointer<UInt8>, _ spelling: Spelling, _ output: UnsafeMutableBufferPointer<TokenID>,
    _ count: inout Int, _ unknown: inout [Range<Int>]
  ) {
    unsafe ids.withUnsafeBufferPointer { ids in
      unsafe blocks.withUnsafeBufferPointer { blocks in
        let ascii = unsafe UnsafeBufferPointer(rebasing: ids[Int(blocks[0])..<Int(blocks[0]) + 0x80])
        var index = 0
        var written = count
        while index < text.count {
          // Eight at a time, as long as they are ASCII and in the vocabulary; no id has the top bit that `missing` has.
          while unsafe text.isASCII(eightAt: index) {
            var all: TokenID = 0
            for offset in 0..<8 {
              let id = unsafe ascii[Int(text[index &+ offset])]
              unsafe output[written &+ offset] = id
              all |= id
            }
            if all & 0x8000_0000 != 0 { break }
            written &+= 8
            index &+= 8
          }
          guard index < text.count else { break }
          let byte = unsafe text[index]
          let id: TokenID
          var next = index &+ 1
          if byte < 0x80 {
            id = unsafe ascii[Int(byte)]
          } else {
            next = index
            let scalar = unsafe Int(text.nextValidScalar(&next))
            id = unsafe ids[Int(blocks[scalar >> 8]) &+ scalar & 0xFF]
          }
          if id != Self.missing {
            unsafe output[written] = id
            written &+= 1
          } else {
            unsafe spelling.spell(text, index..<next, output, &written)
            unknown.append(index..<next)
          }
          index = next
        }
        count = written
      }
    }
  }
}
