#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Directories and names: what is done to a file without opening it.
public enum FileSystem {
  /// What stands at a path.
  public enum Kind: Sendable {
    /// A file of bytes.
    case regular
    /// A directory.
    case directory
    /// A device, a pipe, a socket.
    case other
  }

  /// What stands at a path, symbolic links followed; nil when nothing does.
  ///
  /// - Throws: an error when the path cannot be looked at, which is not the same as nothing being there.
  public static func kind(of path: String) throws(DataError) -> Kind? {
    switch try mode(of: path).map({ $0 & S_IFMT }) {
    case nil: return nil
    case S_IFREG: return .regular
    case S_IFDIR: return .directory
    default: return .other
    }
  }

  /// The kind and permissions of what stands at a path, as `stat` gives them; nil when nothing does.
  static func mode(of path: String, code: DataError.Code? = nil) throws(DataError) -> mode_t? {
    var status = stat()
    if stat(path, &status) == 0 { return status.st_mode }
    if errno == ENOENT { return nil }
    throw .system(code, "cannot examine", path: path, errno: errno)
  }

  /// Refuses a path where no file to read stands.
  ///
  /// - Throws: `DataError` when nothing or a directory stands there.
  public static func requireFile(_ path: String) throws(DataError) {
    guard let kind = try kind(of: path) else { throw .system(.noInput, "cannot open", path: path, errno: ENOENT) }
    if kind == .directory {
      throw DataError(.noInput, "cannot read \(DataError.shown(path)): it is a directory; name the files in it")
    }
  }

  /// Refuses to write a file in place of one that is read: the same file by whatever name.
  ///
  /// - Throws: `DataError` that names both.
  public static func refuse(writing output: String, over inputs: [String]) throws(DataError) {
    guard let target = identity(of: output) else { return }
    for input in inputs where identity(of: input) == target {
      throw DataError(
        .cannotCreate,
        "cannot write \(DataError.shown(output)): it is the input \(DataError.shown(input)), which would "
          + "be lost; choose another name")
    }
  }

  private static func identity(of path: String) -> [UInt64]? {
    var status = stat()
    return stat(path, &status) == 0 ? [UInt64(status.st_dev), UInt64(status.st_ino)] : nil
  }

  /// Makes a directory and those above it, durably; one that stands already is left as it is.
  public static func createDirectory(_ path: String) throws(DataError) {
    let existing = try mode(of: path, code: .cannotCreate).map { $0 & S_IFMT }
    if existing == S_IFDIR { return }
    guard existing == nil else {
      throw DataError(
        .cannotCreate, "cannot make directory \(DataError.shown(path)): a file stands there; give another name")
    }
    let above = parent(of: path)
    if above != path { try createDirectory(above) }
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw .system(.cannotCreate, "cannot make directory", path: path, errno: errno)
    }
    try synchronizeDirectory(above)
  }

  /// The names in a directory, without "." and "..", sorted by their bytes.
  public static func entries(of directory: String) throws(DataError) -> [String] {
    guard let stream = opendir(directory) else {
      throw .system(nil, "cannot list directory", path: directory, errno: errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw .system(nil, "cannot list directory", path: directory, errno: errno) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
  }

  /// The paths that a pattern of the shell's kind matches, sorted by their bytes.
  public static func paths(matching pattern: String) -> [String] {
    var matches = glob_t()
    defer { globfree(&matches) }
    guard glob(pattern, GLOB_NOSORT, nil, &matches) == 0 else { return [] }
    let paths = (0..<Int(matches.gl_pathc)).compactMap { matches.gl_pathv[$0].map { String(cString: $0) } }
    return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The size of a regular file in bytes; nil for all else.
  public static func size(of path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
  }

  /// A path among the system's temporary files (`TMPDIR`) at which nothing stands.
  static func temporaryPath() -> String {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    return "\(folder)/longhand-\(String(UInt64.random(in: .min ... .max), radix: 36))"
  }

  /// Removes a file; one that is not there is no error.
  public static func remove(_ path: String) throws(DataError) {
    guard unlink(path) == 0 || errno == ENOENT else {
      throw .system(.inputOutput, "cannot remove", path: path, errno: errno)
    }
  }

  /// Puts one file in the place of another, at once for all who look.
  static func replace(_ path: String, with newFile: String) throws(DataError) {
    guard systemRename(newFile, path) == 0 else {
      throw .system(.inputOutput, "cannot replace", path: path, errno: errno)
    }
  }

  /// The directory that a path stands in: all before its last slash, or ".".
  public static func parent(of path: String) -> String {
    var bytes = Array(path.utf8)
    while bytes.count > 1 && bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
  }

  /// The file that a path leads to when it is a symbolic link, else the path itself.
  static func resolvingLink(_ path: String) throws(DataError) -> String {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
    guard let resolved = realpath(path, nil) else {
      throw .system(.cannotCreate, "cannot follow the symbolic link", path: path, errno: errno)
    }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Waits until the names in a directory are on the disk.
  static func synchronizeDirectory(_ path: String) throws(DataError) {
    var directory = try FileDescriptor(opening: path, O_RDONLY | O_DIRECTORY, code: .inputOutput)
    try directory.synchronize()
    try directory.close()
  }

  private static func systemRename(_ path: String, _ newPath: String) -> Int32 {
    #if canImport(Glibc)
      Glibc.rename(path, newPath)
    #else
      Darwin.rename(path, newPath)
    #endif
  }
}
