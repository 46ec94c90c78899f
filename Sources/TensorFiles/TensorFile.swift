public import DataFiles

/// Named tensors and strings in one file, in the safetensors format, read strictly.
///
/// Refused is whatever the reference reader refuses, and more: names given twice, unknown fields, a header of more than
/// 16 MiB or not beginning with `{`, more than 8 dimensions, names like paths. Nothing in a file is ever executed.
public final class TensorFile: Sendable {
  private let file: MappedFile
  private let dataOffset: Int
  private let indexOfName: [String: Int]

  /// The tensors, in the order in which the header names them.
  public let tensors: [TensorInfo]

  /// The strings of `__metadata__`.
  public let metadata: [String: String]

  /// How long a header may be, in bytes.
  public static var longestHeader: Int { TensorFileHeader.maximumByteCount }

  /// The path, as it was given.
  public var path: String { file.path }

  /// Reads a file and checks all of it; a digest that it carries of itself is checked too.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - requireDigest: whether a file without a digest is refused, so that no change of any bit goes unseen.
  /// - Throws: `DataError` when the file cannot be read or is not as it should be.
  public init(path: String, requireDigest: Bool = false) throws(DataError) {
    // Copied, so that nothing done to the file later can change or stop what has been checked.
    file = try MappedFile(copying: path)
    let header = try file.withUnsafeBytes { (bytes) throws(DataError) in
      let header = try TensorFileHeader(reading: bytes, path: path)
      try TensorDigest.verify(bytes, header, isRequired: requireDigest, path: path)
      return header
    }
    tensors = header.tensors
    metadata = header.metadata
    dataOffset = header.dataOffset
    var indexOfName: [String: Int] = [:]
    for (index, tensor) in header.tensors.enumerated() {
      guard indexOfName.updateValue(index, forKey: tensor.name) == nil else {
        throw TensorFileHeader.failure(path, "two tensors have the name \"\(tensor.name)\"")
      }
    }
    self.indexOfName = indexOfName
  }

  /// What the file says of a tensor; nil when it has none of the name.
  public func tensor(named name: String) -> TensorInfo? {
    indexOfName[name].map { tensors[$0] }
  }

  /// A tensor that must be there, and its bytes.
  func withBytes<Result>(
    of name: String, shape: [Int]?, _ body: (TensorInfo, UnsafeRawBufferPointer) throws(DataError) -> Result
  ) throws(DataError) -> Result {
    guard let tensor = tensor(named: name) else {
      throw TensorFileHeader.failure(path, "there is no tensor \"\(DataError.shown(name))\"; is it a file for this?")
    }
    if let shape, shape != tensor.shape {
      throw TensorFileHeader.failure(path, "tensor \"\(name)\" has shape \(tensor.shape), not \(shape)")
    }
    return try file.withUnsafeBytes { (bytes) throws(DataError) in
      let range = dataOffset + tensor.range.lowerBound..<dataOffset + tensor.range.upperBound
      return try body(tensor, UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
  }
}
