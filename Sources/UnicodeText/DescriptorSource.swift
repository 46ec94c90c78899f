import DataFiles

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An open file, pipe or device that is read from its start to its end.
final class DescriptorSource {
  /// What messages call it.
  let name: String
  private let descriptor: Int32
  private let isOwned: Bool
  /// A byte that was read to learn whether anybody writes to a pipe.
  private var pending: UInt8?

  /// What has not been read of a regular file as it was when it was opened, in bytes; below 0 where it grew.
  private var unread = 0

  /// How long a pipe is waited for that nobody has opened for writing, in milliseconds.
  private static let patience: Int32 = 1500

  /// Standard input, which stays open.
  static var standardInput: DescriptorSource {
    DescriptorSource(name: CorpusInput.standardInput.name, descriptor: STDIN_FILENO, isOwned: false)
  }

  private init(name: String, descriptor: Int32, isOwned: Bool) {
    self.name = name
    self.descriptor = descriptor
    self.isOwned = isOwned
  }

  /// Opens a path.
  ///
  /// - Throws: `DataError` when it is missing, unreadable, a directory, or a pipe that nobody writes to.
  convenience init(opening path: String) throws(DataError) {
    if path.isEmpty || path.utf8.contains(0) {
      throw DataError(.noInput, "cannot open \"\(DataError.shown(path))\": give the path of a text file")
    }
    let kind = try FileSystem.kind(of: path)
    if kind == .directory {
      throw DataError(.noInput, "cannot read \(DataError.shown(path)): it is a directory; name the text files in it")
    }
    // A pipe is opened without waiting for its writer, who may never come.
    let descriptor = uninterrupted { Int(open(path, O_RDONLY | O_CLOEXEC | (kind == .other ? O_NONBLOCK : 0))) }
    guard descriptor >= 0 else { throw .system(nil, "cannot open", path: path, errno: errno) }
    self.init(name: path, descriptor: Int32(truncatingIfNeeded: descriptor), isOwned: true)
    if kind == .other {
      try awaitWriter()
    } else {
      var status = stat()
      if fstat(self.descriptor, &status) == 0 { unread = Int(status.st_size) }
    }
  }

  deinit {
    if isOwned { _ = close(descriptor) }
  }

  /// Appends the next bytes, as many as are there up to a limit, and gives their number: 0 at the end.
  ///
  /// - Throws: `DataError` when reading fails, or a file ends before the size that it had when it was opened.
  func read(into bytes: inout [UInt8], upTo limit: Int) throws(DataError) -> Int {
    if let byte = pending.take() {
      bytes.append(byte)
      return 1
    }
    var count = 0
    bytes.append(addingCapacity: limit) { output in
      output.withUnsafeMutableBufferPointer { memory, initializedCount in
        let free = UnsafeMutableBufferPointer(rebasing: memory[initializedCount..<initializedCount + limit])
        count = read(UnsafeMutableRawBufferPointer(free))
        initializedCount += max(count, 0)
      }
    }
    guard count >= 0 else { throw .system(.inputOutput, "cannot read", path: name, errno: errno) }
    unread -= count
    if count == 0 && unread > 0 {
      throw DataError(
        .inputOutput, "cannot read \(DataError.shown(name)): it became shorter while it was read; try again")
    }
    return count
  }

  /// Waits a little for somebody to write to a pipe; all other kinds are read as they are.
  private func awaitWriter() throws(DataError) {
    defer { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { return }
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, Self.patience) == 0 else { return }
    // Where nobody writes a read finds the end; where somebody does, nothing yet, or a byte that came just now.
    var byte: UInt8 = 0
    switch withUnsafeMutableBytes(of: &byte, { read($0) }) {
    case 0:
      throw DataError(.noInput, "cannot read \(DataError.shown(name)): nobody writes to this pipe; start the writer")
    case 1: pending = byte
    default: return
    }
  }

  private func read(_ memory: UnsafeMutableRawBufferPointer) -> Int {
    uninterrupted { systemRead(descriptor, memory) }
  }
}

private func uninterrupted(_ call: () -> Int) -> Int {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}

private func systemRead(_ descriptor: Int32, _ memory: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor, memory.baseAddress, memory.count)
}
