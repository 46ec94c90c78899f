internal import Compute

/// A trained model with its vocabulary: text in, text and probabilities out.
///
///     let model = try TextModel(path: "runs/story")
///     print(try model.sample(prompt: "Once", length: 200))
///     print(try model.score("A sentence.").perplexity ?? .nan)
///
/// One thread uses a model at a time; the model shares out its work among threads of its own, with the same result for any
/// number of them.
public final class TextModel {
  /// The file that it was read from.
  public let path: String
  /// Its tokens and how text is cut into them.
  public let vocabulary: Vocabulary
  /// The shape of the model.
  public let configuration: ModelConfiguration
  let threads: Int
  var tokenizer: any Tokenizer
  let model: LSTMLanguageModel<CPUDevice>

  /// The temperature at which texts are scored, above 0: 1 takes the model as it was trained.
  ///
  /// Models that were trained with dropout may be surer, or less sure, of what they say than they should be; Melis et al.
  /// (2018) choose a temperature on the validation text, and score the test text at that.
  public var scoringTemperature: Double {
    get { model.temperature }
    set { model.temperature = newValue }
  }

  /// Reads a model file, or the best model of a run's folder.
  ///
  /// - Parameters:
  ///   - path: the file or the folder.
  ///   - format: how the weights are held in memory.
  ///   - threads: how many threads work for it, at most.
  /// - Throws: `DataError` when there is none, or it is damaged.
  public init(path: String, weights format: WeightFormat = .float32, threads: Int = 1) throws(DataError) {
    try Threads.check(threads)
    self.path = try RunLocation.model(at: path)
    let file = try ModelFile(path: self.path)
    vocabulary = try file.vocabulary(from: self.path)
    configuration = file.configuration
    tokenizer = try vocabulary.makeTokenizer()
    self.threads = threads
    model = try file.model(format, on: CPUDevice(team: Threads.team(for: configuration, format, atMost: threads)))
  }
}
