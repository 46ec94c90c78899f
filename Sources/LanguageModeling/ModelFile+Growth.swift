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

extension ModelFile {
  /// Reads the values into a network of the same shape that has more tokens, behind those of the model.
  ///
  /// A new token reads as the unknown one did, and takes an even share of its probability, so the grown model predicts
  /// what the model did. Without an unknown token a new one reads as the mean of all, and is as unlikely as the rarest.
  ///
  /// - Parameters:
  ///   - values: the flat buffer of the larger network.
  ///   - network: with at least as many tokens.
  ///   - unknown: the token that new ones were until now; nil where there was none.
  /// - Throws: `DataError` when a tensor cannot be read.
  public func load<D: Device>(
    into values: D.Storage, growing network: LSTMNetwork, unknown: TokenID?, on device: D
  ) throws(DataError) {
    let (old, new) = (configuration.vocabularySize, network.configuration.vocabularySize)
    precondition(new >= old, "\(old) tokens that grow to \(new)")
    guard new > old, case .full(let softmax) = network.output else {
      return try load(into: values, of: network, on: device)
    }
    for parameter in network.layout.parameters {
      let isBias = parameter == softmax.bias
      guard isBias || parameter == network.embedding.weight || parameter == softmax.weight else {
        device.upload(try floats(parameter.name, shape: parameter.shape), to: parameter.view(in: values))
        continue
      }
      var rows = try floats(parameter.name, shape: [old] + parameter.shape.dropFirst())
      if isBias {
        growBias(&rows, to: new, unknown: unknown)
      } else {
        let columns = parameter.shape[1]
        let row = unknown.map { Array(rows[Int($0) * columns..<(Int($0) + 1) * columns]) } ?? mean(rows, columns)
        for _ in old..<new { rows.append(contentsOf: row) }
      }
      device.upload(rows, to: parameter.view(in: values))
    }
  }

  /// Writes the model with more tokens to another file.
  ///
  /// - Parameters:
  ///   - path: where it goes.
  ///   - network: with at least as many tokens.
  ///   - unknown: the token that new ones were until now; nil where there was none.
  ///   - metadata: the strings of the new file.
  /// - Throws: `DataError` when a tensor cannot be read, or the file not be written.
  public func write<D: Device>(
    to path: String, growing network: LSTMNetwork, unknown: TokenID?, metadata: [(name: String, value: String)],
    on device: D
  ) throws(DataError) {
    let values = device.allocate(network.parameterCount)
    try load(into: values, growing: network, unknown: unknown, on: device)
    try ModelFile.writer(of: network, values: values, metadata: metadata, on: device).write(replacing: path)
  }

  private func growBias(_ bias: inout [Float], to count: Int, unknown: TokenID?) {
    let added = count - bias.count
    if let unknown {
      bias[Int(unknown)] -= Float(log(Double(added + 1)))
      bias += [Float](repeating: bias[Int(unknown)], count: added)
    } else {
      bias += [Float](repeating: bias.min() ?? 0, count: added)
    }
  }

  private func mean(_ rows: [Float], _ columns: Int) -> [Float] {
    var sum = [Float](repeating: 0, count: columns)
    for i in rows.indices { sum[i % columns] += rows[i] }
    return sum.map { $0 * Float(columns) / Float(rows.count) }
  }
}
