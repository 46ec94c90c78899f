internal import DataFiles
internal import TokenFiles

/// What one stream needs to choose its tokens: the chain of processors, the sampler, and the tokens so far.
///
/// Its memory is reused from token to token.
struct TokenChooser {
  private var processors: [any LogitProcessor]
  private var sampler: any TokenSampler
  private var processed: [Float] = []
  private var history: [TokenID]
  private var count = 0

  /// A stream that has read a prompt.
  init(processors: [any LogitProcessor], sampler: any TokenSampler, prompt: [TokenID]) {
    self.processors = processors
    self.sampler = sampler
    history = prompt.suffix(GenerationRequest.historyLength)
    history.reserveCapacity(2 * GenerationRequest.historyLength)
  }

  /// Chooses a token from the logits [V] and remembers it.
  mutating func next(
    _ logits: ArraySlice<Float>, using generator: inout some RandomNumberGenerator
  ) throws(DataError) -> GeneratedToken {
    processed.removeAll(keepingCapacity: true)
    processed.append(contentsOf: logits)
    let normalizer = logNormalizer(processed)
    guard normalizer.isFinite else { throw .noDistribution(after: count) }
    processors.process(&processed, history: history)
    guard let token = sampler.sample(processed, using: &generator) else { throw .noChoice(after: count) }
    // Of a history twice as long as promised, the older half is forgotten.
    if history.count == 2 * GenerationRequest.historyLength { history.removeFirst(GenerationRequest.historyLength) }
    history.append(token)
    count += 1
    return GeneratedToken(token: token, logProbability: Double(logits[logits.startIndex + Int(token)]) - normalizer)
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
