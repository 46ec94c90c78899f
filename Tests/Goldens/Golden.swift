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
}
