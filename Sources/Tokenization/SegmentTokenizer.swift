import DataFiles
public import TokenFiles

/// Tokens that are segments of text: graphemes, words, or what stands between white space.
public struct SegmentTokenizer: Tokenizer {
  /// What the literature's texts write for a word that they left out.
  ///
  /// It is read as the special token in the literature's setting, and as text like any other otherwise.
  static let unknownWord = Array("<unk>".utf8)

  /// The tokens that text is made into.
  public let vocabulary: Vocabulary

  private static let missing: TokenID = .max

  private let stream: TokenStream?
  // The ids of the tokens that are one ASCII byte, which are most of all graphemes.
  private let shortIDs: [TokenID]

  init(vocabulary: Vocabulary) throws(DataError) {
    self.vocabulary = vocabulary
    stream = try TokenStream(configuration: vocabulary.configuration)
    shortIDs = (UInt8.min..<0x80).map { vocabulary.id(of: [$0]) ?? Self.missing }
  }

  /// Appends the id of each segment; in the literature's setting, also `<eos>` at the end of each line.
  public func encode(_ text: Span<UInt8>, into ids: inout [TokenID], unknown: inout [Range<Int>]) {
    let (vocabulary, shortIDs) = (vocabulary, shortIDs)
    let endOfLine = vocabulary.endOfLine ?? vocabulary.boundary
    unsafe text.withUnsafeBufferPointer { bytes in
      stream?.forEachToken(of: text) { range in
        let id =
          switch range.count {
          case 0: endOfLine
          case 1: unsafe shortIDs[Int(bytes[range.lowerBound] & 0x7F)]
          default: unsafe vocabulary.id(of: TokenKey(bytes, range)) ?? Self.missing
          }
        if id != Self.missing {
          ids.append(id)
        } else {
          vocabulary.append(unknown: text.extracting(range), to: &ids)
          unknown.append(range)
        }
      }
    }
  }
}
