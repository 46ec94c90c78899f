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
  public mutating func encode(prompt: String) throws(DataError) -> EncodedText {
    var result = EncodedText()
    if prompt.isEmpty { return result }
    let configuration = vocabulary.configuration
    var reader = configuration.reader(of: [.bytes(Array(prompt.utf8), name: "prompt")])
    var block: [UInt8] = []
    var ranges: [Range<Int>] = []
    var offset = 0
    while try reader.next(into: &block) != nil {
      ranges.removeAll(keepingCapacity: true)
      encode(block.span, into: &result.ids, unknown: &ranges)
      result.unknown += ranges.map {
        EncodedText.Unknown(text: String(decoding: block[$0], as: UTF8.self), offset: offset + $0.lowerBound)
      }
      offset += block.count
    }
    return result
  }
}
