internal import TokenFiles
internal import Training

/// A part of a token file.
struct TokenSlice: TokenSequence {
  let file: TokenFile
  let range: Range<Int>

  var count: Int { range.count }

  func read(_ part: Range<Int>, into tokens: inout [TokenID], at offset: Int) {
    precondition(part.lowerBound >= 0 && part.upperBound <= count, "tokens \(part) of a part of \(count)")
    file.read(range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound, into: &tokens, at: offset)
  }
}
