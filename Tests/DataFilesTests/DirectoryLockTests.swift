import DataFiles
import Foundation
import ScratchFiles
import Testing

struct DirectoryLockTests {
  @Test func secondHolderIsTurnedAway() throws {
    let scratch = try ScratchDirectory()
    let directory = scratch.path("run/one")
    let lock = try DirectoryLock(directory: directory)
    do {
      _ = try DirectoryLock(directory: directory)
      Issue.record("no error")
    } catch {
      #expect(error.code == .busy)
      #expect(
        error.message
          == "directory \(directory) is in use by another process (\(getpid())); "
          + "wait until it ends or choose another directory")
    }
    withExtendedLifetime(lock) {}
  }

  @Test func lockEndsWithItsHolder() throws {
    let scratch = try ScratchDirectory()
    for _ in 0..<3 { _ = try DirectoryLock(directory: scratch.path) }
    #expect(try scratch.names() == [".lock"])
  }

  @Test("A process that was started meanwhile and holds copies of all descriptors does not keep the lock")
  func copiedDescriptor() throws {
    let scratch = try ScratchDirectory()
    var lock: DirectoryLock? = try DirectoryLock(directory: scratch.path)
    let descriptor = try #require(
      (3..<1024).first {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == scratch.path(".lock")
      })
    let copy = dup(Int32(descriptor))
    defer { close(copy) }
    withExtendedLifetime(lock) {}
    lock = nil
    _ = try DirectoryLock(directory: scratch.path)
  }

  @Test func lockFileOfADeadProcessIsNoLock() throws {
    let scratch = try ScratchDirectory()
    try scratch.write("4194305\n".utf8, to: ".lock")
    try scratch.write([1], to: ".longhand-dead.tmp")
    let lock = try DirectoryLock(directory: scratch.path)
    #expect(String(decoding: try scratch.read(".lock"), as: UTF8.self) == "\(getpid())\n")
    #expect(try scratch.names() == [".lock"], "what the dead process left half written is gone")
    withExtendedLifetime(lock) {}
  }
}
