import DataFiles

/// The first 72 bytes of a token file; all numbers are little-endian.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | magic, `LHTOKENS` in ASCII |
/// | 8 | 4 | version, 1 |
/// | 12 | 4 | width of an id in bytes: 1 for vocabularies of up to 256 tokens, 2 for up to 65,536, else 4 |
/// | 16 | 8 | count of the ids |
/// | 24 | 8 | size of the vocabulary, 1 to 2^32; every id is below it |
/// | 32 | 32 | fingerprint of the vocabulary, a SHA-256 |
/// | 64 | 8 | checksum (`TokenChecksum`) of the ids, then of bytes 0 to 63 |
///
/// The ids follow at byte 72, `width` bytes each, and end with the file.
struct TokenFileHeader {
  static let byteCount = 72
  static let checkedByteCount = 64
  private static let magic = Array("LHTOKENS".utf8)
  private static let version: UInt32 = 1

  var count: Int
  let vocabularySize: Int
  let fingerprint: [UInt8]

  /// The bytes that an id takes.
  var width: Int { Self.width(vocabularySize: vocabularySize) }

  init(vocabularySize: Int, fingerprint: [UInt8]) {
    precondition(vocabularySize >= 1 && vocabularySize <= 1 << 32, "a vocabulary of \(vocabularySize) tokens")
    precondition(fingerprint.count == SHA256.digestCount, "a fingerprint of \(fingerprint.count) bytes")
    self.count = 0
    self.vocabularySize = vocabularySize
    self.fingerprint = fingerprint
  }

  /// Reads the header of a whole file and holds it against the file's size.
  init(reading file: UnsafeRawBufferPointer, path: String) throws(DataError) {
    func word(at offset: Int) -> UInt64 {
      UInt64(littleEndian: file.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    guard file.prefix(8).elementsEqual(Self.magic) else {
      throw Self.failure(path, "is not a token file; make one with longhand tokenize")
    }
    guard file.count >= Self.byteCount else {
      throw Self.failure(path, "is cut off after \(file.count) bytes, within its header; tokenize the text again")
    }
    let version = UInt32(truncatingIfNeeded: word(at: 8))
    guard version == Self.version else {
      throw Self.failure(path, "has format version \(version), not \(Self.version); use the release that wrote it")
    }
    guard let size = Int(exactly: word(at: 24)), size >= 1, size <= 1 << 32 else {
      throw Self.failure(
        path, "is damaged: no vocabulary has \(word(at: 24)) tokens (byte 24); tokenize the text again")
    }
    let width = Self.width(vocabularySize: size)
    guard word(at: 8) >> 32 == UInt64(width) else {
      throw Self.failure(path, "is damaged: the width of an id is not \(width) (byte 12); tokenize the text again")
    }
    guard let count = Int(exactly: word(at: 16)), count <= (Int.max - Self.byteCount) / width,
      file.count == Self.byteCount + count * width
    else {
      throw Self.failure(
        path,
        "is cut off or damaged: \(word(at: 16)) ids of \(width) bytes (byte 16) do not fill its \(file.count) bytes; tokenize the text again"
      )
    }
    self.count = count
    self.vocabularySize = size
    self.fingerprint = Array(file[32..<64])
  }

  /// The checksum that stands in a file, whose size has been checked.
  static func storedChecksum(in file: UnsafeRawBufferPointer) -> UInt64 {
    UInt64(littleEndian: file.loadUnaligned(fromByteOffset: checkedByteCount, as: UInt64.self))
  }

  /// The header's bytes, given the checksum of the ids.
  func bytes(after idsChecksum: TokenChecksum) -> [UInt8] {
    var bytes = Self.magic
    func append(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    append(Self.version)
    append(UInt32(width))
    append(UInt64(count))
    append(UInt64(vocabularySize))
    bytes += fingerprint
    var checksum = idsChecksum
    bytes.withUnsafeBytes { checksum.update($0) }
    append(checksum.value)
    return bytes
  }

  static func failure(_ path: String, _ what: String) -> DataError {
    DataError(.data, "\(DataError.shown(path)) \(what)")
  }

  private static func width(vocabularySize: Int) -> Int {
    vocabularySize <= 1 << 8 ? 1 : vocabularySize <= 1 << 16 ? 2 : 4
  }
}
