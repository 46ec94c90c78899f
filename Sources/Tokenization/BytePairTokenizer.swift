public import TokenFiles
import UnicodeText

/// Tokens that byte-pair encoding makes of bytes, piece by piece.
public struct BytePairTokenizer: Tokenizer {
  /// The tokens that text is made into.
  public let vocabulary: Vocabulary

  private let segmenter = PretokenSegmenter()
  private var encoder: BytePairEncoder
  private var cache = PieceCache()
  private var pieceIDs: [TokenID] = []

  init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    encoder = BytePairEncoder(vocabulary.merges)
  }

  /// Appends the ids of each piece; none is ever unknown.
  public mutating func encode(_ text: Span<UInt8>, into ids: inout [TokenID], unknown: inout [Range<Int>]) {
    var start = 0
    segmenter.divide(text) { ends in
      // No piece has more ids than bytes.
      ids.append(addingCapacity: ends[ends.count - 1] - start) { output in
        unsafe text.withUnsafeBufferPointer { bytes in
          for index in ends.indices {
            unsafe append(text, bytes, start..<ends[index], to: &output)
            start = ends[index]
          }
        }
      }
    }
  }

  @inline(__always)
  private mutating func append(
    _ text: Span<UInt8>, _ bytes: UnsafeBufferPointer<UInt8>, _ piece: Range<Int>,
    to output: inout OutputSpan<TokenID>
  ) {
    guard piece.count <= PieceCache.longestPiece else {
      encode(text.extracting(piece), to: &output)
      return
    }
    let key = unsafe PieceCache.Key(bytes, piece)
    if cache.append(key, to: &output) { return }
    encode(text.extracting(piece), to: &output)
    cache.keep(key, pieceIDs)
  }

  @inline(never)
  private mutating func encode(_ piece: Span<UInt8>, to output: inout OutputSpan<TokenID>) {
    pieceIDs.removeAll(keepingCapacity: true)
    encoder.encode(piece, into: &pieceIDs)
    for id in pieceIDs { output.append(id) }
  }
}
