internal import CKernels

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Bytes at a multiple of 64, of which large pieces stand in large pages where the system has them.
final class AlignedMemory: @unchecked Sendable {
  let base: UnsafeMutableRawPointer

  /// Zeros.
  init(byteCount: Int) {
    guard let base = ck_allocate(byteCount) else { preconditionFailure("no memory for \(byteCount) bytes") }
    self.base = base
  }

  deinit { free(base) }
}
