import DataFiles
import ScratchFiles
import Testing

struct LogFileTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func text() throws -> String { String(decoding: try scratch.read("log"), as: UTF8.self) }

  @Test(
    arguments: [
      ("", Int.max, 0, "", ""), ("a\nbb\nc\n", .max, 3, "c", "a\nbb\nc\n"), ("a\nbb\nc\n", 3, 3, "c", "a\nbb\nc\n"),
      ("a\nbb\nc\n", 2, 2, "bb", "a\nbb\n"), ("a\nbb\nc\n", 1, 1, "a", "a\n"), ("a\nbb\nc\n", 0, 0, "", ""),
      ("a\nbb\nhalf", .max, 2, "bb", "a\nbb\n"), ("half", 5, 0, "", ""), ("\n\n", 1, 1, "", "\n"),
    ])
  func keepsItsFirstLines(before: String, kept: Int, lines: Int, last: String, after: String) throws {
    try scratch.write(before.utf8, to: "log")
    var log = try LogFile(path: scratch.path("log"), keepingLines: kept)
    #expect(log.lines == lines)
    #expect(log.lastLine == Array(last.utf8))
    #expect(try text() == after)
    try log.append("next")
    #expect(log.lines == lines + 1)
    #expect(try text() == after + "next\n")
    try log.synchronize()
  }

  @Test func makesTheFile() throws {
    var log = try LogFile(path: scratch.path("log"))
    #expect(log.lines == 0 && log.lastLine.isEmpty)
    try log.append("one")
    #expect(try text() == "one\n")
  }

  @Test func refusesAFolderThatIsNotThere() {
    let error = #expect(throws: DataError.self) { _ = try LogFile(path: scratch.path("no/log")) }
    #expect(error?.code == .cannotCreate)
  }
}
