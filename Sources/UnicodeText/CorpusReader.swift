public import DataFiles

/// Reads texts as streams of normalized blocks, with memory that does not grow with the texts.
///
/// A block stands by itself: segmenting the blocks one by one gives what segmenting the whole text would. Blocks and
/// their order may differ with the pieces that the system hands out; their segments do not. A stretch without a safe
/// place to cut (line feed, or space before a letter or digit) that is longer than `longestStretch` is cut there.
public struct CorpusReader: ~Copyable {
  /// What `next(into:)` came upon.
  public enum Event: Sendable {
    /// A block of text, which is not empty.
    case block
    /// The end of one input.
    case endOfInput
  }

  /// The longest stretch that is kept whole, in bytes.
  public static let longestStretch = 1 << 20

  private let inputs: [CorpusInput]
  private let normalization: TextNormalization
  private let policy: InvalidUTF8Policy
  private let isRaw: Bool
  private let pieceSize: Int
  private let cut: SafeCut

  private var source: ByteSource?
  private var nextInput = 0
  private var decoder: UTF8Decoder
  private var lineEndings = LineEndingConverter()
  private var normalizer: BlockNormalizer
  private var piece: [UInt8] = []
  /// Decoded text that has not been handed out, from `start` on.
  private var text: [UInt8] = []
  private var start = 0
  private var isFinal = false
  private var lineFeeds = 0

  /// A reader at the start of the first input.
  ///
  /// - Parameters:
  ///   - inputs: the texts, each of which is a text of its own.
  ///   - normalization: how the text is made uniform.
  ///   - invalidUTF8: what is done with bytes that are not UTF-8.
  ///   - isRaw: whether bytes are handed out as they are, neither decoded nor normalized.
  ///   - pieceSize: how many bytes are asked of the system at a time.
  ///   - longestStretch: the longest stretch that is kept whole, in bytes.
  public init(
    _ inputs: [CorpusInput], normalization: TextNormalization, invalidUTF8: InvalidUTF8Policy = .error,
    isRaw: Bool = false, pieceSize: Int = 1 << 18, longestStretch: Int = Self.longestStretch
  ) {
    precondition(pieceSize > 0 && longestStretch >= 4, "pieces of \(pieceSize), stretches of \(longestStretch) bytes")
    self.inputs = inputs
    self.normalization = normalization
    self.policy = invalidUTF8
    self.isRaw = isRaw
    self.pieceSize = pieceSize
    cut = SafeCut(limit: longestStretch)
    decoder = UTF8Decoder(policy: invalidUTF8)
    // Line endings are converted as the pieces come.
    var form = normalization
    form.lineEndings = .keep
    normalizer = BlockNormalizer(form, invalidUTF8: .bytes)
  }

  /// Replaces the block by the next one, or says that an input ended; nil after the last input.
  ///
  /// - Throws: `DataError` when an input cannot be opened or read, is empty, or is not UTF-8.
  public mutating func next(into block: inout [UInt8]) throws(DataError) -> Event? {
    block.removeAll(keepingCapacity: true)
    if source == nil {
      guard nextInput < inputs.count else { return nil }
      try open(inputs[nextInput])
    }
    while true {
      if let end = endOfBlock() {
        normalize(start..<end, into: &block)
        start = end
        if block.isEmpty { continue }
        return .block
      }
      if isFinal {
        source = nil
        nextInput += 1
        return .endOfInput
      }
      try readPiece()
    }
  }

  private mutating func open(_ input: CorpusInput) throws(DataError) {
    source = try ByteSource(input)
    decoder = UTF8Decoder(policy: policy)
    lineEndings = LineEndingConverter()
    text.removeAll(keepingCapacity: true)
    start = 0
    isFinal = false
    lineFeeds = 0
  }

  private func endOfBlock() -> Int? {
    guard start < text.count else { return nil }
    if isRaw { return text.count }
    return text.withUnsafeBufferPointer { bytes in
      cut.end(of: UnsafeBufferPointer(rebasing: bytes[start...]), isFinal: isFinal).map { start + $0 }
    }
  }

  private mutating func normalize(_ range: Range<Int>, into block: inout [UInt8]) {
    if isRaw {
      block.append(contentsOf: text[range])
    } else {
      // What is not UTF-8 has been refused or replaced before.
      let text = text
      let isWritten = (try? normalizer.normalize(text.span.extracting(range), into: &block)) ?? false
      if !isWritten { block.append(contentsOf: text[range]) }
    }
  }

  /// Reads, decodes and appends the next piece, or notes that the input has ended.
  private mutating func readPiece() throws(DataError) {
    if start > 0 {
      text.removeSubrange(..<start)
      start = 0
    }
    try source?.read(into: &piece, upTo: pieceSize)
    isFinal = piece.isEmpty
    if isFinal && decoder.offset == 0 {
      throw DataError(.data, "\(shownName) is empty: give a text with at least one character")
    }
    let before = text.count
    do throws(InvalidUTF8) {
      if isRaw {
        text += piece
        decoder.skip(piece.count)
      } else {
        try decoder.append(piece, to: &text)
        if isFinal { try decoder.finish(into: &text) }
      }
    } catch {
      throw refusal(of: error)
    }
    if normalization.lineEndings == .lf && !isRaw { lineEndings.convert(&text, from: before) }
    lineFeeds += countLineFeeds(upTo: piece.count)
  }

  private var shownName: String { DataError.shown(inputs[nextInput].name) }

  private func countLineFeeds(upTo end: Int) -> Int {
    piece.withUnsafeBufferPointer { bytes in
      var count = 0
      for index in 0..<end { count &+= bytes[index] == 0x0A ? 1 : 0 }
      return count
    }
  }

  /// The error for a byte that is not UTF-8, which stands in the present piece or just before it.
  private func refusal(of invalid: InvalidUTF8) -> DataError {
    let offsetInPiece = min(max(invalid.offset - decoder.offset, 0), piece.count)
    let line = lineFeeds + countLineFeeds(upTo: offsetInPiece) + 1
    let byte = "0x" + String(invalid.byte, radix: 16, uppercase: true)
    return DataError(
      .data,
      "\(shownName) is not UTF-8: byte offset \(invalid.offset) (line \(line)) holds \(byte); "
        + "convert it with iconv -t UTF-8, or have such bytes replaced by U+FFFD")
  }
}
