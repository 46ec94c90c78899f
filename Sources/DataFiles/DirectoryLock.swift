#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A directory held by one process: as long as this object lives, nobody else gets the lock.
///
/// The lock is the system's own on DIR/.lock, so it ends with the process that holds it, however that ends; the file
/// itself stays and means nothing.
public final class DirectoryLock: Sendable {
  /// The directory that is held.
  public let directory: String

  private let file: FileDescriptor

  /// Takes a directory, which is made when it is not there, and clears what killed processes left half written in it.
  ///
  /// - Throws: `DataError` with code `busy` when another process holds it.
  public init(directory: String) throws(DataError) {
    self.directory = directory
    try FileSystem.createDirectory(directory)
    let path = "\(directory)/.lock"
    file = try FileDescriptor(opening: path, O_RDWR | O_CREAT | O_NOFOLLOW, code: .cannotCreate)
    switch file.tryLock() {
    case true: break
    case false:
      let holder = try Self.holder(file)
      throw DataError(
        .busy,
        "directory \(DataError.shown(directory)) is in use by another process\(holder); "
          + "wait until it ends or choose another directory")
    case nil: throw .system(.inputOutput, "cannot lock", path: path, errno: errno)
    }
    // For the message above alone; a number that cannot be written is no reason to stop.
    try? file.truncate(to: 0)
    try? file.write(Array("\(getpid())\n".utf8), at: 0)
    try DurableFile.removeLeftovers(in: directory)
  }

  deinit { file.unlock() }

  private static func holder(_ file: borrowing FileDescriptor) throws(DataError) -> String {
    var bytes = [UInt8](repeating: 0, count: 20)
    let count = try bytes.withUnsafeMutableBufferPointer { (buffer) throws(DataError) in
      try file.read(into: UnsafeMutableRawBufferPointer(buffer))
    }
    let number = String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return Int(number).map { " (\($0))" } ?? ""
  }
}
