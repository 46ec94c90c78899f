internal import Compute
internal import Scoring
internal import Tokenization

extension TextModel {
  /// The probability of a text, every token of it scored once.
  ///
  /// - Throws: `DataError` when the text is empty.
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
    return try scorer.score(stream: pieces(of: inputs, invalidUTF8), observe: observe)
  }

  /// The probability of each of several texts, side by side, each from the initial state.
  ///
  /// - Parameters:
  ///   - inputs: the texts.
  ///   - invalidUTF8: what is done with bytes that are not UTF-8.
  ///   - observe: takes each text's number and figures, in order.
  /// - Returns: the figures of all texts together.
  /// - Throws: `DataError` when a text cannot be read, and what `observe` throws.
  public func score(
    eachOf inputs: [CorpusInput], invalidUTF8: InvalidUTF8Policy? = nil,
    observe: (Int, ScoreReport) throws -> Void = { _, _ in }
  ) throws -> ScoreReport {
    let texts = inputs.map { input in
      // A text is opened when its turn comes, and closed when it ends.
      var next: (() throws -> ScoredText?)?
      var isOver = false
      return { () throws -> ScoredText? in
        if isOver { return nil }
        let reader = try next ?? self.pieces(of: [input], invalidUTF8, allowsEmpty: true)
        next = reader
        if let piece = try reader() { return piece }
        (next, isOver) = (nil, true)
        return nil
      }
    }
    let report = try sequenceScorer(openTexts: SystemLimits.openFiles - 64).score(texts: texts, observe: observe)
    if report.tokens == 0 { throw DataError(.data, "every one of the texts is empty: give one with a character") }
    return report
  }

  /// The probability of every line of texts, each from the initial state; the line feed counts as its last token.
  ///
  /// - Parameters:
  ///   - inputs: the texts.
  ///   - invalidUTF8: what is done with bytes that are not UTF-8.
  ///   - observe: takes each line with its figures, in order.
  /// - Throws: `DataError` when a text cannot be read, and what `observe` throws.
  public func score(
    linesOf inputs: [CorpusInput], invalidUTF8: InvalidUTF8Policy? = nil,
    observe: (SequenceScore) throws -> Void = { _ in }
  ) throws -> ScoreReport {
    let encoder = try LineEncoder(vocabulary, inputs, invalidUTF8: invalidUTF8)
    return try sequenceScorer().score(
      sequences: {
        var ids: [TokenID] = []
        return try encoder.next(into: &ids).map { ScoredText(tokens: ids, counts: TextSize($0)) }
      }, observe: observe)
  }

  /// A scorer of sequences side by side.
  ///
  /// - Parameter openTexts: how many of them may be open at a time.
  private func sequenceScorer(openTexts: Int = .max) throws(DataError) -> Scorer<LSTMLanguageModel<CPUDevice>> {
    try Scorer(
      model, boundary: vocabulary.boundary, unknown: vocabulary.unknown, lanes: max(1, min(48, openTexts / threads)),
      threads: threads)
  }

  /// What gives the tokens of texts, one after another, piece by piece.
  private func pieces(
    of inputs: [CorpusInput], _ invalidUTF8: InvalidUTF8Policy?, allowsEmpty: Bool = false
  ) throws -> () throws -> ScoredText? {
    let encoder = try CorpusEncoder(vocabulary, inputs, invalidUTF8: invalidUTF8, allowsEmpty: allowsEmpty)
    var before = TextSize()
    return {
      var ids: [TokenID] = []
      guard try encoder.next(into: &ids) else { return nil }
      let now = TextSize(encoder.counts)
      defer { before = now }
      return ScoredText(tokens: ids, counts: now - before)
    }
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
