public import DataFiles
public import Tokenization
import TokenFiles

/// A list of a token and its count in each line, as word lists, KenLM, SRILM and subword-nmt have them.
///
/// A tab, or else the last spaces of the line, part token and count; a list without counts has a token in each line. The
/// lines `<unk>`, `<s>`, `<eos>` and `</s>` give special tokens their counts, where the vocabulary has them.
public enum TokenCountList {
  /// The vocabulary of a list: by count, or, where there are none, in the order of the list.
  ///
  /// - Parameters:
  ///   - path: the list.
  ///   - configuration: how text becomes tokens; not of level `byte` or `bpe`, whose tokens are no list.
  ///   - minimumCount: tokens with a lower count fall out, and count as unknown.
  ///   - maximumSize: the most tokens, special ones included; nil keeps all.
  /// - Throws: `DataError` with the line of a token that is there twice or never stands in a text, or of a bad count.
  public static func vocabulary(
    path: String, configuration: TokenizerConfiguration, minimumCount: Int = 1, maximumSize: Int? = nil
  ) throws(DataError) -> Vocabulary {
    let file = try MappedFile(copying: path)
    return try unsafe file.withUnsafeBytes { (bytes) throws(DataError) in
      try unsafe vocabulary(
        parsing: bytes, from: path, configuration: configuration, minimumCount: minimumCount, maximumSize: maximumSize)
    }
  }

  /// The vocabulary of a list that is in memory; `source` is its name for messages.
  ///
  /// - Throws: `DataError` as `vocabulary(path:configuration:minimumCount:maximumSize:)` does.
  public static func vocabulary(
    parsing bytes: UnsafeRawBufferPointer, from source: String, configuration: TokenizerConfiguration,
    minimumCount: Int = 1, maximumSize: Int? = nil
  ) throws(DataError) -> Vocabulary {
    if configuration.level == .byte || configuration.level == .bpe {
      throw DataError(
        .usage, "level \(configuration.level.rawValue) takes no list: bytes are known, and subwords need merges")
    }
    var reader = try ListReader(source: source, configuration: configuration)
    var start = unsafe bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < bytes.count {
      let end = unsafe bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      try reader.read(unsafe Array(bytes[start..<end]))
      start = end + 1
    }
    return try reader.finish(minimumCount: minimumCount, maximumSize: maximumSize)
  }
}

/// Reads a list line by line.
private struct ListReader {
  private let source: String
  private let level: TokenizerLevel
  private var assembler: VocabularyAssembler
  private var line = 0
  /// The line of each token, for messages.
  private var lines: [Int] = []
  private let firstID: Int
  private var specialLines: [String: Int] = [:]
  /// Nil before the first line.
  private var hasCounts: Bool?

  init(source: String, configuration: TokenizerConfiguration) throws(DataError) {
    self.source = source
    level = configuration.level
    assembler = try VocabularyAssembler(configuration: configuration)
    firstID = assembler.count
  }

  private func error(_ what: String) -> DataError {
    DataError(.data, "\(DataError.shown(source)), line \(line) \(what)")
  }

  mutating func read(_ text: [UInt8]) throws(DataError) {
    line += 1
    let text = text.last == 0x0D ? text.dropLast() : text[...]
    guard !text.isEmpty else { throw error("is empty: give a token in each line") }
    let (token, count) = try parts(of: text)
    func shown() -> String { DataError.shown(String(decoding: token, as: UTF8.self)) }
    if let name = Self.specialName(token) {
      if let first = specialLines.updateValue(line, forKey: shown()) {
        throw error("holds \(shown()), which line \(first) holds already")
      }
      // Where no token ends a line, what ends a sentence is the boundary.
      let known = name == "<eos>" && assembler.id(special: name) == nil ? "<s>" : name
      do { try assembler.count(special: known, occurrences: count) } catch { throw self.error("\(error.reason)") }
      return
    }
    do {
      _ = try assembler.append(Array(token), occurrences: count)
      lines.append(line)
    } catch {
      switch error {
      case .known(let id):
        throw self.error("holds \"\(shown())\", which line \(lines[Int(id) - firstID]) holds already")
      case .several:
        throw self.error("holds \"\(shown())\", which is not one token of a text at level \(level.rawValue)")
      default: throw self.error("holds \"\(shown())\", which \(error.reason)")
      }
    }
  }

  consuming func finish(minimumCount: Int, maximumSize: Int?) throws(DataError) -> Vocabulary {
    guard hasCounts != nil else { throw DataError(.data, "\(DataError.shown(source)) is empty: give a list of tokens") }
    if hasCounts == false && minimumCount != 1 {
      throw DataError(.usage, "\(DataError.shown(source)) has no counts, so a minimum count has no meaning")
    }
    do {
      return try assembler.build(
        isOrdered: hasCounts == false, minimumCount: minimumCount, maximumSize: maximumSize)
    } catch {
      throw DataError(error.code, "\(DataError.shown(source)): \(error.message)")
    }
  }

  /// Token and count of a line.
  private mutating func parts(of text: ArraySlice<UInt8>) throws(DataError) -> (token: ArraySlice<UInt8>, count: Int) {
    let tab = text.lastIndex(of: 0x09)
    let end = tab ?? text.dropFirst().lastIndex(of: 0x20)
    let field = end.map { text[($0 + 1)...] }
    let isCounted = hasCounts ?? (field.map(Self.isNumber) ?? false)
    hasCounts = isCounted
    guard isCounted else { return (text, 0) }
    guard let end, let field else { throw error("has no count, as the lines before it have") }
    guard Self.isNumber(field), let count = Int(String(decoding: field, as: UTF8.self)) else {
      throw error(
        "has \"\(DataError.shown(String(decoding: field, as: UTF8.self)))\" for a count, which is no whole number")
    }
    var token = text[..<end]
    if tab == nil { while token.count > 1 && token.last == 0x20 { token.removeLast() } }
    return (token, count)
  }

  private static func isNumber(_ field: ArraySlice<UInt8>) -> Bool {
    !field.isEmpty && field.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
  }

  /// What a special token of a list is called here.
  private static func specialName(_ token: ArraySlice<UInt8>) -> String? {
    switch String(decoding: token, as: UTF8.self) {
    case "<unk>": "<unk>"
    case "<s>": "<s>"
    case "<eos>", "</s>": "<eos>"
    default: nil
    }
  }
}
