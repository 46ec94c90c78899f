import DataFiles
import Foundation
import ScratchFiles
import TensorFiles
import Testing

struct TensorFileTests {
  /// A file by the reference writer, and beside it what it holds; see make_reference.py.
  @Test func filesOfTheReferenceWriterAreRead() throws {
    let fixtures = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
    let file = try TensorFile(path: fixtures.appendingPathComponent("reference.safetensors").path)
    let listing = try String(contentsOf: fixtures.appendingPathComponent("reference.txt"), encoding: .utf8)
    let lines = listing.split(separator: "\n").map { $0.split(separator: "|", omittingEmptySubsequences: false) }
    #expect(lines.count == 7)
    #expect(file.tensors.map(\.name).sorted() == lines.map { String($0[0]) })
    for line in lines {
      let name = String(line[0])
      let shape = line[1].split(separator: "x").compactMap { Int($0) }
      let numbers = line[2].split(separator: " ")
      if name == "count" {
        #expect(try file.integers(name, shape: shape) == numbers.compactMap { Int64($0) })
      } else {
        #expect(try file.doubles(name, shape: shape) == numbers.compactMap { Double($0) })
        #expect(try file.floats(name, shape: shape) == numbers.compactMap { Double($0) }.map { Float($0) })
      }
    }
    #expect(file.metadata == ["format": "np", "note": "é \"quoted\""])
    #expect(throws: DataError.self) { try TensorFile(path: file.path, requireDigest: true) }
  }

  @Test(
    arguments: [
      (0x0000, 0), (0x8000, -0.0), (0x3C00, 1), (0xC000, -2), (0x7BFF, 65504), (0x0001, 0x1p-24), (0x83FF, -0x3FFp-24),
      (0x0400, 0x1p-14), (0x7C00, .infinity), (0xFC00, -.infinity), (0x3555, 0.333251953125),
    ] as [(UInt16, Float)])
  func halves(bits: UInt16, value: Float) throws {
    let header = #"{"x":{"dtype":"F16","shape":[],"data_offsets":[0,2]}}"#
    let floats = try Self.open(header, [UInt8(bits & 255), UInt8(bits >> 8)]).floats("x")
    #expect(floats.map(\.bitPattern) == [value.bitPattern])
  }

  @Test func everyFlippedBitIsRefused() throws {
    let scratch = try ScratchDirectory()
    let path = try TensorFileWriterTests.write(to: scratch)
    let bytes = try scratch.read("m")
    for bit in 0..<8 * bytes.count {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << (bit % 8)
      try scratch.write(damaged, to: "m")
      #expect(throws: DataError.self, "bit \(bit)") { try TensorFile(path: path, requireDigest: true) }
    }
  }

  @Test func everyOtherLengthIsRefused() throws {
    let scratch = try ScratchDirectory()
    let path = try TensorFileWriterTests.write(to: scratch)
    let bytes = try scratch.read("m")
    for count in 0..<bytes.count {
      try scratch.write(bytes[..<count], to: "m")
      #expect(throws: DataError.self, "\(count) bytes") { try TensorFile(path: path) }
    }
    try scratch.write(bytes + [0], to: "m")
    #expect(throws: DataError.self) { try TensorFile(path: path) }
  }

  @Test func swappedTensorsAndSplicedFilesAreRefused() throws {
    let scratch = try ScratchDirectory()
    var files: [[UInt8]] = []
    for value in [1, 2] as [Float] {
      var writer = TensorFileWriter()
      writer.add("a", shape: [4], [Float](repeating: value, count: 4))
      writer.add("b", shape: [4], [Float](repeating: -value, count: 4))
      try writer.write(replacing: scratch.path("m"))
      files.append(try scratch.read("m"))
    }
    let (one, two) = (files[0], files[1])
    let (head, a, b) = (Array(one.dropLast(32)), Array(one.suffix(32).prefix(16)), Array(one.suffix(16)))
    let tails: [[UInt8]] = [b + a, two.suffix(32), a + two.suffix(16), [UInt8](repeating: 0, count: 32)]
    for tail in tails {
      let path = try scratch.write(head + tail, to: "m")
      let message = "\(path): damaged: its SHA-256 is not the one written in it; go back to an older copy"
      #expect { try TensorFile(path: path) } throws: { ($0 as? DataError)?.message == message }
    }
  }

  @Test func whatIsNotThereIsNamed() throws {
    let scratch = try ScratchDirectory()
    let path = try TensorFileWriterTests.write(to: scratch)
    let file = try TensorFile(path: path)
    #expect(file.tensor(named: "bias")?.shape == [2])
    #expect(file.tensor(named: "none") == nil)
    let faults: [(String, () throws -> Void)] = [
      ("there is no tensor \"none\"; is it a file for this?", { _ = try file.floats("none") }),
      ("tensor \"bias\" has shape [2], not [1, 2]", { _ = try file.floats("bias", shape: [1, 2]) }),
      ("tensor \"state\" is of I64, not of floating-point numbers", { _ = try file.doubles("state") }),
      ("tensor \"bias\" is of F32, not of integers", { _ = try file.integers("bias") }),
    ]
    for (message, body) in faults {
      #expect { try body() } throws: { ($0 as? DataError)?.message == "\(path): \(message)" }
    }
  }

  /// Opens a file made of a header and data.
  static func open(_ header: String, _ data: [UInt8], length: UInt64? = nil) throws -> TensorFile {
    let scratch = try ScratchDirectory()
    let count = withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Array($0) }
    return try TensorFile(path: try scratch.write(count + Array(header.utf8) + data, to: "m"))
  }
}
