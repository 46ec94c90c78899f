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

  private let stream: TokenStream
  private let endOfLine: TokenID
  // The ids of the tokens that are one ASCII byte, which are most of all graphemes.
  private let shortIDs: [TokenID]

  /// Nil at the levels where a token is a byte or a scalar.
  init?(vocabulary: Vocabulary) throws(DataError) {
    guard let stream = try TokenStream(configuration: vocabulary.configuration) else { return nil }
    self.vocabulary = vocabulary
    self.stream = stream
    endOfLine = vocabulary.endOfLine ?? vocabulary.boundary
    shortIDs = (UInt8.min..<0x80).map { vocabulary.id(of: [$0]) ?? Self.missing }
  }

  /// Appends the id of each segment; in the literature's setting, also `<eos>` at the end of each line.
  public func encode(_ text: Span<UInt8>, into ids: inout [TokenID], unknown: inout [Range<Int>]) {
    let spelling = vocabulary.spelling
    stream.divide(text) { tokens in
      // A token becomes one id, or as many as it has bytes.
      let bytes = tokens[tokens.count - 1].upperBound - tokens[0].lowerBound
      ids.append(addingCapacity: max(tokens.count, spelling.isByBytes ? bytes : 0)) { output in
        unsafe output.withUnsafeMutableBufferPointer { output, count in
          unsafe text.withUnsafeBufferPointer { text in
            unsafe tokens.withUnsafeBufferPointer { tokens in
              unsafe look(up: tokens, of: text, spelling, output, &count, &unknown)
            }
          }
        }
      }
    }
  }

  private func look(
    up tokens: UnsafeBufferPointer<Range<Int>>, of text: UnsafeBufferPointer<UInt8>, _ spelling: Spelling,
    _ output: UnsafeMutableBufferPointer<TokenID>, _ count: inout Int, _ unknown: inout [Range<Int>]
  ) {
    unsafe shortIDs.withUnsafeBufferPointer { shortIDs in
      unsafe vocabulary.table.withUnsafeSlots { table in
        let first = vocabulary.firstOfTable
        var written = count
        for place in tokens.indices {
          let token = unsafe tokens[place]
          let id: TokenID
          switch token.count {
          case 0: id = endOfLine
          case 1: id = unsafe shortIDs[Int(text[token.lowerBound] & 0x7F)]
          default:
            let number = unsafe table.number(of: TokenKey(text, token))
            id = number.map { TokenID(truncatingIfNeeded: $0 &+ first) } ?? Self.missing
          }
          if id != Self.missing {
            unsafe output[written] = id
            written &+= 1
          } else {
            unsafe spelling.spell(text, token, output, &written)
            unknown.append(token)
          }
        }
        count = written
      }
    }
  }
}
