internal import Compute

/// How text is written.
public struct SamplingOptions: Sendable {
  /// What the text begins with.
  public var prompt = ""
  /// The most tokens to write.
  public var length = 500
  /// Logits are divided by it: below 1 safer and more repetitive, above 1 more varied, 0 always the likeliest token.
  public var temperature = 1.0
  /// Only the k likeliest tokens, when given.
  public var topK: Int?
  /// Only the likeliest tokens that together have the probability p, when given (Holtzman 2020).
  public var topP: Double?
  /// Only tokens at least p times as likely as the likeliest, when given.
  public var minP: Double?
  /// Divides the logits of tokens that occurred lately (Keskar 2019); 1 does nothing.
  public var repetitionPenalty = 1.0
  /// Where chance comes from: the same seed writes the same text.
  public var seed: UInt64 = 1

  /// The defaults.
  public init() {}
}

/// What became of a request for text.
public struct SamplingReport: Sendable {
  /// Tokens written.
  public let tokens: Int
  /// Their log-probability under the model itself, in nats.
  public let logProbability: Double
  /// The symbols of the prompt that the model does not know, each once.
  public let unknownSymbols: [String]
}

extension TextModel {
  /// The text that follows a prompt, at most `length` tokens of it.
  ///
  /// - Throws: `DataError` for numbers out of range.
  public func sample(
    prompt: String = "", length: Int = 500, temperature: Double = 1, seed: UInt64 = 1
  ) throws -> String {
    var options = SamplingOptions()
    options.prompt = prompt
    options.length = length
    options.temperature = temperature
    options.seed = seed
    var text = ""
    _ = try sample(options) { piece in
      text += piece
      return true
    }
    return text
  }

  /// Writes the text that follows a prompt, piece by piece; no piece ends within a character.
  ///
  /// - Parameters:
  ///   - options: how.
  ///   - receive: takes each piece; returns whether to go on.
  /// - Throws: `DataError` for options out of range, and what `receive` throws.
  public func sample(
    _ options: SamplingOptions, receive: (String) throws -> Bool
  ) throws -> SamplingReport {
    let texts = try sample(options, texts: 1) { _, piece in try receive(piece) }
    return texts[0]
  }

  /// Writes several texts that follow a prompt, side by side, each as it would be written alone.
  ///
  /// - Parameters:
  ///   - options: how; text n has chance of its own, from the n-th stream of the seed, and text 0 is that of a single one.
  ///   - texts: how many.
  ///   - receive: takes each piece with the number of its text; returns whether that text is to go on.
  /// - Throws: `DataError` for options out of range, and what `receive` throws.
  public func sample(
    _ options: SamplingOptions, texts: Int, receive: (Int, String) throws -> Bool
  ) throws -> [SamplingReport] {
    guard 1...1024 ~= texts else { throw DataError(.usage, "texts is \(texts); it must be from 1 to 1024") }
    let prompt = try tokenizer.encode(prompt: options.prompt)
    let decoder = try StreamingDecoder(vocabulary: vocabulary, after: prompt.ids)
    var decoders = (0..<texts).map { _ in decoder }
    var generators = (0..<texts).map { Philox4x32(seed: options.seed, stream: UInt64($0)) }
    var writer = TokenGenerator(
      model, processors: try processors(options), sampler: sampler(options))
    let request = try GenerationRequest(
      boundary: vocabulary.boundary, prompt: prompt.ids, maximumLength: options.length,
      stopTokens: stopTokens)
    var counts = [(tokens: Int, logProbability: Double)](repeating: (0, 0), count: texts)
    _ = try writer.generate(request, using: &generators) { text, token in
      counts[text].tokens += 1
      counts[text].logProbability += token.logProbability
      if isEndOfDocument(token.token) { return true }
      let piece = try decoders[text].append(token.token)
      return piece.isEmpty ? true : try receive(text, piece)
    }
    for text in 0..<texts {
      let rest = decoders[text].finish()
      if !rest.isEmpty { _ = try receive(text, rest) }
    }
    let unknown = Self.symbols(prompt)
    return counts.map {
      SamplingReport(tokens: $0.tokens, logProbability: $0.logProbability, unknownSymbols: unknown)
    }
  }

  /// The likeliest texts that follow a prompt, best first.
  ///
  /// - Parameters:
  ///   - options: the prompt and the length; what is said of drawing does not count.
  ///   - width: how many hypotheses go on from each length to the next, and how many come back at most.
  ///   - lengthPenalty: α of Wu et al. (2016); 0 favours short texts.
  ///   - isStopped: asked before each token; the best so far come back where it says yes.
  /// - Returns: the texts, and the symbols of the prompt that the model does not know, each once.
  /// - Throws: `DataError` for numbers out of range.
  public func beam(
    _ options: SamplingOptions, width: Int, lengthPenalty: Double = 0, until isStopped: () -> Bool = { false }
  ) throws -> (texts: [BeamText], unknownSymbols: [String]) {
    let prompt = try tokenizer.encode(prompt: options.prompt)
    var search = try BeamSearch(
      model, width: width, lengthPenalty: lengthPenalty, processors: [BannedTokens(neverWritten)])
    let request = try GenerationRequest(
      boundary: vocabulary.boundary, prompt: prompt.ids, maximumLength: options.length,
      stopTokens: stopTokens)
    let texts = try search.search(request) { _ in !isStopped() }.map { hypothesis in
      var decoder = try StreamingDecoder(vocabulary: vocabulary, after: prompt.ids)
      let tokens = hypothesis.tokens.filter { !isEndOfDocument($0) }
      let text = try tokens.map { id in try decoder.append(id) }.joined() + decoder.finish()
      return BeamText(
        text: text, tokens: hypothesis.tokens.count,
        logProbability: hypothesis.logProbability, score: hypothesis.score)
    }
    return (texts, Self.symbols(prompt))
  }

  /// The special tokens that stand for no text; the end of a line does, and the end of a document ends the text.
  private var neverWritten: [TokenID] {
    (0..<TokenID(vocabulary.count)).prefix { vocabulary.isSpecial($0) }
      .filter { $0 != vocabulary.endOfLine && !stopTokens.contains($0) }
  }

  /// What ends a text: the boundary, where documents are told apart.
  private var stopTokens: [TokenID] { vocabulary.hasDocuments ? [vocabulary.boundary] : [] }

  /// Whether a token ends the text without being a part of it; the end of a line is one.
  private func isEndOfDocument(_ token: TokenID) -> Bool {
    token == vocabulary.boundary && token != vocabulary.endOfLine
  }

  private static func symbols(_ prompt: EncodedText) -> [String] {
    var seen: [String] = []
    for unknown in prompt.unknown where !seen.contains(where: { $0.utf8.elementsEqual(unknown.text.utf8) }) {
      seen.append(unknown.text)
    }
    return seen
  }

  private func processors(_ options: SamplingOptions) throws(DataError) -> [any LogitProcessor] {
    var chain: [any LogitProcessor] = [BannedTokens(neverWritten)]
    if options.repetitionPenalty != 1 { chain.append(try RepetitionPenalty(options.repetitionPenalty)) }
    if options.temperature != 0 { chain.append(try Temperature(options.temperature)) }
    if let k = options.topK { chain.append(try TopK(k)) }
    if let p = options.topP { chain.append(try TopP(p)) }
    if let p = options.minP { chain.append(try MinP(p)) }
    return chain
  }

  private func sampler(_ options: SamplingOptions) -> any TokenSampler {
    options.temperature == 0 ? GreedySampler() : CategoricalSampler()
  }
}

/// A text that beam search found.
public struct BeamText: Sendable {
  /// The text after the prompt.
  public let text: String
  /// How many tokens it has.
  public let tokens: Int
  /// Its log-probability under the model itself, in nats.
  public let logProbability: Double
  /// What it is ranked by: the log-probability over the length penalty.
  public let score: Double
}
