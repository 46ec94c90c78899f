#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A folder among the system's temporary ones (`TMPDIR`), removed with its owner.
public final class ScratchFolder: Sendable {
  /// Where it is.
  public let path: String

  /// An empty folder.
  ///
  /// - Throws: `DataError` when it cannot be made.
  public init() throws(DataError) {
    path = FileSystem.temporaryPath()
    try FileSystem.createDirectory(path)
  }

  deinit { Self.empty(path) }

  private static func empty(_ folder: String) {
    for entry in (try? FileSystem.entries(of: folder)) ?? [] {
      if unlink(folder + "/" + entry) != 0 { empty(folder + "/" + entry) }
    }
    rmdir(folder)
  }
}
