public import DataFiles
public import UnicodeText

/// What takes a corpus in as normalized text, stretch by stretch.
public protocol TextReceiver {
  /// A document begins that is not the first of the corpus.
  mutating func beginDocument()
  /// The next stretch of a document's text, valid UTF-8 that stands by itself; not empty.
  mutating func append(_ text: Span<UInt8>)
  /// The next byte of a document is not UTF-8 and is kept as it is.
  mutating func append(illFormed byte: UInt8)
  /// The document ends.
  mutating func endDocument()
}

/// Makes normalized text of a corpus's pieces; each thread has its own.
public final class TextPreparer {
  /// How long the text of the last piece took to be validated and normalized.
  private(set) var normalizing = Duration.zero

  private let isRaw: Bool
  private let splitsLines: Bool
  private let linesAreDocuments: Bool
  private var normalizer: BlockNormalizer
  private var text: [UInt8] = []
  /// Whether the next byte begins a line, which is a document.
  private var isAtLineStart = false

  /// A preparer of text for a tokenizer.
  ///
  /// - Parameters:
  ///   - configuration: how the text is made uniform, and what its documents are.
  ///   - invalidUTF8: what is done with bytes that are not UTF-8.
  ///   - splitsLines: whether each line is a stretch of its own, or more than one.
  public init(_ configuration: TokenizerConfiguration, invalidUTF8: InvalidUTF8Policy, splitsLines: Bool = false) {
    isRaw = configuration.isRaw(invalidUTF8)
    linesAreDocuments = configuration.documents.kind == .line
    self.splitsLines = splitsLines || linesAreDocuments
    normalizer = BlockNormalizer(configuration.normalization, invalidUTF8: invalidUTF8)
  }

  /// Hands on the text of a piece.
  ///
  /// - Throws: `DataError` with the place in the input when a byte is not UTF-8 and the policy refuses it.
  public func prepare<Receiver: TextReceiver>(
    _ piece: CorpusPiece, for receiver: inout Receiver
  ) throws(DataError) {
    normalizing = .zero
    isAtLineStart = linesAreDocuments && piece.offset > 0 && !piece.continuesLine
    for part in piece.parts {
      if part.startsDocument {
        receiver.beginDocument()
        isAtLineStart = false
      }
      let bytes = piece.bytes.span.extracting(part.range)
      if isRaw {
        hand(bytes, to: &receiver)
      } else if try normalize(bytes, of: piece, at: part.range.lowerBound) {
        let text = text
        hand(text.span, illFormed: normalizer.illFormed, to: &receiver)
      } else {
        hand(bytes, illFormed: normalizer.illFormed, to: &receiver)
      }
      if part.endsDocument { receiver.endDocument() }
    }
  }

  /// Normalizes a part of a piece; whether it changed, so that it stands in `text`.
  private func normalize(
    _ bytes: Span<UInt8>, of piece: borrowing CorpusPiece, at offset: Int
  ) throws(DataError) -> Bool {
    let start = ContinuousClock.now
    defer { normalizing += ContinuousClock.now - start }
    do throws(InvalidUTF8) {
      return try normalizer.normalize(bytes, into: &text)
    } catch {
      throw piece.refusal(of: InvalidUTF8(offset: offset + error.offset, byte: error.byte))
    }
  }

  private func hand<Receiver: TextReceiver>(
    _ text: Span<UInt8>, illFormed: [Range<Int>], to receiver: inout Receiver
  ) {
    var start = 0
    for range in illFormed {
      hand(text.extracting(start..<range.lowerBound), to: &receiver)
      for index in range {
        beginLine(&receiver)
        receiver.append(illFormed: text[index])
      }
      start = range.upperBound
    }
    hand(text.extracting(start..<text.count), to: &receiver)
  }

  private func hand<Receiver: TextReceiver>(_ text: Span<UInt8>, to receiver: inout Receiver) {
    var start = 0
    if splitsLines {
      for index in text.indices where text[index] == 0x0A {
        beginLine(&receiver)
        receiver.append(text.extracting(start..<index + 1))
        start = index + 1
        isAtLineStart = linesAreDocuments
      }
    }
    guard start < text.count else { return }
    beginLine(&receiver)
    receiver.append(text.extracting(start..<text.count))
  }

  private func beginLine<Receiver: TextReceiver>(_ receiver: inout Receiver) {
    guard isAtLineStart else { return }
    receiver.beginDocument()
    isAtLineStart = false
  }
}
