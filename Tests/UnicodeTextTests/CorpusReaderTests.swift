import DataFiles
import Foundation
import ScratchFiles
import Testing
import UnicodeText

@Suite("Reading corpora")
struct CorpusReaderTests {
  private static func read(
    _ inputs: [CorpusInput], _ normalization: TextNormalization = .unchanged, invalidUTF8: InvalidUTF8Policy = .error,
    isRaw: Bool = false, pieceSize: Int = 1 << 18, longestStretch: Int = CorpusReader.longestStretch
  ) throws -> [[[UInt8]]] {
    var reader = CorpusReader(
      inputs, normalization: normalization, invalidUTF8: invalidUTF8, isRaw: isRaw, pieceSize: pieceSize,
      longestStretch: longestStretch)
    var texts: [[[UInt8]]] = []
    var blocks: [[UInt8]] = []
    var block: [UInt8] = []
    while let event = try reader.next(into: &block) {
      switch event {
      case .block: blocks.append(block)
      case .endOfInput:
        texts.append(blocks)
        blocks = []
      }
    }
    return texts
  }

  private static func input(_ text: String) -> CorpusInput { .bytes(Array(text.utf8), name: "text") }

  static let hardText =
    "e\u{301}a\u{323}\u{307} \u{301}x\r\n\ry 한\u{1112}\u{1161}\u{11AB} ก\u{E33} \u{E33} 🇫🇷🇩🇪 👩‍👩‍👧 ﬁ ﷺ\u{FC5E} \u{FC5E}"
    + " Å\u{3164} \u{3164}b  c 1\u{308}\n\u{308}z \u{1D165} \u{200D}k สวัสดีชาวโลก 漢字かな。a:b can't"
    + " \u{9BE}\u{9C7}\u{9BE}"

  @Test(
    "The text does not depend on how it is cut", arguments: NormalizationForm.allCases, [LineEndingPolicy.keep, .lf])
  func pieces(form: NormalizationForm, lineEndings: LineEndingPolicy) throws {
    for caseMapping in CaseMapping.allCases {
      let normalization = TextNormalization(form: form, caseMapping: caseMapping, lineEndings: lineEndings)
      let expected = normalization.normalized(Array(Self.hardText.utf8))
      for size in 1...64 {
        let texts = try Self.read([Self.input(Self.hardText)], normalization, pieceSize: size)
        #expect(texts.map { $0.joined() }.map(Array.init) == [expected])
      }
    }
  }

  @Test("Between a space and a scalar that begins anew, each form and segmenter may be cut")
  func safePlaces() throws {
    var places = 0
    var unsafe: [String] = []
    let words = try WordSegmenter()
    for scalar in UnicodeData.scalars {
      // The reader itself says where it cuts: a stretch limit far off, and two pieces.
      let left = Array("a ".utf8)
      let right = Array(String(scalar).utf8) + Array("\u{301}b".utf8)
      guard scalar.properties.generalCategory != .unassigned, scalar.properties.isAlphabetic || scalar.value < 0x80,
        try Self.read([.bytes(left + right, name: "")], pieceSize: 2 + scalar.utf8.count).first?.first == left
      else { continue }
      places += 1
      for segmenter in [GraphemeSegmenter(), WhitespaceSegmenter(), words] as [any Segmenter] {
        var segmenter = segmenter
        for form in [NormalizationForm.none, .nfd, .nfkc, .nfkcCasefold] {
          let normalization = TextNormalization(form: form, lineEndings: .keep)
          let whole = normalization.normalized(left + right)
          let parts = [left, right].map(normalization.normalized)
          var ends: [Int] = []
          segmenter.appendEnds(of: whole.span, to: &ends)
          if Array(parts.joined()) != whole || !ends.contains(parts[0].count) {
            unsafe.append(UnicodeData.shown(right))
          }
        }
      }
    }
    #expect(unsafe == [])
    #expect(places > 100_000)
  }

  @Test("A stretch beyond the limit is cut there, wherever the pieces are cut", arguments: [1, 2, 3, 7, 50, 1_000])
  func longestStretch(pieceSize: Int) throws {
    let text =
      "ab cd\n" + String(repeating: "漢", count: 40) + "\r\n" + String(repeating: "e\u{301}", count: 30) + " end"
    let expected = Array(text.utf8)
    let blocks = try Self.read([Self.input(text)], pieceSize: pieceSize, longestStretch: 20).joined()
    #expect(Array(blocks.joined()) == expected)
    #expect(blocks.allSatisfy { $0.count <= 20 && String(validating: $0, as: UTF8.self) != nil })
    #expect(!blocks.contains { $0.first == 0xCC })
    // However the pieces fall, the same stretches are cut at the same places.
    let forced = try Self.read([Self.input(text)], longestStretch: 20).joined().filter { $0.first ?? 0 >= 0x80 }
    #expect(blocks.filter { $0.first ?? 0 >= 0x80 } == forced)
  }

  @Test("Several inputs are several texts")
  func inputs() throws {
    let texts = try Self.read([Self.input("a\r"), Self.input("\nb"), Self.input("c")], TextNormalization())
    #expect(texts.map { $0.joined().map { $0 } } == [Array("a\n".utf8), Array("\nb".utf8), Array("c".utf8)])
  }

  @Test("Raw bytes come as they are")
  func raw() throws {
    let bytes: [UInt8] = [0xFF, 0x0D, 0x0A, 0x00, 0xC3]
    #expect(try Self.read([.bytes(bytes, name: "raw")], isRaw: true, pieceSize: 2).first?.joined().map { $0 } == bytes)
  }

  @Test("What is not UTF-8 is refused with its offset and line, or replaced", arguments: [1, 3, 1_000])
  func invalid(pieceSize: Int) throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write(Array("one\ntwo\nth".utf8) + [0xE2, 0x82] + Array("ree\n".utf8), to: "bad.txt")
    let error = #expect(throws: DataError.self) { try Self.read([.file(path)], pieceSize: pieceSize) }
    #expect(error?.code == .data)
    #expect(error?.message.contains("\(path) is not UTF-8: byte offset 10 (line 3) holds 0xE2") == true)
    let texts = try Self.read([.file(path)], invalidUTF8: .replace, pieceSize: pieceSize)
    #expect(texts.first?.joined().map { $0 } == Array("one\ntwo\nth\u{FFFD}ree\n".utf8))
  }

  @Test("Files that cannot be read are refused with the code that fits")
  func badFiles() throws {
    let scratch = try ScratchDirectory()
    let empty = try scratch.write([], to: "empty.txt")
    let cases: [(String, DataError.Code, String)] = [
      (empty, .data, "is empty"), (scratch.path, .noInput, "is a directory"),
      (scratch.path("missing"), .noInput, "cannot open"), ("", .noInput, "cannot open"),
    ]
    for (path, code, words) in cases {
      let error = #expect(throws: DataError.self) { try Self.read([.file(path)]) }
      #expect(error?.code == code)
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
    #expect(CorpusInput(argument: "-") == .standardInput)
    #expect(CorpusInput(argument: "./-") == .file("./-"))
  }
}
