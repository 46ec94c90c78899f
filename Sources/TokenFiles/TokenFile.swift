public import DataFiles

/// A stream of token ids on disk, memory-mapped: opening checks it, reading costs no more memory.
///
/// The format is little-endian: a header of 72 bytes (magic `LHTOKENS`, version, width, count, size and fingerprint of the
/// vocabulary, checksum; byte for byte in TokenFileHeader.swift), then the ids in 1, 2 or 4 bytes each. The file must
/// not be changed while it is open.
public final class TokenFile: Sendable {
  private let file: MappedFile

  /// The number of ids.
  public let count: Int

  /// The bytes that an id takes in the file: 1, 2 or 4.
  public let width: Int

  /// V: every id in the file is below it.
  public let vocabularySize: Int

  /// The SHA-256 of the vocabulary that the ids index, 32 bytes.
  public let fingerprint: [UInt8]

  /// The path, as it was given.
  public var path: String { file.path }

  /// Opens a token file and checks all of it: sizes, checksum, and that every id is below the vocabulary's size.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - fingerprint: the vocabulary that the ids must index; nil takes any.
  /// - Throws: `DataError` when the file cannot be read, is damaged, or was made with another vocabulary.
  public init(path: String, vocabularyFingerprint fingerprint: [UInt8]? = nil) throws(DataError) {
    file = try MappedFile(path: path)
    let header = try file.withUnsafeBytes { (bytes) throws(DataError) in
      let header = try TokenFileHeader(reading: bytes, path: path)
      try Self.check(bytes, header, path)
      return header
    }
    count = header.count
    width = header.width
    vocabularySize = header.vocabularySize
    self.fingerprint = header.fingerprint
    if let fingerprint, fingerprint != header.fingerprint {
      let (wanted, found) = (SHA256.hex(fingerprint).prefix(12), SHA256.hex(header.fingerprint).prefix(12))
      throw TokenFileHeader.failure(
        path,
        "was made with another vocabulary (fingerprint \(found)…, not \(wanted)…); tokenize its text again with this one"
      )
    }
  }

  /// Reads the ids of a range, which must lie in 0..<count.
  ///
  /// - Parameters:
  ///   - range: the positions.
  ///   - tokens: receives the ids and nothing else; keeps its memory when it has as many elements already.
  public func read(_ range: Range<Int>, into tokens: inout [TokenID]) {
    if tokens.count != range.count { tokens = [TokenID](repeating: 0, count: range.count) }
    read(range, into: &tokens, at: 0)
  }

  /// Reads the ids of a range, which must lie in 0..<count, into elements of an array.
  ///
  /// - Parameters:
  ///   - range: the positions.
  ///   - tokens: receives the ids.
  ///   - offset: the element that receives the first; `offset + range.count` must not exceed `tokens.count`.
  public func read(_ range: Range<Int>, into tokens: inout [TokenID], at offset: Int) {
    precondition(
      offset >= 0 && offset + range.count <= tokens.count,
      "\(range.count) ids from element \(offset) of an array of \(tokens.count)")
    tokens.withUnsafeMutableBufferPointer { buffer in
      read(range, into: UnsafeMutableBufferPointer(rebasing: buffer[offset..<offset + range.count]))
    }
  }

  /// Reads the ids of a range, which must lie in 0..<count, into as many elements of memory.
  public func read(_ range: Range<Int>, into tokens: UnsafeMutableBufferPointer<TokenID>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "ids \(range) of a file of \(count)")
    precondition(tokens.count == range.count, "\(range.count) ids into \(tokens.count) elements")
    file.withUnsafeBytes { bytes in
      let start = TokenFileHeader.byteCount + range.lowerBound * width
      let source = UnsafeRawBufferPointer(rebasing: bytes[start..<start + range.count * width])
      switch width {
      case 1: Self.widen(source, as: UInt8.self, into: tokens)
      case 2: Self.widen(source, as: UInt16.self, into: tokens)
      default: Self.widen(source, as: UInt32.self, into: tokens)
      }
    }
  }

  @inline(__always)
  private static func widen<Stored: FixedWidthInteger>(
    _ source: UnsafeRawBufferPointer, as type: Stored.Type, into tokens: UnsafeMutableBufferPointer<TokenID>
  ) {
    guard let start = source.baseAddress, let first = tokens.baseAddress else { return }
    for index in 0..<tokens.count {
      let offset = index &* MemoryLayout<Stored>.size
      first[index] = TokenID(
        truncatingIfNeeded: Stored(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: Stored.self)))
    }
  }

  /// Goes over the ids once, piece by piece so that the second look at a piece finds it in the cache.
  private static func check(
    _ bytes: UnsafeRawBufferPointer, _ header: TokenFileHeader, _ path: String
  ) throws(DataError) {
    let ids = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(TokenFileHeader.byteCount))
    var checksum = TokenChecksum()
    var largest: UInt32 = 0
    let pieceCount = 1 << 16
    for start in stride(from: 0, to: ids.count, by: pieceCount) {
      let piece = UnsafeRawBufferPointer(rebasing: ids[start..<min(start + pieceCount, ids.count)])
      checksum.update(piece)
      switch header.width {
      case 1: largest = max(largest, Self.largest(in: piece, as: UInt8.self))
      case 2: largest = max(largest, Self.largest(in: piece, as: UInt16.self))
      default: largest = max(largest, Self.largest(in: piece, as: UInt32.self))
      }
    }
    checksum.update(UnsafeRawBufferPointer(rebasing: bytes.prefix(TokenFileHeader.checkedByteCount)))
    guard checksum.value == TokenFileHeader.storedChecksum(in: bytes) else {
      throw TokenFileHeader.failure(path, "is damaged: its checksum is wrong; tokenize the text again")
    }
    guard UInt64(largest) < UInt64(header.vocabularySize) else {
      throw TokenFileHeader.failure(
        path, "holds id \(largest), but its vocabulary has \(header.vocabularySize) tokens; tokenize the text again")
    }
  }

  @inline(__always)
  private static func largest<Stored: FixedWidthInteger>(
    in piece: UnsafeRawBufferPointer, as type: Stored.Type
  ) -> UInt32 {
    guard let start = piece.baseAddress else { return 0 }
    var largest: Stored = 0
    for index in 0..<piece.count / MemoryLayout<Stored>.size {
      let offset = index &* MemoryLayout<Stored>.size
      largest = max(largest, Stored(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: Stored.self)))
    }
    return UInt32(truncatingIfNeeded: largest)
  }
}
