#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that grows line by line, such as a run's metrics.
///
/// A line is handed to the system as soon as it is written; `synchronize` brings it to the disk. Whoever notes how many
/// lines there were can return to that place, so that what was written after a checkpoint is written again.
public struct LogFile: ~Copyable {
  /// The number of lines.
  public private(set) var lines: Int
  /// The last line that was kept of an earlier time; empty in a new log.
  public let lastLine: [UInt8]
  private let file: FileDescriptor

  /// Opens or creates a log and cuts off what stands behind its first lines, `kept` of them at most.
  ///
  /// A line that was not finished is cut off too.
  public init(path: String, keepingLines kept: Int = .max) throws(DataError) {
    let file = try FileDescriptor(
      opening: path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, code: .cannotCreate)
    let (lines, size, lastLine) = try Self.read(path, keepingLines: kept)
    if try size < file.status().size { try file.truncate(to: size) }
    self.file = file
    self.lines = lines
    self.lastLine = lastLine
  }

  /// The last line that a log opened so would keep, of a log that stays as it is; empty where there is none.
  public static func lastLine(path: String, keepingLines kept: Int) throws(DataError) -> [UInt8] {
    try FileSystem.kind(of: path) == nil ? [] : read(path, keepingLines: kept).lastLine
  }

  /// The first lines of a file: how many there are, their bytes, and the last of them.
  private static func read(
    _ path: String, keepingLines kept: Int
  ) throws(DataError) -> (lines: Int, size: Int, lastLine: [UInt8]) {
    try MappedFile(copying: path).withUnsafeBytes { bytes in
      var (lines, start, end) = (0, 0, 0)
      while lines < kept, let feed = bytes[end...].firstIndex(of: UInt8(ascii: "\n")) {
        (lines, start, end) = (lines + 1, end, feed + 1)
      }
      return (lines, end, Array(bytes[start..<max(start, end - 1)]))
    }
  }

  /// Appends one line.
  public mutating func append(_ line: String) throws(DataError) {
    try file.write(Array((line + "\n").utf8))
    lines += 1
  }

  /// Waits until everything is on the disk.
  public func synchronize() throws(DataError) { try file.synchronize() }
}
