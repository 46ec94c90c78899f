public import DataFiles
public import TokenFiles
import UnicodeText

/// Puts a vocabulary together of tokens, or merges, that others have found.
public struct VocabularyAssembler {
  private let configuration: TokenizerConfiguration
  private let stream: TokenStream?
  private var table = TokenTable()
  private var counts: [Int] = []
  private var merges = MergeTable()
  private var specialCounts: [Int]
  /// Bytes of all occurrences, which bounds every sum of counts.
  private var total = 0

  /// An assembler without tokens.
  ///
  /// - Throws: `DataError` when the locale of the configuration is not at hand.
  public init(configuration: TokenizerConfiguration) throws(DataError) {
    self.configuration = configuration
    stream = try TokenStream(configuration: configuration)
    specialCounts = configuration.specialTokens.map { _ in 0 }
  }

  /// How many tokens there are, special ones and the bytes that spell included.
  public var count: Int { configuration.reservedCount + table.count }

  /// Adds occurrences of a special token; one that the vocabulary has not is passed over.
  ///
  /// - Throws: `TokenRefusal` when all occurrences together are too many to count.
  public mutating func count(special name: String, occurrences: Int) throws(TokenRefusal) {
    try count(occurrences, bytes: 1)
    if let id = id(special: name) { specialCounts[Int(id)] += occurrences }
  }

  /// Adds a token behind those that are there, and gives its id.
  ///
  /// - Throws: `TokenRefusal` for a token that no text could become, or that is there already.
  public mutating func append(_ token: [UInt8], occurrences: Int = 0) throws(TokenRefusal) -> TokenID {
    if let refusal = refusal(of: token) { throw refusal }
    try count(occurrences, bytes: token.count)
    return try add(token, occurrences)
  }

  /// Adds the merge of two tokens as the one of the highest rank, and gives the id of its token.
  ///
  /// - Throws: `TokenRefusal` when a part is no token yet, or the token is there already or too long.
  public mutating func append(mergeOf left: [UInt8], _ right: [UInt8]) throws(TokenRefusal) -> TokenID {
    precondition(configuration.level == .bpe, "merges at level \(configuration.level.rawValue)")
    guard let leftID = id(of: left), let rightID = id(of: right) else { throw .unknownPart }
    let pair = MergeTable.Pair(left: leftID, right: rightID)
    let length = left.count + right.count
    guard length <= MergeTable.longestToken else { throw .tooLong(length) }
    let id = try add(left + right, 0)
    _ = merges.append(pair)
    return id
  }

  /// The id of a special token, by the name that it has here; nil when there is none.
  public func id(special name: String) -> TokenID? {
    configuration.specialTokens.firstIndex(of: name).map { TokenID($0) }
  }

  /// The id of the token that spells a byte, where what is not in the vocabulary is spelled, or merged, in bytes.
  public func id(spelling byte: UInt8) -> TokenID? {
    configuration.hasByteTokens ? TokenID(configuration.specialTokens.count) + TokenID(byte) : nil
  }

  /// The id of a token that is here; of a subword, also of a single byte.
  public func id(of token: [UInt8]) -> TokenID? {
    if configuration.level == .bpe && token.count == 1 { return id(spelling: token[0]) }
    return table.number(of: token.span).map { TokenID(configuration.reservedCount + $0) }
  }

  /// The vocabulary.
  ///
  /// - Parameters:
  ///   - isOrdered: whether the tokens keep the order in which they were added; else the most frequent come first, those
  ///     of equal count in code-point order.
  ///   - minimumCount: tokens that occur less often fall out, unless order is all that is known of them.
  ///   - maximumSize: the most tokens, special ones included, of which the last fall out; nil keeps all.
  /// - Throws: `DataError` when the limits are nonsense, or the tokens are none or, at level `byte`, not all.
  public consuming func build(
    isOrdered: Bool, minimumCount: Int = 1, maximumSize: Int? = nil
  ) throws(DataError) -> Vocabulary {
    try configuration.check(minimumCount: minimumCount, maximumSize: maximumSize)
    if configuration.level == .byte && table.count != 256 {
      throw DataError(.data, "\(table.count) bytes are tokens instead of 256")
    }
    let room = maximumSize.map { $0 - configuration.reservedCount }
    let lost = try isOrdered ? cut(to: room ?? table.count) : select(minimumCount: minimumCount, room: room)
    if configuration.unknown == .symbol { specialCounts[0] += lost.count }
    return Vocabulary(
      configuration: configuration, table: table,
      counts: specialCounts + (configuration.hasByteTokens ? lost.bytes : []) + counts, merges: merges)
  }

  /// Keeps the first tokens, as many as there is room for.
  private mutating func cut(to room: Int) throws(DataError) -> (count: Int, bytes: [Int]) {
    guard table.count > 0 || configuration.hasByteTokens else { throw DataError(.data, "there are no tokens") }
    if room < table.count {
      precondition(merges.pairs.isEmpty, "a limit on \(merges.pairs.count) merges")
      var kept = TokenTable()
      for number in 0..<room { _ = kept.insert(table[number].span) }
      table = kept
      counts.removeSubrange(room...)
    }
    return (0, [Int](repeating: 0, count: 256))
  }

  /// Keeps the most frequent tokens, and gives how often the others occurred, and their bytes.
  private mutating func select(minimumCount: Int, room: Int?) throws(DataError) -> (count: Int, bytes: [Int]) {
    var selection = TokenSelection(minimumCount: minimumCount, room: room)
    for number in 0..<table.count { selection.add(table[number].span, counts[number]) }
    let kept = selection.finish()
    guard kept.counts.count > 0 || configuration.hasByteTokens else {
      throw DataError(
        .data,
        minimumCount <= 1
          ? "the list has no token but special ones; give one with others"
          : "no token occurs \(minimumCount) times: lower the minimum count")
    }
    (table, counts) = (kept.table, kept.counts)
    return (selection.lostCount, selection.lostBytes)
  }

  private mutating func count(_ occurrences: Int, bytes: Int) throws(TokenRefusal) {
    let (more, isTooMany) = occurrences.multipliedReportingOverflow(by: bytes)
    let (sum, isTooLarge) = total.addingReportingOverflow(more)
    guard occurrences >= 0, !isTooMany, !isTooLarge else { throw .tooManyOccurrences }
    total = sum
  }

  private mutating func add(_ token: [UInt8], _ occurrences: Int) throws(TokenRefusal) -> TokenID {
    let next = table.count
    guard configuration.reservedCount + next < Int(UInt32.max) - 2 else { throw .tooMany }
    let number = table.insert(token.span)
    let id = TokenID(configuration.reservedCount + number)
    guard number == next else { throw .known(id) }
    counts.append(occurrences)
    return id
  }

  /// Why no text could become a token, whether or not it is here; nil where one can.
  ///
  /// Of subwords, only those that merges have made can be had.
  public func refusal(of token: [UInt8]) -> TokenRefusal? {
    if token.isEmpty { return .empty }
    switch configuration.level {
    case .byte: return token.count == 1 ? nil : .several
    case .bpe: return id(of: token) == nil ? .several : nil
    default: break
    }
    guard let text = String(validating: token, as: UTF8.self) else { return .notUTF8 }
    let normalized = configuration.normalization.normalized(token)
    guard normalized == token else { return .notNormalized(String(decoding: normalized, as: UTF8.self)) }
    return isOne(token, text) ? nil : .several
  }

  private func isOne(_ token: [UInt8], _ text: String) -> Bool {
    guard let stream else { return text.unicodeScalars.count == 1 }
    var isWhole = false
    stream.divide(token.span) { isWhole = $0[0] == 0..<token.count }
    return isWhole
  }
}

/// Why a token cannot be part of a vocabulary.
public enum TokenRefusal: Error, Sendable, Equatable {
  /// It has no bytes.
  case empty
  /// It is not UTF-8, which only bytes and subwords need not be.
  case notUTF8
  /// Text is normalized first, and becomes this.
  case notNormalized(String)
  /// Text like this is divided into several tokens, or dropped.
  case several
  /// It is a token already, with this id.
  case known(TokenID)
  /// A part of a merge is no token before it.
  case unknownPart
  /// It has more bytes than a subword may have.
  case tooLong(Int)
  /// There is no id left.
  case tooMany
  /// It occurs too often, with those before it, to be counted in 63 bits.
  case tooManyOccurrences

  /// What is wrong with the token, to be said behind its name.
  public var reason: String {
    switch self {
    case .empty: "is empty"
    case .notUTF8: "is not UTF-8"
    case .notNormalized(let text):
      "never stands in normalized text, which has \"\(DataError.shown(text))\" instead: normalize the tokens, or not the text"
    case .several: "is not one token of a text at this level"
    case .known(let id): "is there already, with id \(id)"
    case .unknownPart: "has a part that is no token of an earlier merge"
    case .tooLong(let count): "has \(count) bytes, more than the \(MergeTable.longestToken) of the longest subword"
    case .tooMany: "is one more than there are ids"
    case .tooManyOccurrences: "brings all counts beyond 63 bits"
    }
  }
}
