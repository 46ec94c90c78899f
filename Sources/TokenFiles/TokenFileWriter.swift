public import DataFiles

/// Writes a token file, id after id, in little memory; see `TokenFile` for what it holds.
///
/// Nothing stands under the file's name before `commit()`; without it nothing is left behind.
public struct TokenFileWriter: ~Copyable {
  private static let bufferCount = 1 << 20

  private var header: TokenFileHeader
  private var file: DurableFile
  private var checksum = TokenChecksum()
  /// Ids in their stored form, not yet written; a multiple of the checksum's block whenever it is full.
  private var buffer: [UInt8] = []

  /// The number of ids so far.
  public var count: Int { header.count }

  /// Begins a token file.
  ///
  /// - Parameters:
  ///   - path: the file to make or to replace.
  ///   - vocabularySize: V, from 1 to 2^32; it settles how many bytes an id takes.
  ///   - fingerprint: the vocabulary's SHA-256, 32 bytes.
  public init(replacing path: String, vocabularySize: Int, fingerprint: [UInt8]) throws(DataError) {
    header = TokenFileHeader(vocabularySize: vocabularySize, fingerprint: fingerprint)
    var file = try DurableFile(replacing: path)
    try file.write([UInt8](repeating: 0, count: TokenFileHeader.byteCount))
    self.file = file
    buffer.reserveCapacity(Self.bufferCount)
  }

  /// Appends ids, each below the vocabulary's size.
  ///
  /// - Throws: `DataError` when an id is too large, or when the disk is full or fails.
  public mutating func append(_ tokens: [TokenID]) throws(DataError) {
    try append(tokens.span)
  }

  /// Appends ids, each below the vocabulary's size.
  ///
  /// - Throws: `DataError` when an id is too large, or when the disk is full or fails.
  public mutating func append(_ tokens: Span<TokenID>) throws(DataError) {
    let width = header.width
    let limit = UInt64(header.vocabularySize)
    for index in tokens.indices {
      let token = tokens[index]
      guard UInt64(token) < limit else {
        throw TokenFileHeader.failure(
          file.path, "cannot hold id \(token) at position \(header.count): its vocabulary has \(limit) tokens")
      }
      for byte in 0..<width { buffer.append(UInt8(truncatingIfNeeded: token &>> UInt32(8 &* byte))) }
      header.count += 1
      if buffer.count == Self.bufferCount { try flush() }
    }
  }

  /// Completes the file and puts it in its place, durably.
  public consuming func commit() throws(DataError) {
    try flush()
    try file.overwrite(at: 0, with: header.bytes(after: checksum))
    try file.commit()
  }

  private mutating func flush() throws(DataError) {
    buffer.withUnsafeBytes { checksum.update($0) }
    try file.write(buffer)
    buffer.removeAll(keepingCapacity: true)
  }
}
