#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The bytes of a regular file, seen as memory.
///
/// A file is either mapped, so that only the pages that are read take memory, or copied once. Another process that
/// shortens a mapped file stops this one (SIGBUS); what comes from strangers is better copied.
public final class MappedFile: Sendable {
  /// The path, as it was given.
  public let path: String

  /// The size in bytes.
  public let count: Int

  // Written by nobody between init and deinit, so any number of threads may read it.
  private nonisolated(unsafe) let memory: UnsafeRawBufferPointer

  /// Maps a file.
  ///
  /// - Throws: `DataError` when the file is missing, cannot be read, or is a directory, pipe or device.
  public convenience init(path: String) throws(DataError) {
    let file = try Self.open(path)
    self.init(path: path, memory: try file.map(count: try file.status().size))
  }

  /// Reads a whole file into memory of its own, where nothing done to the file afterwards can reach it.
  ///
  /// - Throws: `DataError` as `init(path:)` does, and when there is no memory for it.
  public convenience init(copying path: String) throws(DataError) {
    let file = try Self.open(path)
    let count = try file.status().size
    guard count > 0 else {
      self.init(path: path, memory: UnsafeRawBufferPointer(start: nil, count: 0))
      return
    }
    let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    guard let start, start != MAP_FAILED else { throw .system(.inputOutput, "cannot read", path: path, errno: errno) }
    let memory = UnsafeMutableRawBufferPointer(start: start, count: count)
    // From here on the memory is given back by deinit.
    self.init(path: path, memory: UnsafeRawBufferPointer(memory))
    guard try file.read(into: memory) == count else {
      throw DataError(.inputOutput, "cannot read \(DataError.shown(path)): it became shorter meanwhile; try again")
    }
  }

  private init(path: String, memory: UnsafeRawBufferPointer) {
    self.path = path
    self.count = memory.count
    self.memory = memory
  }

  deinit {
    if let start = memory.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), memory.count) }
  }

  /// Calls the body with the bytes, which must not be used after it.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(memory)
  }

  private static func open(_ path: String) throws(DataError) -> FileDescriptor {
    // O_NONBLOCK so that a pipe without a writer is refused below instead of waited for.
    let file = try FileDescriptor(opening: path, O_RDONLY | O_NONBLOCK)
    let status = try file.status()
    guard !status.isDirectory else {
      throw DataError(.noInput, "cannot read \(DataError.shown(path)): it is a directory; give a file")
    }
    guard status.isRegular else {
      throw DataError(.noInput, "cannot read \(DataError.shown(path)): it is not a regular file; save it to one first")
    }
    return file
  }
}
