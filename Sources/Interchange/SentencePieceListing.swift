import TokenFiles
public import Tokenization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Vocabulary {
  /// The tokens as SentencePiece lists them in a `.vocab` file: a token, a tab and its score in each line, by id.
  ///
  /// The score is the natural logarithm of the token's share of all counts, 0 for special tokens, and 10 less than the
  /// least of them for tokens that were never counted. A space is U+2581; tab and the ends of lines are `\t`, `\n` and
  /// `\r`; bytes that spell, or are no whole scalar, are `<0x…>`.
  public var sentencePieceListing: String {
    let ids = 0..<TokenID(count)
    let counted = ids.lazy.filter { !isSpecial($0) }.compactMap { occurrences(of: $0) }.filter { $0 > 0 }
    let total = counted.reduce(0.0) { $0 + Double($1) }
    let unseen = (counted.min().map { log(Double($0) / total) } ?? 0) - 10
    var listing = ""
    for id in ids {
      let count = occurrences(of: id) ?? 0
      let score = isSpecial(id) ? 0 : count > 0 ? log(Double(count) / total) : unseen
      listing += "\(piece(id))\t\(Self.rounded(score))\n"
    }
    return listing
  }

  /// A score with five decimals at most.
  private static func rounded(_ score: Double) -> String {
    let rounded = (score * 1e5).rounded() / 1e5
    return rounded == rounded.rounded() ? String(Int(rounded)) : rounded.description
  }

  private func piece(_ id: TokenID) -> String {
    let bytes = bytes(of: id) ?? []
    if isSpecial(id) { return String(decoding: bytes, as: UTF8.self) }
    if configuration.level != .byte, bytes.count == 1, self.id(spelling: bytes[0]) == id {
      return Self.shown(spelled: bytes[0])
    }
    var piece = ""
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var index = 0
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        piece.unicodeScalars += Self.escapes[scalar]?.unicodeScalars ?? String(scalar).unicodeScalars
        index += encoded.count
      case .error(let length):
        for byte in bytes[index..<index + length] { piece += Self.shown(spelled: byte) }
        index += length
      case .emptyInput: return piece
      }
    }
  }

  private static let escapes: [Unicode.Scalar: String] = [" ": "\u{2581}", "\t": "\\t", "\n": "\\n", "\r": "\\r"]
}
