import DataFiles
import Foundation
import ScratchFiles
import Testing

struct MappedFileTests {
  @Test(arguments: [0, 1, 4096, 100_001])
  func bytesAreThoseOfTheFile(count: Int) throws {
    let scratch = try ScratchDirectory()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 13) }
    let path = try scratch.write(bytes, to: "a")
    for file in [try MappedFile(path: path), try MappedFile(copying: path)] {
      #expect(file.count == count)
      #expect(file.path == path)
      #expect(file.withUnsafeBytes { Array($0) } == bytes)
    }
  }

  @Test func aCopyIsOutOfReach() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write([1, 2, 3], to: "a")
    let file = try MappedFile(copying: path)
    try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: 0)
    #expect(file.withUnsafeBytes { Array($0) } == [1, 2, 3])
  }

  @Test(arguments: [
    ("/no/such/file", "cannot open /no/such/file: No such file or directory"),
    ("/usr", "cannot read /usr: it is a directory; give a file"),
    ("/dev/null", "cannot read /dev/null: it is not a regular file; save it to one first"),
    ("/a\u{0}b", "cannot open /a\\u{0}b: a path cannot hold a zero byte"),
    ("", "cannot open : No such file or directory"),
  ])
  func whatCannotBeReadIsNamed(path: String, message: String) {
    do {
      _ = try MappedFile(path: path)
      Issue.record("no error")
    } catch {
      #expect(error.code == .noInput)
      #expect(error.message == message)
    }
  }

  @Test func pipeIsRefusedAtOnce() throws {
    let scratch = try ScratchDirectory()
    try #require(mkfifo(scratch.path("pipe"), 0o600) == 0)
    #expect(throws: DataError.self) { try MappedFile(path: scratch.path("pipe")) }
  }
}
