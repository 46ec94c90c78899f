import DataFiles
import TokenFiles
import Tokenization

/// A vocabulary's tokens as a model of `tokenizers`: `WordLevel` or `BPE`.
struct HuggingFaceModel {
  /// The model.
  let json: JSONValue
  /// The special tokens whose names a text could become, and what they are called instead.
  let renamed: [(name: String, key: String)]

  init(_ vocabulary: Vocabulary, _ segmentation: HuggingFaceSegmentation) {
    let keys = TokenKeys(vocabulary, segmentation.lookup)
    renamed = keys.renamed
    let entries = (0..<TokenID(vocabulary.count)).map { JSONValue.Member(keys.key(of: $0), .integer(Int($0))) }
    let vocab = JSONValue.Member("vocab", .object(entries))
    let unknown = vocabulary.unknown.map { JSONValue.string(keys.key(of: $0)) }
    if segmentation.lookup == .wordLevel {
      json = HuggingFaceComponent.of("WordLevel", [vocab, .init("unk_token", unknown ?? .null)])
      return
    }
    let merges = vocabulary.mergedPairs.map { pair in
      JSONValue.array([.string(keys.key(of: pair.left)), .string(keys.key(of: pair.right))])
    }
    json = HuggingFaceComponent.of(
      "BPE",
      [
        .init("dropout", .null), .init("unk_token", unknown ?? .null), .init("continuing_subword_prefix", .null),
        .init("end_of_word_suffix", .null), .init("fuse_unk", .bool(false)),
        .init("byte_fallback", .bool(segmentation.lookup == .scalars && vocabulary.unknown == nil)),
        .init("ignore_merges", .bool(segmentation.lookup == .segmentsOrBytes)), vocab,
        .init("merges", .array(merges)),
      ])
  }
}

/// What a vocabulary's tokens are called in a model of `tokenizers`, each otherwise.
private struct TokenKeys {
  private let vocabulary: Vocabulary
  private let lookup: HuggingFaceSegmentation.Lookup
  private let specials: [String]
  let renamed: [(name: String, key: String)]

  init(_ vocabulary: Vocabulary, _ lookup: HuggingFaceSegmentation.Lookup) {
    self.vocabulary = vocabulary
    self.lookup = lookup
    let names = vocabulary.configuration.specialTokens
    var renamed: [(name: String, key: String)] = []
    specials = names.enumerated().map { id, name in
      if TokenID(id) == vocabulary.endOfLine { return "\n" }
      guard Self.canBeText(name, vocabulary, lookup, isUnknown: TokenID(id) == vocabulary.unknown) else { return name }
      // No segment of text holds both white space and other text.
      renamed.append((name, " \(name) "))
      return " \(name) "
    }
    self.renamed = renamed
  }

  /// Whether text could become a special token if it had its own name.
  private static func canBeText(
    _ name: String, _ vocabulary: Vocabulary, _ lookup: HuggingFaceSegmentation.Lookup, isUnknown: Bool
  ) -> Bool {
    let isToken = vocabulary.id(of: Array(name.utf8)) != nil
    return switch lookup {
    case .wordLevel: vocabulary.configuration.level == .whitespace && (!isUnknown || isToken)
    case .bytes: isToken
    case .scalars, .segmentsOrBytes: false
    }
  }

  func key(of id: TokenID) -> String {
    if vocabulary.isSpecial(id) { return specials[Int(id)] }
    guard let bytes = vocabulary.bytes(of: id) else { return "" }
    let spells = bytes.count == 1 && vocabulary.id(spelling: bytes[0]) == id
    switch lookup {
    case .wordLevel: return String(decoding: bytes, as: UTF8.self)
    case .scalars: return spells ? Vocabulary.shown(spelled: bytes[0]) : String(decoding: bytes, as: UTF8.self)
    case .bytes: return ByteAlphabet.string(bytes)
    case .segmentsOrBytes: return (spells ? "" : HuggingFaceSegmentation.segmentSign) + ByteAlphabet.string(bytes)
    }
  }
}
