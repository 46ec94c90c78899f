import DataFiles
public import TokenFiles

/// Tokens that are segments of text: graphemes, words, or what stands between white space.
public struct SegmentTokenizer: Tokenizer {
  /// The tokens that text is made into.
  public let vocabulary: Vocabulary

  private static let unknown: TokenID = 0

  private var stream: TokenStream?
  // The ids of the tokens that are one ASCII byte, which are most of all graphemes.
  private let shortIDs: [TokenID]

  init(vocabulary: Vocabulary) throws(DataError) {
    self.vocabulary = vocabulary
    stream = try TokenStream(configuration: vocabulary.configuration)
    shortIDs = (UInt8.min..<0x80).map { vocabulary.id(of: [$0]) ?? Self.unknown }
  }

  /// Appends the id of each segment; in the literature's setting, also `<eos>` at the end of each line.
  public mutating func encode(_ block: Span<UInt8>, into ids: inout [TokenID], unknown: inout [Range<Int>]) {
    stream?.divide(block)
    guard let ranges = stream?.ranges else { return }
    ids.reserveCapacity(ids.count + ranges.count)
    for range in ranges {
      let id =
        switch range.count {
        case 0: vocabulary.boundary
        case 1: shortIDs[Int(block[range.lowerBound] & 0x7F)]
        default: vocabulary.id(of: block.extracting(range)) ?? Self.unknown
        }
      ids.append(id)
      if id == Self.unknown { unknown.append(range) }
    }
  }
}
