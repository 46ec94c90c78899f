#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An open file: the one place where this package calls the system to read and write.
///
/// Interrupted calls are tried again, short reads and writes are continued, and the file is closed with its owner.
struct FileDescriptor: ~Copyable {
  /// What `fstat` says of a file.
  struct Status {
    let size: Int
    let mode: mode_t
    var isRegular: Bool { mode & S_IFMT == S_IFREG }
    var isDirectory: Bool { mode & S_IFMT == S_IFDIR }
  }

  /// No single call asks for more, since Linux and macOS cut larger ones off at different sizes.
  private static let largestTransfer = 1 << 30

  private var raw: Int32
  let path: String

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - flags: `O_RDONLY` and the like; `O_CLOEXEC` is added.
  ///   - code: the kind of error when it fails; nil goes by the system's error number.
  init(opening path: String, _ flags: Int32, code: DataError.Code? = nil) throws(DataError) {
    guard !path.utf8.contains(0) else {
      throw DataError(.noInput, "cannot open \(DataError.shown(path)): a path cannot hold a zero byte")
    }
    let result = Self.uninterrupted { Int(open(path, flags | O_CLOEXEC, 0o666)) }
    guard result >= 0 else { throw .system(code, "cannot open", path: path, errno: errno) }
    raw = Int32(truncatingIfNeeded: result)
    self.path = path
  }

  deinit {
    if raw >= 0 { _ = Self.closeOnce(raw) }
  }

  /// The file's size, kind and permissions.
  func status() throws(DataError) -> Status {
    var status = stat()
    guard fstat(raw, &status) == 0 else { throw failure("cannot examine") }
    return Status(size: Int(status.st_size), mode: status.st_mode)
  }

  /// Fills the memory from the file's present position, or says how many bytes came before the end.
  func read(into memory: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
    var done = 0
    while done < memory.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: memory[done...])
      let count = Self.uninterrupted {
        Self.systemRead(raw, rest.baseAddress, min(rest.count, Self.largestTransfer))
      }
      guard count >= 0 else { throw failure("cannot read") }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Fills the memory from an offset, or says how many bytes came before the end.
  func read(at offset: Int, into memory: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
    var done = 0
    while done < memory.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: memory[done...])
      let count = Self.uninterrupted {
        pread(raw, rest.baseAddress, min(rest.count, Self.largestTransfer), off_t(offset + done))
      }
      guard count >= 0 else { throw failure("cannot read") }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Writes all the bytes, at the present position or at an offset of their own.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int? = nil) throws(DataError) {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let length = min(rest.count, Self.largestTransfer)
      let count = Self.uninterrupted {
        if let offset {
          pwrite(raw, rest.baseAddress, length, off_t(offset + done))
        } else {
          Self.systemWrite(raw, rest.baseAddress, length)
        }
      }
      guard count > 0 else {
        if count == 0 { errno = EIO }
        throw failure("cannot write")
      }
      done += count
    }
  }

  /// Writes all the bytes, at the present position or at an offset of their own.
  func write(_ bytes: [UInt8], at offset: Int? = nil) throws(DataError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(DataError) in
      try write(UnsafeRawBufferPointer(buffer), at: offset)
    }
  }

  /// Sets the permissions.
  func setMode(_ mode: mode_t) throws(DataError) {
    guard fchmod(raw, mode & 0o7777) == 0 else { throw failure("cannot set the permissions of") }
  }

  /// Cuts the file off at a size.
  func truncate(to size: Int) throws(DataError) {
    guard Self.uninterrupted({ Int(ftruncate(raw, off_t(size))) }) == 0 else { throw failure("cannot write") }
  }

  /// Waits until the file is on the disk; after a failure the file must be given up, never tried again.
  func synchronize() throws(DataError) {
    guard fsync(raw) == 0 else { throw failure("cannot bring to the disk") }
  }

  /// Takes the file's advisory lock, if no other open file holds it; nil when the file system has no locks.
  func tryLock() -> Bool? {
    if Self.uninterrupted({ Int(flock(raw, LOCK_EX | LOCK_NB)) }) == 0 { return true }
    return errno == EWOULDBLOCK ? false : nil
  }

  /// Gives the lock back, also for copies of the descriptor: a process that is just being started may hold one.
  func unlock() { _ = flock(raw, LOCK_UN) }

  /// Maps the whole file for reading.
  func map(count: Int) throws(DataError) -> UnsafeRawBufferPointer {
    guard count > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let memory = mmap(nil, count, PROT_READ, MAP_PRIVATE, raw, 0)
    guard let memory, memory != MAP_FAILED else { throw failure("cannot map") }
    return UnsafeRawBufferPointer(start: memory, count: count)
  }

  /// Closes the file and reports what the system has to say of it.
  mutating func close() throws(DataError) {
    let closing = raw
    raw = -1
    guard Self.closeOnce(closing) == 0 || errno == EINTR else { throw failure("cannot close") }
  }

  private func failure(_ what: String) -> DataError {
    .system(.inputOutput, what, path: path, errno: errno)
  }

  private static func uninterrupted(_ call: () -> Int) -> Int {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }

  private static func closeOnce(_ raw: Int32) -> Int32 {
    #if canImport(Glibc)
      Glibc.close(raw)
    #else
      Darwin.close(raw)
    #endif
  }

  private static func systemRead(_ raw: Int32, _ memory: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.read(raw, memory, count)
    #else
      Darwin.read(raw, memory, count)
    #endif
  }

  private static func systemWrite(_ raw: Int32, _ memory: UnsafeRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.write(raw, memory, count)
    #else
      Darwin.write(raw, memory, count)
    #endif
  }
}
