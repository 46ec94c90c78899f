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
    var index = 0
    while index < text.count {
      // As many ids at once as there are scalars of the vocabulary; then the one that is not.
      ids.append(addingCapacity: text.count - index) { output in
        unsafe output.withUnsafeMutableBufferPointer { output, count in
          index = unsafe text.withUnsafeBufferPointer { text in unsafe look(up: text, from: index, output, &count) }
        }
      }
      guard index < text.count else { break }
      let start = index
      _ = text.nextScalar(&index)
      vocabulary.append(unknown: text.extracting(start..<index), to: &ids)
      unknown.append(start..<index)
    }
  }

  /// Writes the ids of scalars, and gives the index of the first one that is not in the vocabulary, or the count.
  private func look(
    up text: UnsafeBufferPointer<UInt8>, from start: Int, _ output: UnsafeMutableBufferPointer<TokenID>,
    _ count: inout Int
  ) -> Int {
    unsafe ids.withUnsafeBufferPointer { ids in
      unsafe blocks.withUnsafeBufferPointer { blocks in
        let ascii = unsafe UnsafeBufferPointer(rebasing: ids[Int(blocks[0])..<Int(blocks[0]) + 0x80])
        var index = start
        var written = count
        while index < text.count {
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
          if id == Self.missing { break }
          unsafe output[written] = id
          written &+= 1
          index = next
        }
        count = written
        return index
      }
    }
  }
}
