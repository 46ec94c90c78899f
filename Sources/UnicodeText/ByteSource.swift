import DataFiles

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The bytes of one input, in pieces.
struct ByteSource: ~Copyable {
  private let input: CorpusInput
  private let descriptor: Int32
  /// How many bytes of an input in memory have been handed out.
  private var position = 0

  /// Opens an input.
  ///
  /// - Throws: `DataError` when it is missing, unreadable or a directory.
  init(_ input: CorpusInput) throws(DataError) {
    self.input = input
    switch input {
    case .bytes: descriptor = -1
    case .standardInput: descriptor = STDIN_FILENO
    case .file(let path): descriptor = try Self.open(path)
    }
  }

  deinit {
    if case .file = input { _ = close(descriptor) }
  }

  /// Replaces the piece by the next bytes, as many as are there up to a limit; none at the end.
  mutating func read(into piece: inout [UInt8], upTo limit: Int) throws(DataError) {
    if case .bytes(let bytes, _) = input {
      let end = min(bytes.count, position + limit)
      piece = Array(bytes[position..<end])
      position = end
      return
    }
    if piece.count != limit { piece = [UInt8](repeating: 0, count: limit) }
    let count = piece.withUnsafeMutableBytes { memory in
      var count = systemRead(descriptor, memory)
      while count < 0 && errno == EINTR { count = systemRead(descriptor, memory) }
      return count
    }
    guard count >= 0 else { throw .system(.inputOutput, "cannot read", path: input.name, errno: errno) }
    if count < limit { piece.removeSubrange(count...) }
  }

  private static func open(_ path: String) throws(DataError) -> Int32 {
    if path.isEmpty || path.utf8.contains(0) {
      throw DataError(.noInput, "cannot open \"\(DataError.shown(path))\": give the path of a text file")
    }
    if try FileSystem.kind(of: path) == .directory {
      throw DataError(.noInput, "cannot read \(DataError.shown(path)): it is a directory; name the text files in it")
    }
    let descriptor = systemOpen(path)
    guard descriptor >= 0 else { throw .system(nil, "cannot open", path: path, errno: errno) }
    return descriptor
  }
}

private func systemOpen(_ path: String) -> Int32 {
  var descriptor = open(path, O_RDONLY | O_CLOEXEC)
  while descriptor < 0 && errno == EINTR { descriptor = open(path, O_RDONLY | O_CLOEXEC) }
  return descriptor
}

private func systemRead(_ descriptor: Int32, _ memory: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor, memory.baseAddress, memory.count)
}
