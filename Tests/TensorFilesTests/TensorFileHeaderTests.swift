import DataFiles
import TensorFiles
import Testing

struct TensorFileHeaderTests {
  /// What the reference reader takes and so must we, misaligned tensors among it.
  @Test(
    arguments: [
      (#"{}"#, 0), (#"{}     "#, 0), (#"{"__metadata__":{}}"#, 0),
      (#"{"a":{"shape":[],"dtype":"F32","data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[0,9],"data_offsets":[0,0]}}"#, 0),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[2,6]},"b":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}"#,
        6
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}"#,
        4
      ),
      (#"{"a/b.c":{"dtype":"BF16","shape":[1,1,1,1,1,1,1,1],"data_offsets":[0,2]}}"#, 2),
    ] as [(String, Int)])
  func accepts(header: String, dataCount: Int) throws {
    let file = try TensorFileTests.open(header, [UInt8](repeating: 0, count: dataCount))
    for tensor in file.tensors {
      #expect(try file.floats(tensor.name) == [Float](repeating: 0, count: tensor.count))
    }
  }

  @Test(
    arguments: [
      ("not JSON", "{a}", 0, "line 1, column 2"),
      ("not an object", "[]", 0, "does not begin with '{'"),
      ("leading space", " {}", 0, "does not begin with '{'"),
      ("no header", "", 0, "does not begin with '{'"),
      ("name twice", #"{"a":\#(tensor(0, 4)),"a":\#(tensor(4, 8))}"#, 8, "the name \"a\" stands twice"),
      ("same name, other marks", "{\"\u{E9}\":\(tensor(0, 4)),\"e\u{301}\":\(tensor(4, 8))}", 8, "two tensors have"),
      ("hole at start", #"{"a":\#(tensor(4, 8))}"#, 8, "leaves a hole before it, at byte 4"),
      ("hole between", #"{"a":\#(tensor(0, 4)),"b":\#(tensor(8, 12))}"#, 12, "leaves a hole before it, at byte 8"),
      ("overlap", #"{"a":\#(tensor(0, 4)),"b":\#(tensor(2, 6))}"#, 6, "overlaps another, at byte 2"),
      ("same place", #"{"a":\#(tensor(0, 4)),"b":\#(tensor(0, 4))}"#, 4, "overlaps another, at byte 0"),
      ("rest", #"{"a":\#(tensor(0, 4))}"#, 5, "the tensors take 4 bytes, the file has 5"),
      ("rest, no tensors", "{}", 1, "the tensors take 0 bytes, the file has 1"),
      ("short", #"{"a":\#(tensor(0, 4))}"#, 3, "the tensors take 4 bytes, the file has 3"),
      ("shape too large", #"{"a":\#(tensor(0, 4, shape: "[2]"))}"#, 4, "does not fill its bytes 0..<4"),
      ("shape too small", #"{"a":\#(tensor(0, 4, shape: "[0]"))}"#, 4, "does not fill its bytes 0..<4"),
      ("overflow of the product", #"{"a":\#(tensor(0, 4, shape: "[4611686018427387904,4]"))}"#, 4, "has no shape"),
      ("overflow of the bytes", #"{"a":\#(tensor(0, 4, shape: "[4611686018427387905]"))}"#, 4, "does not fill"),
      ("overflow hidden by 0", #"{"a":\#(tensor(0, 0, shape: "[4611686018427387904,4,0]"))}"#, 0, "has no shape"),
      ("dimension beyond 64 bits", #"{"a":\#(tensor(0, 4, shape: "[18446744073709551616]"))}"#, 4, "has no shape"),
      ("negative dimension", #"{"a":\#(tensor(0, 4, shape: "[-1,-1]"))}"#, 4, "has no shape"),
      ("fraction", #"{"a":\#(tensor(0, 4, shape: "[1.0]"))}"#, 4, "has no shape"),
      ("nine dimensions", #"{"a":\#(tensor(0, 4, shape: "[1,1,1,1,1,1,1,1,1]"))}"#, 4, "has no shape"),
      ("offsets turned round", #"{"a":\#(tensor(4, 0))}"#, 4, "has no data_offsets"),
      ("negative offset", #"{"a":\#(tensor(-4, 0))}"#, 4, "has no data_offsets"),
      ("three offsets", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}"#, 4, "has no data_offsets"),
      ("offset far beyond", #"{"a":\#(tensor(0, 9_223_372_036_854_775_807))}"#, 4, "does not fill"),
      ("unknown field", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, 4, "has a field besides"),
      ("no dtype", #"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, 4, "has no dtype"),
      ("other dtype", #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, 4, "has dtype U8, which is not read"),
      ("tensor no object", #"{"a":1}"#, 0, "is not an object"),
      ("metadata no object", #"{"__metadata__":[]}"#, 0, "__metadata__ is not an object"),
      ("metadata no string", #"{"__metadata__":{"n":1}}"#, 0, "holds \"n\", which is not a string"),
      ("metadata twice", #"{"__metadata__":{"n":"","n":""}}"#, 0, "the name \"n\" stands twice"),
      ("metadata within", #"{"__metadata__":{"n":{"m":[]}}}"#, 0, "more than 3 levels"),
      ("empty name", #"{"":\#(tensor(0, 4))}"#, 4, "it is empty"),
      ("long name", "{\"\(String(repeating: "n", count: 256))\":\(tensor(0, 4))}", 4, "it is longer than 255 bytes"),
      ("control character", #"{"a\n":\#(tensor(0, 4))}"#, 4, "it holds control characters"),
      ("path upward", #"{"../a":\#(tensor(0, 4))}"#, 4, "it looks like a path"),
      ("absolute path", #"{"/a":\#(tensor(0, 4))}"#, 4, "it looks like a path"),
      ("backslash", #"{"a\\b":\#(tensor(0, 4))}"#, 4, "it looks like a path"),
      ("wrong digest", #"{"__metadata__":{"longhand.sha256":"00"}}"#, 0, "damaged"),
    ] as [(String, String, Int, String)])
  func refuses(kind: String, header: String, dataCount: Int, message: String) {
    expectFailure(header, dataCount, nil, message)
  }

  @Test(
    arguments: [
      (UInt64.max, "a header of 18446744073709551615 bytes; at most 16777216 are read"),
      (1 << 63, "at most 16777216 are read"), ((16 << 20) + 1, "at most 16777216 are read"),
      (16 << 20, "cut off: a header of 16777216 bytes in a file of 10"),
      (3, "cut off: a header of 3 bytes in a file of 10"),
      (1, "header, line 1, column 2"),
    ] as [(UInt64, String)])
  func refusesLengths(length: UInt64, message: String) {
    expectFailure("{}", 0, length, message)
  }

  @Test func refusesMoreValuesThanMemoryAllows() {
    expectFailure("{\"a\":{\"shape\":[" + String(repeating: "0,", count: 1_000_001) + "0]}}", 0, nil, "too many values")
  }

  private static func tensor(_ begin: Int, _ end: Int, shape: String = "[1]") -> String {
    #"{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
  }

  private func expectFailure(_ header: String, _ dataCount: Int, _ length: UInt64?, _ message: String) {
    do {
      _ = try TensorFileTests.open(header, [UInt8](repeating: 0, count: dataCount), length: length)
      Issue.record("no error")
    } catch let error as DataError {
      #expect(error.code == .data)
      #expect(error.message.contains(message), "\(error.message)")
    } catch {
      Issue.record(error)
    }
  }
}
