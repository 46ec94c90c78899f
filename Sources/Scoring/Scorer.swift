public import DataFiles
public import LanguageModeling
public import TokenFiles
internal import Threading

/// Gives the probability of every token of a text, the first included, under a model.
///
/// The context of a first token is the boundary token, which is not scored itself. Texts are read in pieces and never
/// held as a whole, but for sequences, such as lines. Figures are the same bits for any number of lanes and threads.
public struct Scorer<Model: LanguageModel>: Sendable {
  let model: Model
  let boundary: TokenID
  let window: Int
  let lanes: Int
  /// The model, and contexts of it for the threads beside the calling one.
  let contexts: [Model]
  let workers: Workers
  private let unknown: TokenID?

  /// Throws a data error when a token is none of the model's, and a usage error when a size is below 1.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - boundary: the token before every text.
  ///   - unknown: the token of symbols outside the vocabulary; nil if there is none.
  ///   - window: how many tokens of a lane the model reads at once.
  ///   - lanes: how many sequences a thread scores side by side.
  ///   - threads: how many threads score sequences; a stream is scored by the calling one.
  public init(
    _ model: Model, boundary: TokenID, unknown: TokenID? = nil, window: Int = 256, lanes: Int = 48, threads: Int = 1
  ) throws(DataError) {
    guard window >= 1, lanes >= 1, threads >= 1 else {
      throw DataError(
        .usage, "window \(window), lanes \(lanes), threads \(threads): give numbers of at least 1")
    }
    for (name, token) in [("boundary", boundary), ("unknown", unknown ?? 0)] where Int(token) >= model.vocabularySize {
      throw DataError(.data, "the \(name) token is \(token), but \(Self.tokens(of: model)): use its own vocabulary")
    }
    self.model = model
    self.boundary = boundary
    self.unknown = unknown
    self.window = window
    self.lanes = lanes
    contexts = threads == 1 ? [model] : (0..<threads).map { _ in model.makeContext() }
    workers = Workers(threads: threads)
  }

  /// Throws a data error when a token is none of the model's.
  ///
  /// - Parameters:
  ///   - tokens: the next tokens of a text.
  ///   - index: the place of the first of them in the text.
  ///   - text: what the text is called in the message.
  func check(_ tokens: [TokenID], from index: Int, of text: String) throws(DataError) {
    guard let place = tokens.firstIndex(where: { Int($0) >= model.vocabularySize }) else { return }
    throw DataError(
      .data,
      "token \(index + place) of \(text) is \(tokens[place]), but \(Self.tokens(of: model)): "
        + "encode the text with the model's own vocabulary")
  }

  /// Counts a token, unless the model gives it no probability at all, which is a data error.
  func count(_ token: TokenScore, in report: inout ScoreReport) throws(DataError) {
    guard !token.logProbability.isNaN else {
      throw DataError(
        .data, "the model gives no probability to token \(token.index): its values are damaged; use another checkpoint")
    }
    report.add(logProbability: token.logProbability, isUnknown: token.token == unknown)
  }

  private static func tokens(of model: Model) -> String { "the model has tokens 0 to \(model.vocabularySize - 1)" }
}
