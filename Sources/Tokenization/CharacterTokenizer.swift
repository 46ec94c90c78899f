public import TokenFiles

/// Tokens that are Unicode scalars, found in a table of two levels.
public struct CharacterTokenizer: Tokenizer {
  /// The tokens that text is made into.
  public let vocabulary: Vocabulary

  private static let unknown: TokenID = 0

  // The start in `ids` of each block of 256 scalars; 0 is a block of unknown ones.
  private var blocks = [UInt32](repeating: 0, count: 0x1100)
  private var ids = [TokenID](repeating: Self.unknown, count: 0x100)

  init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    for id in 0..<TokenID(vocabulary.count) where !vocabulary.isSpecial(id) {
      guard let bytes = vocabulary.bytes(of: id) else { continue }
      var index = 0
      let scalar = Int(bytes.span.nextScalar(&index))
      if blocks[scalar >> 8] == 0 {
        blocks[scalar >> 8] = UInt32(ids.count)
        ids += repeatElement(Self.unknown, count: 0x100)
      }
      ids[Int(blocks[scalar >> 8]) + scalar & 0xFF] = id
    }
  }

  /// Appends the id of each scalar.
  public func encode(_ block: Span<UInt8>, into ids: inout [TokenID], unknown: inout [Range<Int>]) {
    ids.reserveCapacity(ids.count + block.count)
    var index = 0
    while index < block.count {
      let start = index
      let scalar = Int(block.nextScalar(&index))
      let id = self.ids[Int(blocks[scalar >> 8]) + scalar & 0xFF]
      ids.append(id)
      if id == Self.unknown { unknown.append(start..<index) }
    }
  }
}
