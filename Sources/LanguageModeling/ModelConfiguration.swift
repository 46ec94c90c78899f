public import DataFiles
public import NeuralNetwork
public import TokenFiles

/// The shape of a language model: embedding, stacked recurrent layers, softmax.
public struct ModelConfiguration: Sendable, Equatable {
  /// V, the number of tokens.
  public private(set) var vocabularySize: Int
  /// E, the size of an embedding.
  public let embeddingSize: Int
  /// H, the size of each layer.
  public let hiddenSize: Int
  /// L, the number of layers.
  public let layers: Int
  /// What the cells of the layers are.
  public let cell: CellConfiguration
  /// Whether the cells have peepholes.
  public let peepholes: Bool
  /// Whether the softmax uses the embedding's table (Press & Wolf 2017), behind a projection where E is not that of a layer.
  public let tied: Bool
  /// How the softmax parts the tokens; nil is one table of them all.
  public let adaptiveSoftmax: AdaptiveSoftmaxShape?
  /// The token between documents, if there is one: a stream that reads it forgets all that came before.
  public let documentBoundary: TokenID?

  /// A shape that can be built.
  ///
  /// - Throws: `DataError` when a size is out of range, the boundary is no token, or the softmax cannot be parted so.
  public init(
    vocabularySize: Int, embeddingSize: Int, hiddenSize: Int, layers: Int,
    cell: CellConfiguration = CellConfiguration(), peepholes: Bool = false, tied: Bool = false,
    adaptiveSoftmax: AdaptiveSoftmaxShape? = nil, documentBoundary: TokenID? = nil
  ) throws(DataError) {
    try Self.check("vocabulary size", vocabularySize, in: 1...1 << 28)
    try Self.check("hidden size", hiddenSize, in: 1...1 << 16)
    try Self.check("embedding size", embeddingSize, in: 1...1 << 16)
    try Self.check("number of layers", layers, in: 1...64)
    try cell.validate(peepholes: peepholes)
    if let documentBoundary, documentBoundary >= vocabularySize {
      throw DataError(
        .usage,
        "the token between documents is \(documentBoundary); it must be one of the \(vocabularySize) of the vocabulary")
    }
    if let fault = adaptiveSoftmax?.fault(
      vocabularySize: vocabularySize, hiddenSize: cell.outputSize(hiddenSize))
    {
      throw DataError(.usage, fault)
    }
    if tied && adaptiveSoftmax != nil {
      throw DataError(
        .usage, "an adaptive softmax has tables of its own, which the embedding cannot be: tie a full softmax, or none")
    }
    self.vocabularySize = vocabularySize
    self.embeddingSize = embeddingSize
    self.hiddenSize = hiddenSize
    self.layers = layers
    self.cell = cell
    self.peepholes = peepholes
    self.tied = tied
    self.adaptiveSoftmax = adaptiveSoftmax
    self.documentBoundary = documentBoundary
  }

  /// The same shape with another number of tokens.
  ///
  /// - Throws: `DataError` when there cannot be so many, or the softmax has parted the tokens that there are.
  public func withVocabulary(_ size: Int) throws(DataError) -> ModelConfiguration {
    if size == vocabularySize { return self }
    try Self.check("vocabulary size", size, in: max(1, documentBoundary.map { Int($0) + 1 } ?? 1)...1 << 28)
    if adaptiveSoftmax != nil {
      throw DataError(
        .usage,
        "an adaptive softmax has parted its \(vocabularySize) tokens by their frequency and takes no more of them: "
          + "keep the vocabulary")
    }
    var other = self
    other.vocabularySize = size
    return other
  }

  /// S, the size of what a layer hands on: P where cells are projected, else H.
  public var layerSize: Int { cell.outputSize(hiddenSize) }

  /// The size of what the softmax reads: E where it is tied, else S.
  public var outputSize: Int { tied ? embeddingSize : layerSize }

  /// The number of parameters; tied ones count once.
  public var parameterCount: Int { LSTMNetwork(self).parameterCount }

  /// Whether the state of a layer is c beside h.
  var hasCells: Bool { cell.kind == .lstm }

  private static func check(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws(DataError) {
    if !range.contains(value) {
      throw DataError(
        .usage, "the \(name) is \(value); it must be from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  /// The configuration as it stands in a model file.
  public var json: JSONValue {
    .object(
      [
        .init("vocabulary_size", .integer(vocabularySize)), .init("embedding_size", .integer(embeddingSize)),
        .init("hidden_size", .integer(hiddenSize)), .init("layers", .integer(layers)),
        .init("peepholes", .bool(peepholes)), .init("tied", .bool(tied)),
      ] + cell.members
        + (adaptiveSoftmax.map {
          [
            .init("softmax_cutoffs", .array($0.cutoffs.map { .integer($0) })),
            .init("softmax_divisor", .integer($0.divisor)),
          ]
        } ?? [])
        + (documentBoundary.map { [.init("document_boundary", .integer(Int($0)))] } ?? []))
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
    let adaptiveSoftmax =
      json["softmax_cutoffs"] == nil
      ? nil
      : try AdaptiveSoftmaxShape(
        cutoffs: value("softmax_cutoffs") { cutoffs in
          cutoffs.arrayValue.flatMap { values in
            let numbers = values.compactMap(\.intValue)
            return numbers.count == values.count ? numbers : nil
          }
        }, divisor: value("softmax_divisor", \.intValue))
    try self.init(
      vocabularySize: value("vocabulary_size", \.intValue), embeddingSize: value("embedding_size", \.intValue),
      hiddenSize: value("hidden_size", \.intValue), layers: value("layers", \.intValue),
      cell: CellConfiguration(members: json),
      peepholes: value("peepholes", \.boolValue), tied: value("tied", \.boolValue),
      adaptiveSoftmax: adaptiveSoftmax,
      documentBoundary: json["document_boundary"] == nil
        ? nil : value("document_boundary") { $0.intValue.flatMap(TokenID.init(exactly:)) })
  }
}
