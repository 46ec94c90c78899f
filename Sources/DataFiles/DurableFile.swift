#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that appears under its name complete and on the disk, or not at all.
///
/// The bytes go to a temporary file in the same directory; `commit()` brings it to the disk, renames it over the old
/// file and brings the directory to the disk. Until then the old file stands untouched, and without a commit, after any
/// error too, the temporary file is removed. A failed fsync is never tried again: the kernel may have dropped the pages.
/// Hand over large pieces, for each is one system call.
public struct DurableFile: ~Copyable {
  /// The file that is being replaced.
  public let path: String

  /// The number of bytes written so far.
  public private(set) var count = 0

  private let temporaryPath: String
  private var file: FileDescriptor
  private var isCommitted = false

  private static let prefix = ".longhand-"
  private static let suffix = ".tmp"

  /// Begins a new file that is to replace the one at a path, or to be the first there.
  ///
  /// An old file's permissions are kept; a new one's are 0666 less the umask. A symbolic link is followed.
  public init(replacing path: String) throws(DataError) {
    guard !path.isEmpty else { throw DataError(.cannotCreate, "cannot write to an empty name; give that of a file") }
    let target = try FileSystem.resolvingLink(path)
    let oldMode = try FileSystem.mode(of: target, code: .cannotCreate)
    if let oldMode, oldMode & S_IFMT != S_IFREG {
      let what = oldMode & S_IFMT == S_IFDIR ? "a directory" : "not a regular file"
      throw DataError(.cannotCreate, "cannot write \(DataError.shown(path)): it is \(what); choose another name")
    }
    let serial = String(UInt64.random(in: .min ... .max), radix: 36)
    let temporary = "\(FileSystem.parent(of: target))/\(Self.prefix)\(serial)\(Self.suffix)"
    file = try Self.create(temporary, for: path, mode: oldMode)
    self.path = target
    temporaryPath = temporary
  }

  /// Makes the temporary file; when that fails, the message names the file that was to be written.
  private static func create(_ temporary: String, for path: String, mode: mode_t?) throws(DataError) -> FileDescriptor {
    do {
      let file = try FileDescriptor(opening: temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
      // Held while we live, so that `removeLeftovers` can tell; a file system without locks keeps its leftovers.
      _ = file.tryLock()
      if let mode { try file.setMode(mode) }
      return file
    } catch {
      unlink(temporary)
      let code: DataError.Code = error.code == .noInput ? .cannotCreate : error.code
      throw DataError(code, "cannot write \(DataError.shown(path)): \(error.message)")
    }
  }

  deinit {
    if !isCommitted { unlink(temporaryPath) }
  }

  /// Appends bytes.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(DataError) {
    try file.write(bytes)
    count += bytes.count
  }

  /// Appends bytes.
  public mutating func write(_ bytes: [UInt8]) throws(DataError) {
    try file.write(bytes)
    count += bytes.count
  }

  /// Writes over bytes that were written before, such as a header whose counts are known only at the end.
  ///
  /// - Parameters:
  ///   - offset: of the first byte; `offset + bytes.count` must not exceed `count`.
  ///   - bytes: what is to stand there.
  public mutating func overwrite(at offset: Int, with bytes: [UInt8]) throws(DataError) {
    precondition(offset >= 0 && offset + bytes.count <= count, "overwrite beyond the \(count) bytes written")
    try file.write(bytes, at: offset)
  }

  /// Makes the new file stand in place of the old, durably.
  ///
  /// - Throws: `DataError` with the old file untouched, except when the very last step, bringing the directory to the
  ///   disk, fails: then the new file stands, but a loss of power may undo it.
  public consuming func commit() throws(DataError) {
    try file.synchronize()
    let size = try file.status().size
    guard size == count else {
      throw DataError(.inputOutput, "cannot write \(DataError.shown(path)): \(count) bytes written, \(size) arrived")
    }
    try file.close()
    try FileSystem.replace(path, with: temporaryPath)
    isCommitted = true
    try FileSystem.synchronizeDirectory(FileSystem.parent(of: path))
  }

  /// Removes the temporary files that processes killed while writing left in a directory.
  public static func removeLeftovers(in directory: String) throws(DataError) {
    for name in try FileSystem.entries(of: directory) where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
      let path = "\(directory)/\(name)"
      guard let file = try? FileDescriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { continue }
      if file.tryLock() == true { try FileSystem.remove(path) }
    }
  }
}
