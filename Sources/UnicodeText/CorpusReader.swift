public import DataFiles

/// Reads a corpus as a stream of raw pieces that stand by themselves, with memory that does not grow with it.
///
/// Pieces may differ with what the system hands out; what is made of them does not. A stretch without a safe place to
/// cut (line feed, or a space between words) that is longer than `longestStretch` is cut there.
public struct CorpusReader: ~Copyable {
  /// The longest stretch that is kept whole, in bytes.
  public static let longestStretch = 1 << 20

  /// How many bytes are asked of the system at a time, unless somebody asks for others.
  public static let usualPieceSize = 1 << 17

  private let inputs: [CorpusInput]
  private let isRaw: Bool
  private let allowsEmpty: Bool
  private let documents: DocumentBoundary.Kind
  private let separator: [UInt8]
  private let pieceSize: Int
  private let cut: SafeCut

  private var source: ByteSource?
  private var nextInput = 0
  /// What stands behind the last cut and has been read already.
  private var rest: [UInt8] = []
  private var offset = 0
  private var lineFeeds = 0
  private var continuesLine = false
  private var continuesWord = false
  private var startsDocument = false
  private var isEmpty = true

  /// A reader at the start of the first input.
  ///
  /// - Parameters:
  ///   - inputs: the texts, each of which is a text of its own.
  ///   - documents: what parts the documents; lines are left to those who see the normalized text.
  ///   - isRaw: whether any place is safe, since bytes are taken as they are.
  ///   - allowsEmpty: whether all inputs may be without a byte.
  ///   - pieceSize: how many bytes are asked of the system at a time.
  ///   - longestStretch: the longest stretch that is kept whole, in bytes.
  public init(
    _ inputs: [CorpusInput], documents: DocumentBoundary = .none, isRaw: Bool = false,
    allowsEmpty: Bool = false, pieceSize: Int = Self.usualPieceSize, longestStretch: Int = Self.longestStretch
  ) {
    precondition(pieceSize > 0 && longestStretch >= 8, "pieces of \(pieceSize), stretches of \(longestStretch) bytes")
    self.inputs = inputs
    self.isRaw = isRaw
    self.allowsEmpty = allowsEmpty
    self.documents = documents.kind
    separator = documents.separator
    self.pieceSize = pieceSize
    cut = SafeCut(limit: longestStretch)
  }

  /// Replaces the piece by the next one; returns false after the last.
  ///
  /// - Throws: `DataError` when an input cannot be opened or read, or when all of them are empty and may not be.
  public mutating func next(into piece: inout CorpusPiece) throws(DataError) -> Bool {
    if source == nil {
      guard nextInput < inputs.count else { return false }
      try open(inputs[nextInput])
    }
    piece.begin(inputName: inputs[nextInput].name, offset: offset, lineFeeds: lineFeeds)
    piece.continuesLine = continuesLine
    piece.continuesWord = continuesWord
    swap(&piece.bytes, &rest)
    rest.removeAll(keepingCapacity: true)
    try fill(&piece)
    return true
  }

  private mutating func open(_ input: CorpusInput) throws(DataError) {
    source = try ByteSource(input)
    (offset, lineFeeds) = (0, 0)
    (continuesLine, continuesWord) = (false, false)
    startsDocument = documents == .file ? nextInput > 0 : documents == .line && !isEmpty
  }

  /// Reads until the piece can be cut, or its input ends.
  private mutating func fill(_ piece: inout CorpusPiece) throws(DataError) {
    var part = Part(start: 0, searched: 0, judged: 1)
    while true {
      let count = try source?.read(into: &piece.bytes, upTo: pieceSize) ?? 0
      if count > 0 { isEmpty = false }
      // A file without a byte may be a document, but has no line.
      if documents == .line && piece.bytes.isEmpty { startsDocument = false }
      findSeparators(in: &piece, &part)
      let end = count == 0 ? lastEnd(of: piece, part) : placeToCut(piece, &part)
      guard let end else { continue }
      let endsInput = count == 0 && end == piece.bytes.count
      finish(&piece, part, at: end, endsInput: endsInput)
      if endsInput { try endInput() }
      return
    }
  }

  /// The document's part that is still open in a piece.
  private struct Part {
    /// Where it starts.
    var start: Int
    /// No separator starts before this place.
    var searched: Int
    /// Whether one starts there, beyond the limit.
    var endsHere = false
    /// No place between `start` and this one is safe to cut.
    var judged: Int
  }

  /// Closes the parts whose separators are there.
  private mutating func findSeparators(in piece: inout CorpusPiece, _ part: inout Part) {
    if separator.isEmpty { return }
    while let place = piece.bytes.withUnsafeBufferPointer({ $0.firstIndex(of: separator, from: part.searched) }) {
      // A stretch beyond the limit is cut before it, as it would be if less had been read.
      if !isRaw && place - part.start > cut.limit {
        (part.searched, part.endsHere) = (place, true)
        return
      }
      close(&piece, part, at: place, endsDocument: true)
      startsDocument = true
      let start = place + separator.count
      part = Part(start: start, searched: start, judged: start + 1)
    }
    part.searched = max(part.searched, piece.bytes.count - separator.count + 1)
  }

  private mutating func close(_ piece: inout CorpusPiece, _ part: Part, at end: Int, endsDocument: Bool) {
    piece.parts.append(
      CorpusPiece.Part(range: part.start..<end, startsDocument: startsDocument, endsDocument: endsDocument))
    startsDocument = false
  }

  /// Where a piece is cut whose input goes on; nil when more of it must be read.
  private func placeToCut(_ piece: borrowing CorpusPiece, _ part: inout Part) -> Int? {
    let bytes = piece.bytes
    // A separator may have begun just before the end.
    let known = separator.isEmpty ? bytes.count : min(bytes.count, part.searched)
    return bytes.withUnsafeBufferPointer { bytes in
      let text = UnsafeBufferPointer(rebasing: bytes[..<known])
      if isRaw {
        // Any place is safe for tokens; scalars are kept whole for those who count them.
        let whole = UTF8Sequence.wholeCount(in: text)
        return whole > 0 ? whole : nil
      }
      if let place = cut.last(in: text, from: part.judged) { return place }
      if part.start > 0 { return part.start }
      part.judged = max(part.judged, known - SafeCut.lookahead)
      let isBeyondLimit = known > cut.limit + SafeCut.lookahead || part.endsHere
      return isBeyondLimit ? cut.forced(in: text) : nil
    }
  }

  /// Where the last pieces of an input are cut: at its end, unless the limit comes first.
  private func lastEnd(of piece: borrowing CorpusPiece, _ part: Part) -> Int {
    let bytes = piece.bytes
    if isRaw || bytes.count <= cut.limit { return bytes.count }
    if part.start > 0 { return part.start }
    return bytes.withUnsafeBufferPointer { bytes in
      let text = part.endsHere ? UnsafeBufferPointer(rebasing: bytes[..<part.searched]) : bytes
      return cut.last(in: text, from: 1) ?? cut.forced(in: text)
    }
  }

  /// Cuts the piece and keeps what stands behind the cut for the next one.
  private mutating func finish(_ piece: inout CorpusPiece, _ part: Part, at end: Int, endsInput: Bool) {
    if part.start < end || endsInput && (startsDocument || piece.parts.isEmpty) {
      close(&piece, part, at: end, endsDocument: endsInput)
    }
    rest += piece.bytes[end...]
    piece.bytes.removeSubrange(end...)
    offset += end
    lineFeeds += piece.bytes.withUnsafeBufferPointer(\.lineFeedCount)
    continuesLine = !endsInput && part.start < end && piece.bytes.last != 0x0A
    continuesWord = continuesLine && !piece.endsInWhiteSpace
  }

  /// Notes that an input has ended, and refuses a corpus without a byte.
  private mutating func endInput() throws(DataError) {
    source = nil
    nextInput += 1
    guard isEmpty && !allowsEmpty && nextInput == inputs.count else { return }
    let name = inputs.count == 1 ? DataError.shown(inputs[0].name) + " is" : "every one of the texts is"
    throw DataError(.data, "\(name) empty: give a text with at least one character")
  }
}
