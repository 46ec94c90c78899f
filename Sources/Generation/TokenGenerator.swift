internal import DataFiles
public import LanguageModeling
public import TokenFiles

/// A token that was written, and how probable it was.
public struct GeneratedToken: Equatable, Sendable {
  /// The token.
  public let token: TokenID
  /// Its log-probability under the model itself, before any processor, in nats.
  public let logProbability: Double
}

/// Why writing ended.
public enum GenerationEnd: Equatable, Sendable {
  /// The asked number of tokens is there.
  case length
  /// A stop token was chosen.
  case stopToken
  /// The receiver wanted no more.
  case cancelled
}

/// Writes tokens one after another: model, then the chain of processors, then the sampler.
///
/// Its memory is reused from token to token; nothing is allocated for one.
public struct TokenGenerator<Model: LanguageModel> {
  private let model: Model
  private var processors: [any LogitProcessor]
  private var sampler: any TokenSampler
  private var logits: [Float] = []
  private var processed: [Float] = []
  private var history: [TokenID] = []

  /// A generator of a model, a chain of processors in the order they run, and a sampler.
  public init(_ model: Model, processors: [any LogitProcessor] = [], sampler: any TokenSampler = CategoricalSampler()) {
    self.model = model
    self.processors = processors
    self.sampler = sampler
  }

  /// Reads the prompt, then writes tokens and hands on each as it is chosen.
  ///
  /// Throws a data error when the request has tokens that the model does not, when the model's logits are no
  /// distribution, or when no token is left to choose; and what `receive` throws.
  ///
  /// - Parameters:
  ///   - request: what is to be written.
  ///   - generator: the source of all randomness; one word is taken for each token drawn.
  ///   - receive: takes each token, a stop token included; returns whether to go on.
  public mutating func generate(
    _ request: GenerationRequest, using generator: inout some RandomNumberGenerator,
    receive: (GeneratedToken) throws -> Bool
  ) throws -> GenerationEnd {
    try request.check(vocabularySize: model.vocabularySize)
    var state = model.primed(with: request, logits: &logits)
    history = request.prompt.suffix(GenerationRequest.historyLength)
    var input: [TokenID] = [request.boundary]
    for index in 0..<request.maximumLength {
      if index > 0 { model.step(input, state: &state, logits: &logits) }
      let chosen = try next(after: index, using: &generator)
      input[0] = chosen.token
      remember(chosen.token)
      let goesOn = try receive(chosen)
      if request.stopTokens.contains(chosen.token) { return .stopToken }
      if !goesOn { return .cancelled }
    }
    return .length
  }

  /// Chooses a token from the logits.
  private mutating func next(
    after count: Int, using generator: inout some RandomNumberGenerator
  ) throws(DataError) -> GeneratedToken {
    let normalizer = logNormalizer(logits)
    guard normalizer.isFinite else { throw .noDistribution(after: count) }
    processed.removeAll(keepingCapacity: true)
    processed.append(contentsOf: logits)
    processors.process(&processed, history: history)
    guard let token = sampler.sample(processed, using: &generator) else { throw .noChoice(after: count) }
    return GeneratedToken(token: token, logProbability: Double(logits[Int(token)]) - normalizer)
  }

  /// Adds a token to the history, and forgets the older half when it is twice as long as promised.
  private mutating func remember(_ token: TokenID) {
    if history.count == 2 * GenerationRequest.historyLength { history.removeFirst(GenerationRequest.historyLength) }
    history.append(token)
  }
}

extension DataError {
  /// The model's logits are not those of a distribution.
  static func noDistribution(after count: Int) -> DataError {
    DataError(
      .data, "the model gives no probabilities after \(count) tokens: its values are damaged; use another checkpoint")
  }

  /// Processors or the model leave nothing to choose from.
  static func noChoice(after count: Int) -> DataError {
    DataError(.data, "no token is left to choose after \(count) tokens: ban fewer of them")
  }
}
