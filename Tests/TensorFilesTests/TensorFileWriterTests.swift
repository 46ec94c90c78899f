import DataFiles
import ScratchFiles
import TensorFiles
import Testing

struct TensorFileWriterTests {
  /// A small file with every kind of content.
  static func write(to scratch: ScratchDirectory, name: String = "m") throws -> String {
    let flat: [Float] = [9, 1, -2.5, 3, 4, 5, 6, 9]
    var writer = TensorFileWriter(metadata: ["note": "é \"longhand.sha256\":\"\n", "a": ""])
    writer.add("weight", shape: [2, 3], flat[1..<7])
    writer.add("bias", shape: [2], [0.5, -.infinity] as [Float])
    writer.add("moment", shape: [1, 2], [1.0 / 3, .leastNonzeroMagnitude] as [Double])
    writer.add("state", shape: [2], [Int64.min, -1])
    writer.add("empty", shape: [0, 4], [Float]())
    writer.add("scalar", shape: [], [7] as [Float])
    try writer.write(replacing: scratch.path(name))
    return scratch.path(name)
  }

  @Test func valuesReadBackTheSame() throws {
    let scratch = try ScratchDirectory()
    let file = try TensorFile(path: Self.write(to: scratch), requireDigest: true)
    #expect(file.tensors.map(\.name) == ["moment", "state", "weight", "bias", "empty", "scalar"])
    #expect(file.tensors.map(\.shape) == [[1, 2], [2], [2, 3], [2], [0, 4], []])
    #expect(file.tensors.map(\.type) == [.float64, .int64, .float32, .float32, .float32, .float32])
    #expect(try file.floats("weight", shape: [2, 3]) == [1, -2.5, 3, 4, 5, 6])
    #expect(try file.doubles("weight") == [1, -2.5, 3, 4, 5, 6])
    #expect(try file.floats("bias") == [0.5, -.infinity])
    #expect(try file.doubles("moment") == [1.0 / 3, .leastNonzeroMagnitude])
    #expect(try file.floats("moment") == [Float(1.0 / 3), 0])
    #expect(try file.integers("state") == [.min, -1])
    #expect(try file.floats("empty") == [])
    #expect(try file.floats("scalar") == [7])
    #expect(file.metadata.count == 4)
    #expect(file.metadata["note"] == "é \"longhand.sha256\":\"\n")
    #expect(file.metadata["a"] == "")
    #expect(file.metadata["format"] == "pt")
  }

  @Test func sameContentGivesTheSameBytes() throws {
    let scratch = try ScratchDirectory()
    _ = try Self.write(to: scratch, name: "one")
    _ = try Self.write(to: scratch, name: "two")
    #expect(try scratch.read("one") == scratch.read("two"))
    #expect(try scratch.names() == ["one", "two"])
  }

  @Test(arguments: [0, 1, 1 << 18, 1 << 18 + 3, 3 << 18])
  func partsAreTheWhole(count: Int) throws {
    let scratch = try ScratchDirectory()
    let values = (0..<count).map { Float($0) + 0.25 }
    var whole = TensorFileWriter()
    whole.add("x", shape: [count], values)
    try whole.write(replacing: scratch.path("whole"))
    var parts = TensorFileWriter()
    parts.add("x", shape: [count]) { range, floats in floats = Array(values[range]) }
    try parts.write(replacing: scratch.path("parts"))
    let equal = try scratch.read("whole") == scratch.read("parts")
    #expect(equal)
  }

  /// The format, byte for byte.
  @Test func bytes() throws {
    let scratch = try ScratchDirectory()
    var writer = TensorFileWriter(metadata: ["b": "2", "a": "1"])
    writer.add("x", shape: [1], [1] as [Float])
    writer.add("y", shape: [1], [2] as [Double])
    try writer.write(replacing: scratch.path("m"))
    var bytes = try scratch.read("m")
    var header =
      #"{"__metadata__":{"a":"1","b":"2","format":"pt","longhand.sha256":"DIGEST"},"#
      + #""y":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"x":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#
    let zeros = String(repeating: "0", count: 64)
    header.replace("DIGEST", with: zeros)
    header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    let length = header.utf8.count
    #expect(length % 8 == 0)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: Array(#"sha256":""#.utf8)) }) + 9
    let digest = String(decoding: bytes[place..<place + 64], as: UTF8.self)
    bytes.replaceSubrange(place..<place + 64, with: zeros.utf8)
    #expect(digest == SHA256.hex(SHA256.digest(bytes)))
    #expect(bytes[..<8] == [UInt8(length & 255), UInt8(length >> 8), 0, 0, 0, 0, 0, 0])
    #expect(String(decoding: bytes[8..<8 + length], as: UTF8.self) == header)
    #expect(Array(bytes[(8 + length)...]) == [0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0x80, 0x3F])
  }

  @Test func headerThatCouldNotBeReadIsNotWritten() throws {
    let scratch = try ScratchDirectory()
    let writer = TensorFileWriter(metadata: ["text": String(repeating: "x", count: 16 << 20)])
    #expect(throws: DataError.self) { try writer.write(replacing: scratch.path("m")) }
    #expect(try scratch.names() == [])
  }

  @Test func longestHeaderIsReadBack() throws {
    let scratch = try ScratchDirectory()
    let text = String(repeating: "x", count: (16 << 20) - 200)
    try TensorFileWriter(metadata: ["text": text]).write(replacing: scratch.path("m"))
    #expect(try TensorFile(path: scratch.path("m"), requireDigest: true).metadata["text"] == text)
  }
}
