internal import Compute

/// A trained model with its vocabulary: text in, text and probabilities out.
///
///     let model = try TextModel(path: "runs/story")
///     print(try model.sample(prompt: "Once", length: 200))
///     print(try model.score("A sentence.").perplexity ?? .nan)
///
/// One thread uses a model at a time.
public final class TextModel {
  /// The file that it was read from.
  public let path: String
  /// Its tokens and how text is cut into them.
  public let vocabulary: Vocabulary
  /// What its file says of it besides tensors.
  public let file: ModelFile
  var tokenizer: any Tokenizer
  let model: LSTMLanguageModel<CPUDevice>

  /// Reads a model file, or the best model of a run's folder.
  ///
  /// - Throws: `DataError` when there is none, or it is damaged.
  public init(path: String) throws(DataError) {
    self.path = try RunLocation.model(at: path)
    file = try ModelFile(path: self.path)
    vocabulary = try file.vocabulary(from: self.path)
    guard vocabulary.count == file.configuration.vocabularySize else {
      throw DataError(
        .data,
        "\(DataError.shown(self.path)) is a model of \(file.configuration.vocabularySize) tokens with a "
          + "vocabulary of \(vocabulary.count); it is damaged")
    }
    tokenizer = try vocabulary.makeTokenizer()
    model = try file.model(on: CPUDevice())
  }
}
