import DataFiles
import Foundation
import ScratchFiles
import Testing

struct FileSystemTests {
  @Test(arguments: [
    ("a/b", "a"), ("a", "."), ("/a", "/"), ("/a/b/", "/a"), ("/", "/"), ("a//b", "a/"), ("", "."),
  ])
  func parents(path: String, parent: String) {
    #expect(FileSystem.parent(of: path) == parent)
  }

  @Test func directoriesAreMadeWithThoseAbove() throws {
    let scratch = try ScratchDirectory()
    try FileSystem.createDirectory(scratch.path("a/b/c"))
    try FileSystem.createDirectory(scratch.path("a/b/c"))
    #expect(try FileSystem.kind(of: scratch.path("a/b/c")) == .directory)
  }

  @Test func fileInTheWayIsNoDirectory() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write([], to: "a")
    do {
      try FileSystem.createDirectory(path)
      Issue.record("no error")
    } catch {
      #expect(error.code == .cannotCreate)
      #expect(error.message == "cannot make directory \(path): a file stands there; give another name")
    }
  }

  @Test func kinds() throws {
    let scratch = try ScratchDirectory()
    #expect(try FileSystem.kind(of: try scratch.write([], to: "a")) == .regular)
    #expect(try FileSystem.kind(of: scratch.path) == .directory)
    #expect(try FileSystem.kind(of: "/dev/null") == .other)
    #expect(try FileSystem.kind(of: scratch.path("none")) == nil)
    #expect(throws: DataError.self, "a file is no directory to look into") {
      try FileSystem.kind(of: scratch.path("a/b"))
    }
  }

  @Test func entriesAreSorted() throws {
    let scratch = try ScratchDirectory()
    for name in ["b", "a", "B", ".c", "é"] { try scratch.write([], to: name) }
    #expect(try FileSystem.entries(of: scratch.path) == [".c", "B", "a", "b", "é"])
    #expect(throws: DataError.self) { try FileSystem.entries(of: scratch.path("none")) }
  }

  @Test func removingTwiceIsNoError() throws {
    let scratch = try ScratchDirectory()
    try scratch.write([], to: "a")
    try FileSystem.remove(scratch.path("a"))
    try FileSystem.remove(scratch.path("a"))
    #expect(try scratch.names() == [])
  }

  @Test(arguments: ["a", "./a", "link", "hard"])
  func inputIsNoOutput(name: String) throws {
    let scratch = try ScratchDirectory()
    let input = try scratch.write([1], to: "a")
    try FileManager.default.createSymbolicLink(atPath: scratch.path("link"), withDestinationPath: input)
    try FileManager.default.linkItem(atPath: input, toPath: scratch.path("hard"))
    #expect(throws: DataError.self) { try FileSystem.refuse(writing: scratch.path(name), over: ["-", input]) }
    try FileSystem.refuse(writing: scratch.path("b"), over: [input])
    try scratch.write([1], to: "b")
    try FileSystem.refuse(writing: scratch.path("b"), over: [input])
  }

  @Test func fileIsRequired() throws {
    let scratch = try ScratchDirectory()
    try FileSystem.requireFile(try scratch.write([], to: "a"))
    #expect(throws: DataError.self) { try FileSystem.requireFile(scratch.path) }
    #expect(throws: DataError.self) { try FileSystem.requireFile(scratch.path("b")) }
  }
}
