public import DataFiles

/// The shape of an LSTM language model: embedding, stacked LSTM layers, softmax.
public struct ModelConfiguration: Sendable, Equatable {
  /// V, the number of tokens.
  public let vocabularySize: Int
  /// E, the size of an embedding.
  public let embeddingSize: Int
  /// H, the size of each layer.
  public let hiddenSize: Int
  /// L, the number of LSTM layers.
  public let layers: Int
  /// Whether the cells have peepholes.
  public let peepholes: Bool
  /// Whether the softmax uses the embedding's table (Press & Wolf 2017); E is then H.
  public let tied: Bool

  /// A shape that can be built.
  ///
  /// - Throws: `DataError` when a size is out of range, or tied sizes differ.
  public init(
    vocabularySize: Int, embeddingSize: Int, hiddenSize: Int, layers: Int, peepholes: Bool = false, tied: Bool = false
  ) throws(DataError) {
    try Self.check("vocabulary size", vocabularySize, in: 1...1 << 28)
    try Self.check("embedding size", embeddingSize, in: 1...1 << 16)
    try Self.check("hidden size", hiddenSize, in: 1...1 << 16)
    try Self.check("number of layers", layers, in: 1...64)
    if tied && embeddingSize != hiddenSize {
      throw DataError(
        .usage,
        "tied weights need an embedding as large as a layer, and \(embeddingSize) is not \(hiddenSize); "
          + "give both the same size or leave the weights untied")
    }
    self.vocabularySize = vocabularySize
    self.embeddingSize = embeddingSize
    self.hiddenSize = hiddenSize
    self.layers = layers
    self.peepholes = peepholes
    self.tied = tied
  }

  private static func check(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws(DataError) {
    if !range.contains(value) {
      throw DataError(
        .usage, "the \(name) is \(value); it must be from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  /// The configuration as it stands in a model file.
  public var json: JSONValue {
    .object([
      .init("vocabulary_size", .integer(vocabularySize)), .init("embedding_size", .integer(embeddingSize)),
      .init("hidden_size", .integer(hiddenSize)), .init("layers", .integer(layers)),
      .init("peepholes", .bool(peepholes)), .init("tied", .bool(tied)),
    ])
  }

  /// Reads what `json` wrote.
  ///
  /// - Throws: `DataError` when a value is missing, of another kind or out of range.
  public init(json: JSONValue) throws(DataError) {
    func value<T>(_ name: String, _ read: (JSONValue) -> T?) throws(DataError) -> T {
      guard let value = json[name].flatMap(read) else {
        throw DataError(.data, "the model's configuration lacks a usable \"\(name)\"; the file is not a Longhand model")
      }
      return value
    }
    try self.init(
      vocabularySize: value("vocabulary_size", \.intValue), embeddingSize: value("embedding_size", \.intValue),
      hiddenSize: value("hidden_size", \.intValue), layers: value("layers", \.intValue),
      peepholes: value("peepholes", \.boolValue), tied: value("tied", \.boolValue))
  }
}
