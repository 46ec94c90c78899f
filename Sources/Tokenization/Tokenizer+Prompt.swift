public import DataFiles
public import TokenFiles
import UnicodeText

/// A short text as ids, and what of it the vocabulary does not hold.
public struct EncodedText: Sendable, Equatable {
  /// A token that is not in the vocabulary.
  public struct Unknown: Sendable, Equatable {
    /// The token's text.
    public let text: String
    /// Where it starts in the normalized text, in bytes.
    public let offset: Int

    /// A token's text and place.
    public init(text: String, offset: Int) {
      self.text = text
      self.offset = offset
    }
  }

  /// One id for each token.
  public internal(set) var ids: [TokenID] = []
  /// What became `<unk>`, in the order of the text.
  public internal(set) var unknown: [Unknown] = []

  /// A text as ids, with what is unknown in it.
  public init(ids: [TokenID] = [], unknown: [Unknown] = []) {
    self.ids = ids
    self.unknown = unknown
  }
}

extension Tokenizer {
  /// The ids of a text that has begun and may go on, such as a prompt: its last line is not ended.
  public func encode(prompt: String) throws(DataError) -> EncodedText {
    if prompt.isEmpty { return EncodedText() }
    let configuration = vocabulary.configuration
    var reader = configuration.reader(of: [.bytes(Array(prompt.utf8), name: "prompt")], invalidUTF8: .error)
    let preparer = TextPreparer(configuration, invalidUTF8: .error)
    var receiver = PromptReceiver(tokenizer: self)
    var piece = CorpusPiece()
    while try reader.next(into: &piece) { try preparer.prepare(piece, for: &receiver) }
    return receiver.result
  }
}

/// Takes in a prompt, whose last document is not ended.
private struct PromptReceiver: TextReceiver {
  var tokenizer: any Tokenizer
  var result = EncodedText()
  private var offset = 0

  init(tokenizer: any Tokenizer) {
    self.tokenizer = tokenizer
  }

  mutating func append(_ text: Span<UInt8>) {
    var places: [Range<Int>] = []
    tokenizer.encode(text, into: &result.ids, unknown: &places)
    if tokenizer.vocabulary.unknown != nil {
      for place in places {
        let token = unsafe text.extracting(place).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        result.unknown.append(EncodedText.Unknown(text: token, offset: offset + place.lowerBound))
      }
    }
    offset += text.count
  }

  mutating func append(illFormed byte: UInt8) { offset += 1 }

  mutating func beginDocument() {
    let vocabulary = tokenizer.vocabulary
    if vocabulary.boundary != vocabulary.endOfLine { result.ids.append(vocabulary.boundary) }
  }

  mutating func endDocument() {}
}
