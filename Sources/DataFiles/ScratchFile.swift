#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file for what does not fit into memory, in the system's folder for temporary files (`TMPDIR`).
///
/// It has no name from the start, so nothing of it is left however the process ends.
public struct ScratchFile: ~Copyable {
  private let file: FileDescriptor

  /// An empty file.
  ///
  /// - Throws: `DataError` when it cannot be made.
  public init() throws(DataError) {
    let path = FileSystem.temporaryPath() + ".tmp"
    file = try FileDescriptor(opening: path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, code: .cannotCreate)
    unlink(path)
  }

  /// Appends bytes.
  ///
  /// - Throws: `DataError` when the disk is full or fails.
  public func append(_ bytes: [UInt8]) throws(DataError) { try file.write(bytes) }

  /// Appends the bytes at an offset to others, as many as there are up to a limit, and gives their number: 0 at the end.
  ///
  /// - Throws: `DataError` when the disk fails.
  public func read(at offset: Int, into bytes: inout [UInt8], upTo limit: Int) throws(DataError) -> Int {
    let start = bytes.count
    bytes += repeatElement(0, count: limit)
    let count = try bytes.withUnsafeMutableBufferPointer { (buffer) throws(DataError) in
      let free = UnsafeMutableBufferPointer(rebasing: buffer[start...])
      return try file.read(at: offset, into: UnsafeMutableRawBufferPointer(free))
    }
    bytes.removeLast(limit - count)
    return count
  }
}
