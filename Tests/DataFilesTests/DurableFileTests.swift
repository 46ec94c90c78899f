import DataFiles
import Foundation
import ScratchFiles
import Testing

struct DurableFileTests {
  @Test func commitPutsTheBytesInPlace() throws {
    let scratch = try ScratchDirectory()
    var file = try DurableFile(replacing: scratch.path("a"))
    try file.write([1, 2, 3])
    try file.write([4, 5])
    try file.overwrite(at: 1, with: [9, 8])
    #expect(file.count == 5)
    #expect(try scratch.names() != ["a"], "nothing under the name before the commit")
    try file.commit()
    #expect(try scratch.read("a") == [1, 9, 8, 4, 5])
    #expect(try scratch.names() == ["a"])
  }

  @Test func withoutCommitTheOldFileStands() throws {
    let scratch = try ScratchDirectory()
    try scratch.write([7], to: "a")
    do {
      var file = try DurableFile(replacing: scratch.path("a"))
      try file.write([1, 2, 3])
    }
    #expect(try scratch.read("a") == [7])
    #expect(try scratch.names() == ["a"])
  }

  @Test func commitAfterTheDirectoryWentFails() throws {
    let scratch = try ScratchDirectory()
    let directory = scratch.path("d")
    try FileSystem.createDirectory(directory)
    var file = try DurableFile(replacing: "\(directory)/a")
    try file.write([1])
    try FileManager.default.removeItem(atPath: directory)
    do {
      try file.commit()
      Issue.record("no error")
    } catch {
      #expect(error.code == .inputOutput)
      #expect(error.message == "cannot replace \(directory)/a: No such file or directory")
    }
  }

  @Test(arguments: [0o600, 0o640, 0o664] as [Int])
  func permissionsOfAnOldFileAreKept(mode: Int) throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write([7], to: "a")
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    let file = try DurableFile(replacing: path)
    try file.commit()
    #expect(try permissions(of: path) == mode)
  }

  @Test func permissionsOfANewFileFollowTheUmask() throws {
    let scratch = try ScratchDirectory()
    let mask = umask(0)
    umask(mask)
    let file = try DurableFile(replacing: scratch.path("a"))
    try file.commit()
    #expect(try permissions(of: scratch.path("a")) == 0o666 & ~Int(mask))
  }

  @Test func symbolicLinkIsFollowed() throws {
    let scratch = try ScratchDirectory()
    let target = try scratch.write([7], to: "target")
    try FileManager.default.createSymbolicLink(atPath: scratch.path("link"), withDestinationPath: target)
    var file = try DurableFile(replacing: scratch.path("link"))
    try file.write([1])
    try file.commit()
    #expect(try scratch.read("target") == [1])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: scratch.path("link")) == target)
  }

  @Test(arguments: [
    ("/dev/null", "cannot write /dev/null: it is not a regular file; choose another name"),
    ("/usr", "cannot write /usr: it is a directory; choose another name"),
  ])
  func whatIsNoFileIsNotReplaced(path: String, message: String) throws {
    do {
      let file = try DurableFile(replacing: path)
      try file.commit()
      Issue.record("no error")
    } catch {
      #expect(error.code == .cannotCreate)
      #expect(error.message == message)
    }
  }

  @Test func missingDirectoryIsNamed() throws {
    let scratch = try ScratchDirectory()
    do {
      let file = try DurableFile(replacing: scratch.path("no/a"))
      try file.commit()
      Issue.record("no error")
    } catch {
      #expect(error.code == .cannotCreate)
      #expect(error.message.contains("cannot write \(scratch.path("no/a")): "))
      #expect(error.message.contains("No such file or directory"))
    }
  }

  @Test func leftoversOfTheDeadAreRemovedAndThoseOfTheLivingStay() throws {
    let scratch = try ScratchDirectory()
    try scratch.write([1], to: ".longhand-dead.tmp")
    try scratch.write([1], to: "mine.tmp")
    var living = try DurableFile(replacing: scratch.path("a"))
    try living.write([5])
    try DurableFile.removeLeftovers(in: scratch.path)
    #expect(try !scratch.names().contains(".longhand-dead.tmp"))
    #expect(try scratch.names().contains("mine.tmp"))
    try living.commit()
    #expect(try scratch.read("a") == [5])
  }

  private func permissions(of path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }
}
