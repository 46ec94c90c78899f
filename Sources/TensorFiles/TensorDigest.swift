import DataFiles

/// The digest that a tensor file of ours carries of itself.
///
/// `__metadata__["longhand.sha256"]` holds, as 64 lower-case hexadecimal digits, the SHA-256 of the whole file with these
/// 64 characters taken as '0'.
enum TensorDigest {
  static let name = "longhand.sha256"
  static let placeholder = [UInt8](repeating: UInt8(ascii: "0"), count: 2 * SHA256.digestCount)

  /// Where the digits stand in the bytes before the tensors; nil when they are not there exactly once.
  ///
  /// A match can only be the member of the metadata: within a string, its quotation marks would be escaped.
  static func position(in head: UnsafeRawBufferPointer) -> Int? {
    let key = Array("\"\(name)\":\"".utf8)
    var found: Int?
    var start = 0
    while start + key.count + placeholder.count < head.count {
      if head[start] == key[0], head[start..<start + key.count].elementsEqual(key) {
        guard found == nil else { return nil }
        found = start + key.count
      }
      start += 1
    }
    return found
  }

  /// Holds a file against its digest.
  ///
  /// - Parameter isRequired: whether a file without one is refused.
  static func verify(
    _ file: UnsafeRawBufferPointer, _ header: TensorFileHeader, isRequired: Bool, path: String
  ) throws(DataError) {
    guard isRequired || header.metadata[name] != nil else { return }
    guard let position = position(in: UnsafeRawBufferPointer(rebasing: file.prefix(header.dataOffset))) else {
      throw TensorFileHeader.failure(path, "damaged: it does not carry its own SHA-256; go back to an older copy")
    }
    let end = position + placeholder.count
    var hash = SHA256()
    hash.update(UnsafeRawBufferPointer(rebasing: file[..<position]))
    hash.update(placeholder)
    hash.update(UnsafeRawBufferPointer(rebasing: file[end...]))
    guard file[position..<end].elementsEqual(SHA256.hex(hash.finalize()).utf8) else {
      throw TensorFileHeader.failure(
        path, "damaged: its SHA-256 is not the one written in it; go back to an older copy")
    }
  }
}
