public import DataFiles

/// A piece of a corpus that stands by itself: making tokens of the pieces one by one gives those of the whole.
///
/// Its memory is used again for the next piece.
public struct CorpusPiece: Sendable {
  /// A stretch of the piece that belongs to one document.
  public struct Part: Sendable, Equatable {
    /// Where it stands in the piece, in bytes; it may be empty.
    public var range: Range<Int>
    /// Whether a document begins here that is not the first of the corpus.
    public var startsDocument: Bool
    /// Whether the document ends here, by a separator or with its input.
    public var endsDocument: Bool
  }

  /// The bytes as the input has them.
  public internal(set) var bytes: [UInt8] = []
  /// The documents' parts, in order, without the separators between them.
  public internal(set) var parts: [Part] = []
  /// Whether the first part goes on within a line.
  public internal(set) var continuesLine = false
  /// Whether it goes on within what stands between white space, since no place was safe to cut.
  public internal(set) var continuesWord = false

  /// What messages call the input.
  private(set) var inputName = ""
  /// The place of the first byte in its input.
  public private(set) var offset = 0
  /// The line feeds before it in its input.
  private(set) var lineFeeds = 0

  /// An empty piece.
  public init() {}

  /// Takes the place after another piece of the same input, or at the start of one.
  mutating func begin(inputName: String, offset: Int, lineFeeds: Int) {
    self.inputName = inputName
    self.offset = offset
    self.lineFeeds = lineFeeds
    parts.removeAll(keepingCapacity: true)
    continuesLine = false
    continuesWord = false
  }

  /// Whether the last scalar is white space; ill-formed bytes are not.
  var endsInWhiteSpace: Bool {
    let start = bytes.withUnsafeBufferPointer { $0.startOfValidScalar(before: $0.count) }
    return start.map { WhiteSpace.length(in: bytes.span, at: $0) != nil } ?? false
  }

  /// The error for bytes at an offset in the piece that are not UTF-8.
  public func refusal(of invalid: InvalidUTF8) -> DataError {
    let line = lineFeeds + bytes.prefix(invalid.offset).count { $0 == 0x0A } + 1
    let byte = "0x" + String(invalid.byte, radix: 16, uppercase: true)
    return DataError(
      .data,
      "\(DataError.shown(inputName)) is not UTF-8: byte offset \(offset + invalid.offset) (line \(line)) holds \(byte); "
        + "convert it with iconv -t UTF-8, or have such bytes replaced by U+FFFD (--invalid replace)")
  }
}
