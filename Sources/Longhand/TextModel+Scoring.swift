internal import Scoring
internal import Tokenization

extension TextModel {
  /// The probability of a text, every token of it scored once.
  public func score(_ text: String) throws -> ScoreReport {
    try score([.bytes(Array(text.utf8), name: "text")])
  }

  /// The probability of texts, one after another, the state carried from the first token to the last.
  ///
  /// The figures do not depend on the pieces in which a text is read, and memory does not grow with it.
  ///
  /// - Parameters:
  ///   - inputs: the texts.
  ///   - invalidUTF8: what is done with bytes that are not UTF-8.
  ///   - observe: takes each token with its log-probability, in order.
  /// - Throws: `DataError` when a text cannot be read, and what `observe` throws.
  public func score(
    _ inputs: [CorpusInput], invalidUTF8: InvalidUTF8Policy? = nil,
    observe: (TokenScore) throws -> Void = { _ in }
  ) throws -> ScoreReport {
    let scorer = try Scorer(model, boundary: vocabulary.boundary, unknown: vocabulary.unknown)
    let encoder = try CorpusEncoder(vocabulary, inputs, invalidUTF8: invalidUTF8)
    var before = TextSize()
    return try scorer.score(
      stream: {
        var ids: [TokenID] = []
        guard try encoder.next(into: &ids) else { return nil }
        let now = TextSize(encoder.counts)
        defer { before = now }
        return ScoredText(tokens: ids, counts: now - before)
      }, observe: observe)
  }

  /// The probability of every line of texts, each from the initial state; the line feed counts as its last token.
  ///
  /// - Parameters:
  ///   - inputs: the texts.
  ///   - observe: takes each line with its figures, in order.
  public func score(
    linesOf inputs: [CorpusInput], invalidUTF8: InvalidUTF8Policy? = nil,
    observe: (SequenceScore) throws -> Void = { _ in }
  ) throws -> ScoreReport {
    let scorer = try Scorer(model, boundary: vocabulary.boundary, unknown: vocabulary.unknown)
    let encoder = try LineEncoder(vocabulary, inputs, invalidUTF8: invalidUTF8)
    return try scorer.score(
      sequences: {
        var ids: [TokenID] = []
        return try encoder.next(into: &ids).map { ScoredText(tokens: ids, counts: TextSize($0)) }
      }, observe: observe)
  }
}

extension TextSize {
  /// The size that the text side counted.
  fileprivate init(_ counts: TextCounts) {
    self.init(
      characters: counts.characters, bytes: counts.bytes, words: counts.words, spelled: counts.spelled,
      spellingBytes: counts.spellingBytes)
  }

  fileprivate static func - (left: TextSize, right: TextSize) -> TextSize {
    TextSize(
      characters: left.characters - right.characters, bytes: left.bytes - right.bytes,
      words: left.words - right.words, spelled: left.spelled - right.spelled,
      spellingBytes: left.spellingBytes - right.spellingBytes)
  }
}
