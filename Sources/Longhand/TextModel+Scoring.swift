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
    _ inputs: [CorpusInput], invalidUTF8: InvalidUTF8Policy = .error,
    observe: (TokenScore) throws -> Void = { _ in }
  ) throws -> ScoreReport {
    let scorer = try Scorer(model, boundary: vocabulary.boundary, unknown: vocabulary.unknown)
    var stream = try TokenStream(vocabulary, inputs, invalidUTF8: invalidUTF8)
    return try scorer.score(stream: { try stream.next() }, observe: observe)
  }

  /// The probability of every line of texts, each from the initial state; the line feed counts as its last token.
  ///
  /// - Parameters:
  ///   - inputs: the texts.
  ///   - observe: takes each line with its figures, in order.
  public func score(
    linesOf inputs: [CorpusInput], invalidUTF8: InvalidUTF8Policy = .error,
    observe: (SequenceScore) throws -> Void = { _ in }
  ) throws -> ScoreReport {
    let scorer = try Scorer(model, boundary: vocabulary.boundary, unknown: vocabulary.unknown)
    var lines = try LineStream(vocabulary, inputs, invalidUTF8: invalidUTF8)
    return try scorer.score(sequences: { try lines.next() }, observe: observe)
  }
}
