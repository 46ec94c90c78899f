#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

internal import Synchronization

/// A folder among the system's temporary ones (`TMPDIR`), removed with its owner.
public final class ScratchFolder: Sendable {
  private static let there = Mutex<Set<String>>([])

  /// Where it is.
  public let path: String

  /// An empty folder.
  ///
  /// - Throws: `DataError` when it cannot be made.
  public init() throws(DataError) {
    path = FileSystem.temporaryPath()
    try FileSystem.createDirectory(path)
    _ = Self.there.withLock { $0.insert(path) }
  }

  deinit {
    _ = Self.there.withLock { $0.remove(path) }
    Self.empty(path)
  }

  /// Removes all that there are, for a process that ends without its owners.
  public static func removeAll() {
    for path in there.withLock({ $0 }) { empty(path) }
  }

  private static func empty(_ folder: String) {
    for entry in (try? FileSystem.entries(of: folder)) ?? [] {
      if unlink(folder + "/" + entry) != 0 { empty(folder + "/" + entry) }
    }
    rmdir(folder)
  }
}
