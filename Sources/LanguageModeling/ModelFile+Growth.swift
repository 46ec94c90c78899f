public import Compute
public import DataFiles
internal import NeuralNetwork
internal import TensorFiles
public import TokenFiles

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What the tokens are that a model gets behind its own.
public enum NewTokens: Sendable {
  /// The model met them as this token: each reads as it did and takes an even share of its probability, so the grown
  /// model predicts what the model did.
  case known(as: TokenID)
  /// The model has never met them: their embeddings are drawn about the mean of its own, as widely spread as these; the
  /// softmax's rows are these where they share a table, else the mean of its rows; and each has a bias.
  case unmet(biases: [Float], seed: UInt64)
}

extension ModelFile {
  /// Reads the values into a network of the same shape that has more tokens, behind those of the model.
  ///
  /// - Parameters:
  ///   - values: the flat buffer of the larger network.
  ///   - network: with at least as many tokens.
  ///   - newTokens: what the others are; as many biases where they are unmet.
  /// - Throws: `DataError` when a tensor cannot be read.
  public func load<D: Device>(
    into values: D.Storage, growing network: LSTMNetwork, _ newTokens: NewTokens, on device: D
  ) throws(DataError) {
    let (old, new) = (configuration.vocabularySize, network.configuration.vocabularySize)
    precondition(new >= old, "\(old) tokens that grow to \(new)")
    guard new > old, case .full(let softmax) = network.output else {
      return try load(into: values, of: network, on: device)
    }
    for parameter in network.layout.parameters {
      let isEmbedding = parameter == network.embedding.weight
      guard isEmbedding || parameter == softmax.weight || parameter == softmax.bias else {
        device.upload(try floats(parameter.name, shape: parameter.shape), to: parameter.view(in: values))
        continue
      }
      var rows = try floats(parameter.name, shape: [old] + parameter.shape.dropFirst())
      switch newTokens {
      case .known(let token) where parameter == softmax.bias:
        rows[Int(token)] -= Float(log(Double(new - old + 1)))
        rows += [Float](repeating: rows[Int(token)], count: new - old)
      case .known(let token):
        let columns = parameter.shape[1]
        let row = rows[Int(token) * columns..<(Int(token) + 1) * columns]
        for _ in old..<new { rows += row }
      case .unmet(let biases, _) where parameter == softmax.bias:
        precondition(biases.count == new - old, "\(biases.count) biases of \(new - old) tokens")
        rows += biases
      case .unmet(_, let seed):
        let (mean, deviation) = moments(ofColumns: parameter.shape[1], rows)
        var generator = Philox4x32(seed: seed)
        for _ in old..<new {
          rows += zip(mean, deviation).map { mean, deviation in
            // Uniform, as embeddings of a new model are.
            isEmbedding ? mean + deviation * Float((generator.uniform() * 2 - 1) * Double(3).squareRoot()) : mean
          }
        }
      }
      device.upload(rows, to: parameter.view(in: values))
    }
  }

  /// A model with more tokens, ready to predict.
  ///
  /// - Throws: `DataError` when a tensor cannot be read.
  public func model<D: Device>(
    growing network: LSTMNetwork, _ newTokens: NewTokens, on device: D
  ) throws(DataError) -> LSTMLanguageModel<D> {
    let values = device.allocate(network.parameterCount)
    try load(into: values, growing: network, newTokens, on: device)
    return LSTMLanguageModel(network, values: values, on: device)
  }

  /// Writes the model with more tokens to another file.
  ///
  /// - Parameters:
  ///   - path: where it goes.
  ///   - network: with at least as many tokens.
  ///   - newTokens: what the others are; as many biases where they are unmet.
  ///   - metadata: the strings of the new file.
  /// - Throws: `DataError` when a tensor cannot be read, or the file not be written.
  public func write<D: Device>(
    to path: String, growing network: LSTMNetwork, _ newTokens: NewTokens, metadata: [(name: String, value: String)],
    on device: D
  ) throws(DataError) {
    let values = device.allocate(network.parameterCount)
    try load(into: values, growing: network, newTokens, on: device)
    try ModelFile.writer(of: network, values: values, metadata: metadata, on: device).write(replacing: path)
  }

  /// Mean and standard deviation of each column of a table.
  private func moments(ofColumns columns: Int, _ table: [Float]) -> (mean: [Float], deviation: [Float]) {
    var (sum, squares) = ([Double](repeating: 0, count: columns), [Double](repeating: 0, count: columns))
    for i in table.indices { sum[i % columns] += Double(table[i]) }
    let rows = Double(table.count / columns)
    let mean = sum.map { $0 / rows }
    for i in table.indices {
      let distance = Double(table[i]) - mean[i % columns]
      squares[i % columns] += distance * distance
    }
    return (mean.map(Float.init), squares.map { Float(($0 / rows).squareRoot()) })
  }
}
