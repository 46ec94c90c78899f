#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that grows line by line, such as a run's metrics.
///
/// A line is handed to the system as soon as it is written; `synchronize` brings it to the disk. A position taken with
/// `count` can be returned to, so that what was written after a checkpoint is written again.
public struct LogFile: ~Copyable {
  /// The size in bytes.
  public private(set) var count: Int
  /// The last line that was kept of an earlier time; empty in a new log.
  public let lastLine: [UInt8]
  private let file: FileDescriptor

  /// Opens or creates a log and cuts it off at `position`, or nowhere when it is nil or beyond the end.
  public init(path: String, cutAt position: Int? = nil) throws(DataError) {
    let file = try FileDescriptor(
      opening: path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, code: .cannotCreate)
    let size = try file.status().size
    let kept = min(size, position ?? size)
    if kept < size { try file.truncate(to: kept) }
    lastLine = try MappedFile(copying: path).withUnsafeBytes { bytes in
      Array(bytes.split(separator: UInt8(ascii: "\n")).last ?? [])
    }
    self.file = file
    count = kept
  }

  /// Appends one line.
  public mutating func append(_ line: String) throws(DataError) {
    let bytes = Array((line + "\n").utf8)
    try file.write(bytes)
    count += bytes.count
  }

  /// Waits until everything is on the disk.
  public func synchronize() throws(DataError) { try file.synchronize() }
}
