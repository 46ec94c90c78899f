public import Compute
public import DataFiles
internal import NeuralNetwork
public import TensorFiles

/// A whole model in one safetensors file: tensors by PyTorch's names, everything else as JSON in the metadata.
///
/// The file proves itself by a digest over all of its bytes, so a damaged one is refused.
public struct ModelFile: Sendable {
  /// The strings that come with the tensors, by name: `longhand.configuration` and what the facade added.
  public let metadata: [String: String]
  /// The shape of the model.
  public let configuration: ModelConfiguration
  private let file: TensorFile

  /// Opens a model and checks that it is whole.
  ///
  /// - Throws: `DataError` when the file is missing, damaged, or no model of Longhand.
  public init(path: String) throws(DataError) {
    file = try TensorFile(path: path, requireDigest: true)
    metadata = file.metadata
    guard let text = metadata["longhand.configuration"] else {
      throw DataError(
        .data,
        "\(DataError.shown(path)) is no Longhand model: it has no longhand.configuration; give a file that "
          + "`longhand train` wrote")
    }
    configuration = try DataError.blaming(path) { () throws(DataError) in
      try ModelConfiguration(json: JSONValue(parsing: Array(text.utf8)))
    }
    let layout = LSTMNetwork(configuration).layout
    for parameter in layout.parameters {
      guard let tensor = file.tensor(named: parameter.name), tensor.shape == parameter.shape else {
        throw DataError(
          .data,
          "\(DataError.shown(path)) has no \(parameter.name) of shape \(parameter.shape), which its "
            + "configuration asks for; it is damaged or of another version")
      }
    }
  }

  /// The number of parameters; tied ones count once.
  public var parameterCount: Int { LSTMNetwork(configuration).parameterCount }

  /// A model ready to predict, on a device, its weights held in a format.
  ///
  /// - Throws: `DataError` when a value is not finite.
  public func model<D: Device>(
    _ format: WeightFormat = .float32, on device: D
  ) throws(DataError) -> LSTMLanguageModel<D> {
    let network = LSTMNetwork(configuration)
    let values = device.allocate(network.parameterCount)
    try load(into: values, of: network, on: device)
    return LSTMLanguageModel(network, values: values, format: format, on: device)
  }

  /// Reads the values into a flat buffer.
  ///
  /// - Throws: `DataError` when one is not finite.
  public func load<D: Device>(into values: D.Storage, of network: LSTMNetwork, on device: D) throws(DataError) {
    for parameter in network.layout.parameters {
      device.upload(try floats(parameter.name, shape: parameter.shape), to: parameter.view(in: values))
    }
  }

  /// Another tensor of the file.
  ///
  /// - Throws: `DataError` when there is none of this shape, or a number of it is not finite.
  public func floats(_ name: String, shape: [Int]) throws(DataError) -> [Float] {
    let values = try file.floats(name, shape: shape)
    guard values.allSatisfy(\.isFinite) else {
      throw DataError(
        .data, "\(DataError.shown(file.path)): \(name) has a number that is not finite; take an earlier checkpoint")
    }
    return values
  }

  /// Whether a file's header holds a string besides the configuration and the names of the tensors.
  public static func hasRoom(for text: String) -> Bool {
    JSONValue.string(text).serialized().utf8.count <= TensorFile.longestHeader - 1 << 20
  }

  /// Starts a file with the values of a model; the caller may add tensors of its own and then writes it.
  ///
  /// The values are read when the file is written.
  public static func writer<D: Device>(
    of network: LSTMNetwork, values: D.Storage, metadata: [(name: String, value: String)], on device: D
  ) -> TensorFileWriter {
    var strings = ["longhand.configuration": network.configuration.json.serialized()]
    for (name, value) in metadata { strings[name] = value }
    var writer = TensorFileWriter(metadata: strings)
    for parameter in network.layout.parameters {
      writer.add(parameter.name, shape: parameter.shape, parameter.view(in: values), on: device)
    }
    return writer
  }
}

extension TensorFileWriter {
  /// Adds a tensor that is read from a contiguous view when the file is written.
  public mutating func add<D: Device>(_ name: String, shape: [Int], _ view: Matrix<D.Storage>, on device: D) {
    let view = view.flattened
    add(name, shape: shape) { range, floats in device.download(view.columns(range), to: &floats) }
  }
}
