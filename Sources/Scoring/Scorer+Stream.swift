internal import LanguageModeling
internal import TokenFiles

extension Scorer {
  /// Scores one long text, its state carried from the first token to the last.
  ///
  /// The figures do not depend on the pieces in which the text comes. Throws a data error when a token is none of the
  /// model's or the model is damaged, and what the closures throw.
  ///
  /// - Parameters:
  ///   - next: the next piece of the text, which may be empty; nil at the end.
  ///   - observe: takes each token in order.
  public func score(
    stream next: () throws -> ScoredText?, observe: (TokenScore) throws -> Void = { _ in }
  ) throws -> ScoreReport {
    var stream = StreamScoring(self)
    while let piece = try next() { try stream.read(piece, observe: observe) }
    try stream.scoreWaiting(observe: observe)
    return stream.report
  }
}

/// A text on its way through a model, one window at a time.
private struct StreamScoring<Model: LanguageModel> {
  private let scorer: Scorer<Model>
  private var state: Model.State
  /// The token before the next one, then those that wait to be scored.
  private var waiting: [TokenID]
  private var logProbabilities: [Double] = []
  private(set) var report = ScoreReport()

  init(_ scorer: Scorer<Model>) {
    self.scorer = scorer
    state = scorer.model.initialState(lanes: 1)
    waiting = [scorer.boundary]
  }

  /// Takes tokens and scores each window that they fill.
  mutating func read(_ piece: ScoredText, observe: (TokenScore) throws -> Void) throws {
    try scorer.check(piece.tokens, from: report.tokens + waiting.count - 1, of: "the text")
    report.add(piece.counts)
    var rest = piece.tokens[...]
    while !rest.isEmpty {
      let part = rest.prefix(scorer.window + 1 - waiting.count)
      waiting.append(contentsOf: part)
      rest = rest.dropFirst(part.count)
      if waiting.count > scorer.window { try scoreWaiting(observe: observe) }
    }
  }

  /// Scores the tokens that wait; the last of them becomes the context of the next.
  mutating func scoreWaiting(observe: (TokenScore) throws -> Void) throws {
    guard waiting.count > 1 else { return }
    let targets = Array(waiting.dropFirst())
    scorer.model.logProbabilities(
      of: targets, given: Array(waiting.dropLast()), state: &state, into: &logProbabilities)
    for (token, logProbability) in zip(targets, logProbabilities) {
      let score = TokenScore(index: report.tokens, token: token, logProbability: logProbability)
      try scorer.count(score, in: &report)
      try observe(score)
    }
    waiting.removeFirst(waiting.count - 1)
  }
}
