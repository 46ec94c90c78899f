public import DataFiles

/// Writes a token file, id after id, in little memory; see `TokenFile` for what it holds.
///
/// Nothing stands under the file's name before `commit()`; without it nothing is left behind.
public struct TokenFileWriter: ~Copyable {
  private static let bufferCount = 1 << 20

  private var header: TokenFileHeader
  private var file: DurableFile
  private var checksum = TokenChecksum()
  /// Ids in their stored form, the first `filled` bytes of them not yet written.
  private var buffer = [UInt8](repeating: 0, count: Self.bufferCount)
  private var filled = 0

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
    try tokens.withUnsafeBufferPointer { (tokens) throws(DataError) in
      let limit = UInt64(header.vocabularySize)
      if let position = tokens.firstIndex(where: { UInt64($0) >= limit }) {
        throw TokenFileHeader.failure(
          file.path,
          "cannot hold id \(tokens[position]) at position \(header.count + position): its vocabulary has \(limit) tokens"
        )
      }
      var start = 0
      while start < tokens.count {
        let piece = tokens[start..<min(start + (Self.bufferCount - filled) / header.width, tokens.count)]
        switch header.width {
        case 1: keep(piece, as: UInt8.self)
        case 2: keep(piece, as: UInt16.self)
        default: keep(piece, as: UInt32.self)
        }
        start = piece.endIndex
        if filled == Self.bufferCount { try flush() }
      }
      header.count += tokens.count
    }
  }

  @inline(__always)
  private mutating func keep<Stored: FixedWidthInteger>(
    _ tokens: Slice<UnsafeBufferPointer<TokenID>>, as type: Stored.Type
  ) {
    let tokens = UnsafeBufferPointer(rebasing: tokens)
    buffer.withUnsafeMutableBytes { buffer in
      for index in 0..<tokens.count {
        let stored = Stored(truncatingIfNeeded: tokens[index]).littleEndian
        buffer.storeBytes(of: stored, toByteOffset: filled &+ index &* MemoryLayout<Stored>.size, as: Stored.self)
      }
    }
    filled += tokens.count * MemoryLayout<Stored>.size
  }

  /// Completes the file and puts it in its place, durably.
  public consuming func commit() throws(DataError) {
    try flush()
    try file.overwrite(at: 0, with: header.bytes(after: checksum))
    try file.commit()
  }

  private mutating func flush() throws(DataError) {
    let buffer = buffer  // the same memory, which nobody changes meanwhile
    try buffer.span.extracting(..<filled).withUnsafeBytes { (bytes) throws(DataError) in
      checksum.update(bytes)
      try file.write(bytes)
    }
    filled = 0
  }
}
