import Fuzzing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file without a name, in memory where the system has a place for that, which can be opened by the path.
final class NamelessFile {
  let path: String
  private let descriptor: CInt
  private var count = 0

  init() {
    let folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    let name = "\(folder)/longhand-fuzz-\(getpid())"
    descriptor = open(name, O_RDWR | O_CREAT | O_EXCL, 0o600)
    require(descriptor >= 0 && unlink(name) == 0, "a temporary file can be made")
    path = "/dev/fd/\(descriptor)"
  }

  /// Makes bytes the file's content.
  func replace(by bytes: [UInt8]) {
    let written = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    require(written == bytes.count, "the file is written")
    if bytes.count != count { require(ftruncate(descriptor, off_t(bytes.count)) == 0, "the file is cut off") }
    count = bytes.count
  }
}
