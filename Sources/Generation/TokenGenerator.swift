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
/// Several streams go through the model side by side, each with chance, processors and a sampler of its own, so that what
/// it writes is what it would write alone. Memory is reused from token to token; nothing is allocated for one.
public struct TokenGenerator<Model: LanguageModel> {
  private let model: Model
  private let processors: [any LogitProcessor]
  private let sampler: any TokenSampler
  private var logits: [Float] = []

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
  public mutating func generate<Chance: RandomNumberGenerator>(
    _ request: GenerationRequest, using generator: inout Chance, receive: (GeneratedToken) throws -> Bool
  ) throws -> GenerationEnd {
    var generators = [generator]
    defer { generator = generators[0] }
    return try generate(request, using: &generators) { _, token in try receive(token) }[0]
  }

  /// The same in as many streams as there are generators, step by step together.
  ///
  /// - Parameters:
  ///   - request: what is to be written in each of them.
  ///   - generators: the source of all randomness of each stream.
  ///   - receive: takes each token with the number of its stream; returns whether the stream is to go on.
  /// - Returns: why each stream ended.
  public mutating func generate(
    _ request: GenerationRequest, using generators: inout [some RandomNumberGenerator],
    receive: (Int, GeneratedToken) throws -> Bool
  ) throws -> [GenerationEnd] {
    try request.check(vocabularySize: model.vocabularySize)
    var ends = generators.map { _ in GenerationEnd.length }
    if generators.isEmpty || request.maximumLength == 0 { return ends }
    let V = model.vocabularySize
    var state = model.primed(with: request, logits: &logits)
    var choosers = generators.map { _ in
      TokenChooser(processors: processors, sampler: sampler, prompt: request.prompt)
    }
    var live = Array(generators.indices)
    var (tokens, goingOn) = ([TokenID](), [Int]())  // of the live streams, and the places of those that go on
    for length in 1...request.maximumLength {
      tokens.removeAll(keepingCapacity: true)
      goingOn.removeAll(keepingCapacity: true)
      for (place, stream) in live.enumerated() {
        // All streams choose their first token from the logits after the prompt.
        let row = length == 1 ? logits[0..<V] : logits[place * V..<(place + 1) * V]
        let chosen = try choosers[stream].next(row, using: &generators[stream])
        let goesOn = try receive(stream, chosen)
        if request.stopTokens.contains(chosen.token) {
          ends[stream] = .stopToken
        } else if !goesOn {
          ends[stream] = .cancelled
        } else {
          tokens.append(chosen.token)
          goingOn.append(place)
        }
      }
      if length == request.maximumLength || goingOn.isEmpty { break }
      if length == 1 {
        state = model.select([Int](repeating: 0, count: goingOn.count), from: state)
      } else if goingOn.count < live.count {
        state = model.select(goingOn, from: state)
      }
      if goingOn.count < live.count { live = goingOn.map { live[$0] } }
      model.step(tokens, state: &state, logits: &logits)
    }
    return ends
  }
}
