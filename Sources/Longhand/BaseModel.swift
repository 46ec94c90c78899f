internal import Compute
internal import LanguageModeling
internal import Tokenization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A model that training goes on from, on another text.
///
/// Its shape and its way to make tokens of text are those of the run; its vocabulary may grow.
public struct BaseModel: Sendable {
  /// The model's file.
  public let path: String
  /// Its tokens and how text is cut into them.
  public let vocabulary: Vocabulary
  /// Whether the new text's tokens that it lacks are added behind its own.
  public let growsVocabulary: Bool
  let file: ModelFile

  /// Reads a model file, or the best model of a run's folder.
  ///
  /// - Throws: `DataError` when there is none, or it is damaged.
  public init(path: String, growsVocabulary: Bool = true) throws(DataError) {
    self.path = try RunLocation.model(at: path)
    self.growsVocabulary = growsVocabulary
    file = try ModelFile(path: self.path)
    vocabulary = try file.vocabulary(from: self.path)
  }

  /// The vocabulary of a run on some texts.
  func vocabulary(of inputs: [CorpusInput], _ options: TrainingOptions, threads: Int) throws(DataError) -> Vocabulary {
    if !growsVocabulary { return vocabulary }
    if !vocabulary.canGrow {
      guard options.minimumCount == nil && options.maximumSize == nil else {
        throw DataError(
          .usage,
          "a vocabulary of level \(vocabulary.configuration.level.rawValue) is whole and does not grow; leave out --min-count "
            + "and --max-size")
      }
      return vocabulary
    }
    let other = try Vocabulary.build(
      from: inputs, configuration: vocabulary.configuration, minimumCount: options.minimumCount,
      invalidUTF8: options.invalidUTF8, threads: threads)
    let grown = try vocabulary.growing(by: other, maximumSize: options.maximumSize)
    if grown.count > vocabulary.count && file.configuration.adaptiveSoftmax != nil {
      throw DataError(
        .usage,
        "\(DataError.shown(path)) has an adaptive softmax, whose tables take no new tokens; go on from it with "
          + "--keep-vocabulary")
    }
    return grown
  }

  /// Writes it to another file, grown to the tokens of a run.
  ///
  /// Where it expects unknown tokens, new ones share out the probability of these. Where it does not, since it met none or
  /// has not met one for long, new tokens together are as likely as they are frequent in the run's text.
  func write(
    to path: String, as shape: ModelConfiguration, _ corpus: RunCorpus, seed: UInt64
  ) throws(DataError) {
    let newTokens = try newTokens(of: shape, corpus, seed: seed)
    try file.write(to: path, growing: LSTMNetwork(shape), newTokens, metadata: corpus.metadata, on: CPUDevice())
  }

  /// What it takes the tokens of a run's vocabulary behind its own to be.
  private func newTokens(
    of shape: ModelConfiguration, _ corpus: RunCorpus, seed: UInt64
  ) throws(DataError) -> NewTokens {
    let biases = (vocabulary.count..<shape.vocabularySize).map { id in
      log(Double(max(corpus.vocabulary.occurrences(of: TokenID(id)) ?? 0, 1)))
    }
    let unmet = NewTokens.unmet(biases: biases.map(Float.init), seed: seed)
    if biases.isEmpty { return unmet }
    let odds = NewTokenOdds(
      try file.model(growing: LSTMNetwork(shape), unmet, on: CPUDevice()), oldTokens: vocabulary.count,
      unknown: vocabulary.unknown, in: corpus.training)
    // A vocabulary of another text may not have counted what the model met, and one that has grown counts what it no longer
    // meets; and a new model takes what it never meets to be about as likely as one more token of its text.
    if let unknown = vocabulary.unknown,
      odds.shareOfUnknown > ((vocabulary.occurrences(of: unknown) ?? 0) > 0 ? 1e-4 : 2e-3)
    {
      return .known(as: unknown)
    }
    let shift = odds.shift
    return .unmet(biases: biases.map { Float($0 + shift) }, seed: seed)
  }
}

/// What a run's folder keeps of the model that it started from, besides the model itself.
struct BaseRecord {
  /// The model's file.
  let path: String
  /// How many tokens it had.
  let tokens: Int

  init(path: String, tokens: Int) {
    self.path = path
    self.tokens = tokens
  }

  var json: JSONValue { .object([.init("path", .string(path)), .init("tokens", .integer(tokens))]) }

  init?(_ json: JSONValue) {
    guard let path = json["path"]?.stringValue, let tokens = json["tokens"]?.intValue else { return nil }
    self.init(path: path, tokens: tokens)
  }
}
