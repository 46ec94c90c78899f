import DataFiles
import Foundation
import ScratchFiles
import Testing
import TokenFiles

struct TokenFileTests {
  private static let fingerprint = SHA256.digest(Array("a vocabulary".utf8))

  @Test(arguments: [(1, 1), (256, 1), (257, 2), (65_536, 2), (65_537, 4), (1 << 32, 4)])
  func widthFollowsTheVocabulary(size: Int, width: Int) throws {
    let scratch = try ScratchDirectory()
    let ids = [0, TokenID(size - 1), TokenID(size / 2)]
    let path = try Self.write(ids, size, to: scratch)
    let file = try TokenFile(path: path, vocabularyFingerprint: Self.fingerprint)
    #expect(file.width == width)
    #expect(file.count == 3)
    #expect(file.vocabularySize == size)
    #expect(file.fingerprint == Self.fingerprint)
    #expect(Self.all(file) == ids)
  }

  @Test(arguments: [100, 1000, 100_000])
  func longStreamsReadBackTheSame(size: Int) throws {
    let scratch = try ScratchDirectory()
    let ids = (0..<700_003).map { TokenID(truncatingIfNeeded: ($0 &* 2_654_435_761) % size) }
    var writer = try TokenFileWriter(replacing: scratch.path("t"), vocabularySize: size, fingerprint: Self.fingerprint)
    for start in stride(from: 0, to: ids.count, by: 99_991) {
      try writer.append(Array(ids[start..<min(start + 99_991, ids.count)]))
    }
    #expect(writer.count == ids.count)
    try writer.commit()
    let file = try TokenFile(path: scratch.path("t"))
    #expect(Self.all(file) == ids)
    var lanes = [TokenID](repeating: .max, count: 12)
    file.read(500_000..<500_005, into: &lanes, at: 6)
    #expect(lanes == [TokenID](repeating: .max, count: 6) + ids[500_000..<500_005] + [.max])
    file.read(700_001..<700_003, into: &lanes)
    #expect(lanes == Array(ids[700_001...]))
    file.read(0..<0, into: &lanes)
    #expect(lanes == [])
  }

  /// The format, byte for byte.
  @Test func bytes() throws {
    let scratch = try ScratchDirectory()
    try Self.write([1, 258], 1000, to: scratch)
    let bytes = try scratch.read("t")
    #expect(Array(bytes[..<8]) == Array("LHTOKENS".utf8))
    #expect(Array(bytes[8..<32]) == [1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0xE8, 3, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes[32..<64]) == Self.fingerprint)
    #expect(Array(bytes[72...]) == [1, 0, 2, 1])
    // The lanes a to d of the ids' one block, then of the header's two, worked out apart from the source.
    #expect(Array(bytes[64..<72]) == Self.checksum(bytes))
  }

  @Test func emptyStreamIsAFile() throws {
    let scratch = try ScratchDirectory()
    #expect(try TokenFile(path: Self.write([], 5, to: scratch)).count == 0)
  }

  @Test(arguments: [200, 300, 70_000])
  func everyFlippedBitIsRefused(size: Int) throws {
    let scratch = try ScratchDirectory()
    let path = try Self.write((0..<37).map { TokenID($0 * 5) }, size, to: scratch)
    let bytes = try scratch.read("t")
    for bit in 0..<8 * bytes.count {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << (bit % 8)
      try scratch.write(damaged, to: "t")
      #expect(throws: DataError.self, "bit \(bit)") {
        try TokenFile(path: path, vocabularyFingerprint: Self.fingerprint)
      }
      #expect(throws: DataError.self, "bit \(bit), any vocabulary") { try TokenFile(path: path) }
    }
  }

  @Test func everyOtherLengthIsRefused() throws {
    let scratch = try ScratchDirectory()
    let path = try Self.write((0..<37).map { TokenID($0) }, 300, to: scratch)
    let bytes = try scratch.read("t")
    for count in 0..<bytes.count {
      try scratch.write(bytes[..<count], to: "t")
      #expect(throws: DataError.self, "\(count) bytes") { try TokenFile(path: path) }
    }
    try scratch.write(bytes + [0], to: "t")
    #expect(throws: DataError.self) { try TokenFile(path: path) }
    try scratch.write(bytes + [0, 0], to: "t")
    #expect(throws: DataError.self) { try TokenFile(path: path) }
  }

  @Test("Positions beyond 2^32, in a file that is a hole for the most part")
  func positionsBeyondThirtyTwoBits() throws {
    let scratch = try ScratchDirectory()
    let count = 1 << 32 + 32
    let last: [UInt8] = [9, 8, 7, 6, 5]
    let path = try Self.write([0], 10, to: scratch)
    var header = try Array(scratch.read("t")[..<64])
    withUnsafeBytes(of: UInt64(count).littleEndian) { header.replaceSubrange(16..<24, with: $0) }
    let block = [UInt8](repeating: 0, count: 32 - last.count) + last
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.write(contentsOf: header + Self.checksum(zeroBlocks: count / 32 - 1, block, header))
    try file.seek(toOffset: UInt64(72 + count - last.count))
    try file.write(contentsOf: last)
    try file.close()

    let tokens = try TokenFile(path: path)
    #expect(tokens.count == count)
    var ids: [TokenID] = []
    tokens.read(count - 7..<count, into: &ids)
    #expect(ids == [0, 0, 9, 8, 7, 6, 5])
    tokens.read(1 << 32 - 2..<1 << 32 + 2, into: &ids)
    #expect(ids == [0, 0, 0, 0])
  }

  @Test func anotherVocabularyIsNamed() throws {
    let scratch = try ScratchDirectory()
    let path = try Self.write([1], 5, to: scratch)
    let other = [UInt8](repeating: 0xAB, count: 32)
    Self.expectFailure(
      "\(path) was made with another vocabulary (fingerprint \(SHA256.hex(Self.fingerprint).prefix(12))…, "
        + "not abababababab…); tokenize its text again with this one"
    ) { () throws(DataError) in _ = try TokenFile(path: path, vocabularyFingerprint: other) }
  }

  @Test func idsBeyondTheVocabularyAreRefused() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path("t")
    Self.expectFailure("\(path) cannot hold id 5 at position 1: its vocabulary has 5 tokens") { () throws(DataError) in
      var writer = try TokenFileWriter(replacing: path, vocabularySize: 5, fingerprint: Self.fingerprint)
      try writer.append([4, 5])
      try writer.commit()
    }
    #expect(try scratch.names() == [])
    // A file that is whole but lies.
    try Self.write([4, 1], 6, to: scratch)
    var bytes = try scratch.read("t")
    bytes[24] = 4
    bytes.replaceSubrange(64..<72, with: Self.checksum(bytes))
    try scratch.write(bytes, to: "t")
    Self.expectFailure("\(path) holds id 4, but its vocabulary has 4 tokens; tokenize the text again") {
      () throws(DataError) in _ = try TokenFile(path: path)
    }
  }

  @Test(
    arguments: [
      (8, [2], "has format version 2, not 1; use the release that wrote it"),
      (12, [4], "is damaged: the width of an id is not 2 (byte 12); tokenize the text again"),
      (24, [0, 0], "is damaged: no vocabulary has 0 tokens (byte 24); tokenize the text again"),
      (
        16, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        "is cut off or damaged: 18446744073709551615 ids of 2 bytes (byte 16) do not fill its 74 bytes; "
          + "tokenize the text again"
      ),
      (0, [0], "is not a token file; make one with longhand tokenize"),
      (72, [0], "is damaged: its checksum is wrong; tokenize the text again"),
    ] as [(Int, [UInt8], String)])
  func faultsAreNamed(offset: Int, change: [UInt8], message: String) throws {
    let scratch = try ScratchDirectory()
    let path = try Self.write([7], 1000, to: scratch)
    var bytes = try scratch.read("t")
    bytes.replaceSubrange(offset..<offset + change.count, with: change)
    try scratch.write(bytes, to: "t")
    Self.expectFailure("\(path) \(message)") { () throws(DataError) in _ = try TokenFile(path: path) }
  }

  @discardableResult
  private static func write(_ ids: [TokenID], _ size: Int, to scratch: ScratchDirectory) throws -> String {
    var writer = try TokenFileWriter(replacing: scratch.path("t"), vocabularySize: size, fingerprint: fingerprint)
    try writer.append(ids)
    try writer.commit()
    return scratch.path("t")
  }

  private static func all(_ file: TokenFile) -> [TokenID] {
    var ids: [TokenID] = []
    file.read(0..<file.count, into: &ids)
    return ids
  }

  private static func expectFailure(_ message: String, _ body: () throws(DataError) -> Void) {
    do {
      try body()
      Issue.record("no error")
    } catch {
      #expect(error.code == .data)
      #expect(error.message == message)
    }
  }

  /// The checksum as the format tells it, written plainly.
  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    var ids = Array(bytes[72...])
    while ids.count % 32 != 0 { ids.append(0) }
    return checksum(zeroBlocks: 0, ids, Array(bytes[..<64]))
  }

  /// The same of a file whose ids are blocks of 32 zeros before some others.
  private static func checksum(zeroBlocks: Int, _ ids: [UInt8], _ header: [UInt8]) -> [UInt8] {
    func step(_ lane: UInt64, _ word: UInt64) -> UInt64 {
      let x = (lane ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15).low
      return x ^ x >> 32
    }
    var lanes: [UInt64] = [
      0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344, 0xA409_3822_299F_31D0, 0x082E_FA98_EC4E_6C89,
    ]
    for _ in 0..<zeroBlocks {
      for lane in 0..<4 { lanes[lane] = step(lanes[lane], 0) }
    }
    let text = ids + header
    for (index, start) in stride(from: 0, to: text.count, by: 8).enumerated() {
      let word = (0..<8).reduce(UInt64(0)) { $0 | UInt64(text[start + $1]) << (8 * $1) }
      lanes[index % 4] = step(lanes[index % 4], word)
    }
    let sum = lanes.reduce(UInt64(0)) { step($0, $1) }
    return (0..<8).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
  }
}
