/// What is trained, on which part of a text, and how.
///
/// What is left nil follows the level and the text's size.
public struct TrainingOptions: Sendable {
  /// How a corpus is parted.
  public enum Split: Sendable, Equatable {
    /// The last shares of the corpus, contiguous: first validation, then test.
    case fractions(validation: Double, test: Double)
    /// Texts of their own.
    case files(validation: [CorpusInput], test: [CorpusInput])
  }

  /// How text becomes tokens; nil is characters of the text in NFC.
  public var tokenizer: TokenizerConfiguration?
  /// What is done with bytes that are not UTF-8; nil keeps them where the vocabulary can spell bytes and leaves text as
  /// it is, and refuses them elsewhere.
  public var invalidUTF8: InvalidUTF8Policy?
  /// Tokens that are rarer are unknown, pairs that are rarer are not merged; nil follows the level.
  public var minimumCount: Int?
  /// The most tokens that the vocabulary holds; nil follows the level: 8,192 subwords, any number of others.
  public var maximumSize: Int?
  /// A vocabulary that is ready, instead of one from the corpus.
  public var vocabulary: Vocabulary?
  /// What validates and what tests.
  public var split = Split.fractions(validation: 0.1, test: 0)
  /// The model to go on from, whose shape and way to make tokens are those of the run; nil is a new one.
  public var base: BaseModel?
  /// L, the layers.
  public var layers = 1
  /// H; nil is 512, or 256 for a text of fewer than 500,000 tokens.
  public var hiddenSize: Int?
  /// The most parameters: where it is given, H is the largest that they allow, and E is as large unless it is given.
  public var parameters: Int?
  /// E; nil is 64, for words and subwords the size of a layer.
  public var embeddingSize: Int?
  /// What the cells of the layers are.
  public var cell = CellConfiguration()
  /// Whether the cells have peepholes.
  public var peepholes = false
  /// Whether embedding and softmax share a table, through a projection where E is not H; nil is yes for words and
  /// subwords where E is H, unless the softmax is adaptive.
  public var tied: Bool?
  /// How the distribution over the tokens is made.
  public var softmax = TrainingSoftmax.full
  /// The learning rate; nil is 1 for SGD, else 0.004, or 0.006 for layers of 256 units or fewer, and a quarter of that
  /// for a model that is trained already.
  public var learningRate: Double?
  /// The share of every layer's outputs that is dropped in training; nil is 0.2, or 0.5 for a text of fewer than 500,000
  /// tokens, which is read many times.
  public var dropout: Double?
  /// What products are computed in.
  public var precision = TrainingPrecision.float32
  /// Whether the run looks at its end for the temperature at which its validation text is likeliest.
  public var findsTemperature = false
  /// Everything else that decides the run; the learning rate, dropout, precision and samples of the softmax are those above.
  ///
  /// Without a limit it goes on for as many epochs as make five million tokens, from 1 to 50.
  public var training = TrainingConfiguration()

  /// The defaults.
  public init() {}

  /// The shape of the model of V tokens that is trained on some tokens.
  func model(
    vocabularySize V: Int, hasManyTokens: Bool, documentBoundary: TokenID?, trainingTokens: Int
  ) throws(DataError) -> ModelConfiguration {
    if let base { return try base.file.configuration.withVocabulary(V) }
    func model(_ H: Int) throws(DataError) -> ModelConfiguration {
      let S = cell.outputSize(H)
      let adaptive = softmax.adaptiveShape(vocabularySize: V, hiddenSize: S)
      let isTied = tied ?? (hasManyTokens && (embeddingSize ?? S) == S && adaptive == nil)
      return try ModelConfiguration(
        vocabularySize: V,
        embeddingSize: embeddingSize ?? (isTied || hasManyTokens ? S : parameters == nil ? 64 : H), hiddenSize: H,
        layers: layers, cell: cell, peepholes: peepholes, tied: isTied, adaptiveSoftmax: adaptive,
        documentBoundary: documentBoundary)
    }
    guard let parameters else { return try model(hiddenSize ?? (trainingTokens < 500_000 ? 256 : 512)) }
    return try largest(of: parameters, model)
  }

  /// The model of the most units that so many parameters allow.
  private func largest(
    of parameters: Int, _ model: (Int) throws(DataError) -> ModelConfiguration
  ) throws(DataError) -> ModelConfiguration {
    if hiddenSize != nil {
      throw DataError(.usage, "parameters choose the hidden size; give one of the two")
    }
    var least = 1
    while least < 1 << 16, (try? model(least)) == nil { least *= 2 }  // clusters of a softmax need some units
    var (found, tooMany) = (try model(least), 1 << 16 + 1)
    // Units as many as a given size of embeddings share their table, which takes fewer parameters than one unit less.
    let shared = embeddingSize.flatMap { E in try? model(E) }
    func fits(_ model: ModelConfiguration) -> Bool { model.parameterCount <= parameters }
    if ![found, shared].compactMap({ $0 }).contains(where: fits) {
      let smallest = min(found.parameterCount, shared?.parameterCount ?? .max)
      throw DataError(
        .usage,
        "parameters is \(parameters), too few for \(found.vocabularySize) tokens and these options: the smallest model of them "
          + "has \(smallest)")
    }
    while fits(found) && tooMany - found.hiddenSize > 1 {
      let candidate = try model((found.hiddenSize + tooMany) / 2)
      if fits(candidate) { found = candidate } else { tooMany = candidate.hiddenSize }
    }
    return [found, shared].compactMap { $0 }.filter(fits).max { $0.hiddenSize < $1.hiddenSize } ?? found
  }

  /// Refuses what no corpus can make good, before one is read.
  func validate() throws(DataError) {
    if training.softmaxSamples != nil {
      throw DataError(.usage, "the samples of a softmax are said by `softmax`, not by `training`")
    }
    // Cut-offs are held to the vocabulary once it is there.
    var tokens = 2
    if case .adaptive(let cutoffs?, _) = softmax, let last = cutoffs.last {
      guard last < 1 << 28 else {
        throw DataError(.usage, "softmax-cutoffs has \(last), which is behind the end of any vocabulary")
      }
      tokens = max(tokens, last + 1)
    }
    let model = try model(
      vocabularySize: (vocabulary ?? base?.vocabulary)?.count ?? tokens, hasManyTokens: false, documentBoundary: nil,
      trainingTokens: .max)
    try resolved(trainingTokens: 0, model).validateNumbers()
    if model.layers == 1 && training.layerDropout != nil {
      throw DataError(
        .usage, "layer-dropout is between layers, of which there is one; leave it out, or give more layers")
    }
  }

  /// The training configuration with a learning rate and an end, where none was given.
  func resolved(trainingTokens count: Int, _ model: ModelConfiguration) -> TrainingConfiguration {
    let H = model.hiddenSize
    var resolved = training
    resolved.softmaxSamples = softmax.sampleCount(vocabularySize: model.vocabularySize)
    let usual = training.optimizer.kind == .sgd ? 1 : H <= 256 ? 0.006 : 0.004
    resolved.optimizer.learningRate = learningRate ?? (base == nil ? usual : usual / 4)
    resolved.dropout = dropout ?? (count < 500_000 ? 0.5 : 0.2)
    if training.limits == TrainingLimits() {
      resolved.limits.epochs = min(max(1, (5_000_000 + count / 2) / max(count, 1)), 50)
    }
    resolved.shards = training.shardCount
    resolved.precision = precision.inForce
    return resolved
  }
}
