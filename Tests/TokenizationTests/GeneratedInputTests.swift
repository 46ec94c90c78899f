import DataFiles
import Foundation
import Testing
import TokenFiles
import UnicodeText

@testable import Tokenization

/// The laws on inputs that nobody would write: `LONGHAND_CAMPAIGN_STRINGS=n` asks for n of them.
@Suite("Generated inputs")
struct GeneratedInputTests {
  private static func count(_ usual: Int) -> Int {
    ProcessInfo.processInfo.environment["LONGHAND_CAMPAIGN_STRINGS"].flatMap(Int.init) ?? usual
  }

  /// Bytes of all kinds: texts of some scripts, marks in heaps, sequences cut short, and noise.
  private static func fill(_ bytes: inout [UInt8], _ random: inout RandomNumbers) {
    bytes.removeAll(keepingCapacity: true)
    for _ in 0...random.next(below: 6) {
      switch random.next(below: 8) {
      case 0: bytes += (0..<random.next(below: 5)).map { _ in UInt8(random.next(below: 256)) }
      case 1:
        bytes += Array(
          " \r\n\t\u{A0}\u{2028}".unicodeScalars.randomElement(using: &random).map(String.init)?.utf8 ?? " ".utf8)
      case 2: for _ in 0...random.next(below: 20) { append(0x300 + random.next(below: 0x70), to: &bytes) }
      case 3: for _ in 0...random.next(below: 4) { append(random.next(below: 0x11_0000), to: &bytes) }
      case 4: bytes = Array(bytes.dropLast(random.next(below: 3)))
      case 5:
        bytes += Array(
          ["<unk>", "<s>", "the", "don't", " 3.14", "漢字かな", "ภาษาไทย", "한국어", "🇫🇷👩‍👩‍👧"][random.next(below: 9)].utf8)
      case 6: append(0xAC00 + random.next(below: 11_172), to: &bytes)
      default: bytes += (0..<1 + random.next(below: 8)).map { _ in UInt8(0x61 + random.next(below: 4)) }
      }
    }
  }

  private static func append(_ value: Int, to bytes: inout [UInt8]) {
    if let scalar = Unicode.Scalar(UInt32(value)) { bytes += Array(String(scalar).utf8) }
  }

  private static func vocabulary(_ level: TokenizerLevel) throws -> Vocabulary {
    try Vocabulary.build(
      from: [.bytes(Array("The cat the 3.14 漢字 naïve\r\n the cat".utf8), name: "text")],
      configuration: TokenizerConfiguration(
        level: level, normalization: .unchanged, isLossless: true, unknown: .bytes))
  }

  @Test("Decoding gives back every byte", arguments: TokenizerLevel.allCases)
  func lossless(level: TokenizerLevel) throws {
    let vocabulary = try Self.vocabulary(level)
    let configuration = vocabulary.configuration
    let job = try EncodingJob(vocabulary, invalidUTF8: .bytes, marksLines: false)
    var random = RandomNumbers(seed: 1)
    var (bytes, text) = ([UInt8](), [UInt8]())
    var failures: [[UInt8]] = []
    for _ in 0..<Self.count(2_000) {
      Self.fill(&bytes, &random)
      if bytes.isEmpty { continue }
      let source = CorpusSource(configuration.reader(of: [.bytes(bytes, name: "")], invalidUTF8: .bytes))
      var joiner = TokenJoiner(vocabulary: vocabulary)
      text.removeAll(keepingCapacity: true)
      while try job.read(source) {
        try job.encode()
        for id in job.encoder.ids { try joiner.append(id, to: &text) }
      }
      if text != bytes && failures.count < 5 { failures.append(bytes) }
    }
    #expect(failures == [])
  }

  @Test("Every scalar comes back", arguments: TokenizerLevel.allCases)
  func scalars(level: TokenizerLevel) throws {
    let vocabulary = try Self.vocabulary(level)
    var bytes: [UInt8] = []
    for scalar in (UInt32(0)...0x10_FFFF).compactMap(Unicode.Scalar.init) {
      bytes += Array(String(scalar).utf8) + [0x61]
    }
    let encoder = try CorpusEncoder(vocabulary, [.bytes(bytes, name: "")], threads: 2)
    var (ids, text) = ([TokenID](), [UInt8]())
    var joiner = TokenJoiner(vocabulary: vocabulary)
    while try encoder.next(into: &ids) { for id in ids { try joiner.append(id, to: &text) } }
    #expect(text.elementsEqual(bytes))
  }

  @Test("Tokens depend neither on pieces nor on threads", arguments: TokenizerLevel.allCases)
  func pieces(level: TokenizerLevel) throws {
    let vocabulary = try Self.vocabulary(level)
    var random = RandomNumbers(seed: 2)
    var bytes: [UInt8] = []
    func ids(pieceSize: Int?, threads: Int) throws -> [TokenID] {
      let encoder = try CorpusEncoder(
        vocabulary, [.bytes(bytes, name: "")], invalidUTF8: nil, threads: threads, marksLines: false,
        pieceSize: pieceSize)
      var (ids, piece) = ([TokenID](), [TokenID]())
      while try encoder.next(into: &piece) { ids += piece }
      return ids
    }
    for _ in 0..<Self.count(120_000) / 600 {
      Self.fill(&bytes, &random)
      if bytes.isEmpty { continue }
      let size = 1 + random.next(below: bytes.count + 3)
      let (whole, parts) = (
        try ids(pieceSize: nil, threads: 1), try ids(pieceSize: size, threads: 1 + random.next(below: 3))
      )
      #expect(whole == parts, "\(bytes) in pieces of \(size)")
    }
  }
}
