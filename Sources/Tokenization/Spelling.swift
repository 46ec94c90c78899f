import TokenFiles

/// What stands for a token that is not in the vocabulary: `<unk>`, or its bytes.
struct Spelling {
  /// The id of `<unk>`, or of the token that spells byte 0.
  private let first: TokenID
  /// Whether it is spelled in bytes.
  let isByBytes: Bool

  init(unknown: TokenID?, firstByte: TokenID) {
    first = unknown ?? firstByte
    isByBytes = unknown == nil
  }

  /// Writes the ids for a token behind those that are written.
  @inline(__always)
  func spell(
    _ text: UnsafeBufferPointer<UInt8>, _ token: Range<Int>, _ output: UnsafeMutableBufferPointer<TokenID>,
    _ written: inout Int
  ) {
    guard isByBytes else {
      unsafe output[written] = first
      written &+= 1
      return
    }
    for index in token {
      unsafe output[written] = first + TokenID(text[index])
      written &+= 1
    }
  }
}
