public import DataFiles
import Foundation
public import TensorFiles

/// A fixture of reference values, made by the script beside it.
public struct Golden: Sendable {
  /// The tensors.
  public let file: TensorFile
  /// What the script says of them: sizes, versions, seed.
  public let description: JSONValue

  /// Opens `NAME.safetensors`.
  public init(_ name: String) throws {
    let folder = Bundle.module.bundleURL.appendingPathComponent("Files")
    file = try TensorFile(path: folder.appendingPathComponent(name + ".safetensors").path)
    description = try JSONValue(parsing: Array((file.metadata["golden"] ?? "{}").utf8))
  }

  /// A tensor of real numbers.
  public func doubles(_ name: String) throws -> [Double] { try file.doubles(name) }

  /// A tensor of tokens or flags.
  public func tokens(_ name: String) throws -> [UInt32] { try file.integers(name).map { UInt32($0) } }

  /// One of the sizes, such as "B".
  public func size(_ name: String) -> Int {
    guard let size = description[name]?.intValue else { preconditionFailure("a golden file without a size \(name)") }
    return size
  }
}
