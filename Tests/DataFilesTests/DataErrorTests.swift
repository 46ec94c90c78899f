import DataFiles
import Foundation
import Testing

struct DataErrorTests {
  @Test(arguments: [
    ("a b/é.txt", "a b/é.txt"), ("a\nb", "a\\u{a}b"), ("\u{1B}[31m", "\\u{1b}[31m"), ("x\u{202E}y", "x\\u{202e}y"),
  ])
  func namesAreShownInOneLine(name: String, shown: String) {
    #expect(DataError.shown(name) == shown)
  }

  @Test func longNamesAreCut() {
    #expect(DataError.shown(String(repeating: "x", count: 5000)).utf8.count == 1024)
  }

  @Test(arguments: [(ENOENT, DataError.Code.noInput), (EACCES, .noInput), (EIO, .inputOutput), (ENOSPC, .inputOutput)])
  func codeFollowsTheSystem(errno: Int32, code: DataError.Code) {
    #expect(DataError.system(nil, "cannot open", path: "f", errno: errno).code == code)
    #expect(DataError.system(.busy, "cannot open", path: "f", errno: errno).code == .busy)
  }

  @Test func exitCodesAreThoseOfSysexits() {
    let codes: [DataError.Code] = [.usage, .data, .noInput, .cannotCreate, .inputOutput, .busy]
    #expect(codes.map(\.rawValue) == [64, 65, 66, 73, 74, 75])
  }
}
