import DataFiles
import TokenFiles
import Tokenization
import UnicodeText

/// The model of a `tokenizer.json`: its tokens, and what becomes of text that they do not hold.
struct HuggingFaceTokens {
  let reading: HuggingFaceSegmentation.Reading

  private let model: HuggingFaceDocument.Part
  private let file: HuggingFaceVocabulary
  private let unknownKey: String?
  private let spellsBytes: Bool

  init(_ document: HuggingFaceDocument) throws(DataError) {
    model = try document.root.required("model")
    guard model.value.objectValue != nil else { throw model.error("is no object") }
    let type = try model.string("type")
    switch type {
    case "WordLevel": try model.allow(["vocab", "unk_token"])
    case "BPE":
      try model.allow([
        "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback",
        "ignore_merges", "vocab", "merges",
      ])
      if let dropout = model.optional("dropout"), dropout.value.doubleValue != 0 {
        throw dropout.error("leaves merges out by chance: set it to null")
      }
      for name in ["continuing_subword_prefix", "end_of_word_suffix"] {
        if try model.optionalString(name)?.isEmpty == false {
          throw try model.required(name).error("writes tokens within a word otherwise, as Longhand does not do")
        }
      }
    default: throw model.error("is of type \(DataError.shown(type)); Longhand reads WordLevel and BPE")
    }
    reading = try HuggingFaceSegmentation.read(document.root.optional("pre_tokenizer"), model: model)
    unknownKey = try model.optionalString("unk_token")
    spellsBytes = try reading.lookup == .scalars ? model.bool("byte_fallback", false) : reading.lookup != .wordLevel
    file = try HuggingFaceVocabulary(document, model: model)
    try checkLookup(isBPE: type == "BPE")
  }

  /// Refuses what would look tokens up, or treat unknown text, in another way.
  private func checkLookup(isBPE: Bool) throws(DataError) {
    if !reading.isLossless && (unknownKey == "\n" || !file.keys.contains("\n")) {
      throw model.error("lacks the token \"\\n\", which ends lines")
    }
    guard isBPE else { return }
    let ignoresMerges = try model.bool("ignore_merges", false)
    if reading.lookup == .segmentsOrBytes && !ignoresMerges {
      throw model.error("never looks whole segments up: set ignore_merges to true")
    }
    if reading.level == .bpe && ignoresMerges {
      throw model.error("takes words that are tokens without merging (ignore_merges), as Longhand does not do")
    }
    guard !spellsBytes else { return }
    if unknownKey == nil { throw model.error("drops text that is not in its vocabulary: give it an unk_token") }
    if try model.bool("fuse_unk", false) {
      throw model.error("makes one token of neighbours that are unknown (fuse_unk), as Longhand does not do")
    }
  }

  /// The vocabulary, and the id in it of each id of the file.
  func vocabulary(
    normalization: TextNormalization, dropsUnused: Bool
  ) throws(DataError) -> (vocabulary: Vocabulary, ids: [TokenID?], notes: [String]) {
    var assembler = try assembler(normalization, .none)
    try append(mergesTo: &assembler)
    let roles = SpecialRoles(file, unknownKey: spellsBytes ? nil : unknownKey) { key in
      guard let meaning = meaning(of: key) else { return false }
      return if case .text(let bytes) = meaning { assembler.refusal(of: bytes) == nil } else { true }
    }
    // In the literature's setting a boundary other than <eos> is that of documents of several lines.
    if !reading.isLossless && roles.boundary != nil { assembler = try self.assembler(normalization, .file) }
    var ids = [TokenID?](repeating: nil, count: file.keys.count)
    for (number, key) in file.keys.enumerated() {
      ids[number] = try id(of: key, number, roles, &assembler, dropsUnused: dropsUnused)
    }
    let vocabulary: Vocabulary
    do { vocabulary = try assembler.build(isOrdered: true) } catch {
      throw model.error("has too few: \(error.message)")
    }
    try checkCompleteness(vocabulary, ids)
    return (vocabulary, ids, notes(ids))
  }

  private func assembler(
    _ normalization: TextNormalization, _ documents: DocumentBoundary
  ) throws(DataError) -> VocabularyAssembler {
    do {
      return try VocabularyAssembler(
        configuration: TokenizerConfiguration(
          level: reading.level, normalization: normalization, isLossless: reading.isLossless,
          unknown: spellsBytes ? .bytes : .symbol, documents: documents))
    } catch { throw model.error("cannot be a vocabulary: \(error.message)") }
  }

  private func id(
    of key: String, _ number: Int, _ roles: SpecialRoles, _ assembler: inout VocabularyAssembler, dropsUnused: Bool
  ) throws(DataError) -> TokenID? {
    if number == roles.unknown { return assembler.id(special: "<unk>") }
    if number == roles.boundary { return assembler.id(special: "<s>") }
    if !reading.isLossless && key == "\n" { return assembler.id(special: "<eos>") }
    if !file.special.contains(number), let meaning = meaning(of: key) {
      switch meaning {
      case .byte(let byte): if let id = assembler.id(spelling: byte) { return id }
      case .text(let bytes) where reading.level == .bpe: if let id = assembler.id(of: bytes) { return id }
      case .text(let bytes): if let id = try? assembler.append(bytes) { return id }
      }
    }
    if dropsUnused { return nil }
    throw model.error(
      "has a token \"\(DataError.shown(key))\" (id \(number)) that no text becomes and that has no counterpart here: leave "
        + "such tokens out with --drop-unused")
  }

  /// What a token of the file stands for.
  private enum Meaning {
    case text([UInt8])
    case byte(UInt8)
  }

  /// What a token stands for by the way it is written; nil where that is no text.
  private func meaning(of key: String) -> Meaning? {
    switch reading.lookup {
    case .wordLevel: return .text(Array(key.utf8))
    case .scalars: return (spellsBytes ? Self.spelledByte(key) : nil).map(Meaning.byte) ?? .text(Array(key.utf8))
    case .bytes:
      guard let bytes = ByteAlphabet.bytes(key) else { return nil }
      return reading.level == .bpe && bytes.count == 1 ? .byte(bytes[0]) : .text(bytes)
    case .segmentsOrBytes:
      let sign = HuggingFaceSegmentation.segmentSign.unicodeScalars
      if key.unicodeScalars.starts(with: sign) {
        return ByteAlphabet.bytes(String(key.unicodeScalars.dropFirst(sign.count))).map(Meaning.text)
      }
      guard let bytes = ByteAlphabet.bytes(key), bytes.count == 1 else { return nil }
      return .byte(bytes[0])
    }
  }

  private static func spelledByte(_ key: String) -> UInt8? {
    guard key.utf8.count == 6, key.hasPrefix("<0x"), key.hasSuffix(">") else { return nil }
    let digits = key.utf8.dropFirst(3).dropLast()
    // Only as it is written there: two capital digits.
    guard digits.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x46).contains($0) }) else { return nil }
    return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}

// Merges, and what must be whole.
extension HuggingFaceTokens {
  private func append(mergesTo assembler: inout VocabularyAssembler) throws(DataError) {
    guard reading.level == .bpe else { return }
    for part in try model.elements("merges") {
      let (left, right) = try Self.parts(of: part)
      guard let left = ByteAlphabet.bytes(left), let right = ByteAlphabet.bytes(right) else {
        throw part.error("merges what is not written in the alphabet of bytes")
      }
      do { _ = try assembler.append(mergeOf: left, right) } catch {
        throw part.error("makes a token that \(error.reason)")
      }
    }
  }

  /// The two tokens of a merge: an array of both, or both with a space between them.
  private static func parts(of merge: HuggingFaceDocument.Part) throws(DataError) -> (left: Substring, right: Substring)
  {
    let parts =
      if let text = merge.value.stringValue {
        text.split(separator: " ", omittingEmptySubsequences: false)
      } else {
        merge.value.arrayValue?.compactMap { $0.stringValue.map { $0[...] } } ?? []
      }
    guard parts.count == 2 else { throw merge.error("is no merge of two tokens") }
    return (parts[0], parts[1])
  }

  /// Refuses a file that lacks a byte, or the token of a merge.
  private func checkCompleteness(_ vocabulary: Vocabulary, _ ids: [TokenID?]) throws(DataError) {
    var isThere = [Bool](repeating: false, count: vocabulary.count)
    for case let id? in ids { isThere[Int(id)] = true }
    for id in 0..<TokenID(vocabulary.count) where !isThere[Int(id)] && !vocabulary.isSpecial(id) {
      let bytes = vocabulary.bytes(of: id) ?? []
      throw model.error("lacks the token of the bytes \(bytes.map { String($0, radix: 16) }.joined(separator: " "))")
    }
  }

  private func notes(_ ids: [TokenID?]) -> [String] {
    var notes: [String] = []
    let dropped = ids.indices.filter { ids[$0] == nil }.map { "\"\(DataError.shown(file.keys[$0]))\"" }
    if !dropped.isEmpty {
      notes.append("left out: \(dropped.prefix(8).joined(separator: ", "))\(dropped.count > 8 ? " …" : "")")
    }
    if !file.special.isEmpty {
      notes.append("names of special tokens that stand in a text are text, as with encode_special_tokens in tokenizers")
    }
    return notes
  }
}

/// Which tokens of a file mean what Longhand's special tokens mean.
private struct SpecialRoles {
  private static let starts = ["<s>", "<bos>", "[BOS]", "<|begin_of_text|>", "<|startoftext|>", "<|endoftext|>"]
  private static let ends = ["</s>", "<eos>", "[EOS]", "<|eos|>", "<|end_of_text|>"]

  private(set) var unknown: Int?
  private(set) var boundary: Int?

  /// Looks for the token of the unknown, and for one that starts or, if none does, ends a document.
  init(_ file: HuggingFaceVocabulary, unknownKey: String?, isText: (String) -> Bool) {
    var places: [String: Int] = [:]
    for (id, key) in file.keys.enumerated() {
      if let unknownKey, key.utf8.elementsEqual(unknownKey.utf8) { unknown = id }
      guard key.utf8.count < 32, key.utf8.contains(where: { "<[".utf8.contains($0) }) else { continue }
      let name = key.filter { $0 != " " }
      guard Self.starts.contains(name) || Self.ends.contains(name) else { continue }
      // A name within spaces is how an exported token is kept apart from text.
      if file.special.contains(id) || name != key || !isText(key) { places[name] = id }
    }
    boundary = (Self.starts + Self.ends).lazy.compactMap { places[$0] }.first
  }
}
