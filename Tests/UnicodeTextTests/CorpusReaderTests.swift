import DataFiles
import Foundation
import ScratchFiles
import Testing
import UnicodeText

@Suite("Reading corpora")
struct CorpusReaderTests {
  /// The pieces of some inputs.
  private static func pieces(
    of inputs: [CorpusInput], documents: DocumentBoundary = .none, isRaw: Bool = false, pieceSize: Int = 1 << 17,
    longestStretch: Int = CorpusReader.longestStretch
  ) throws -> [CorpusPiece] {
    var reader = CorpusReader(
      inputs, documents: documents, isRaw: isRaw, pieceSize: pieceSize, longestStretch: longestStretch)
    var pieces: [CorpusPiece] = []
    var piece = CorpusPiece()
    while try reader.next(into: &piece) { pieces.append(piece) }
    return pieces
  }

  private static func input(_ text: String) -> CorpusInput { .bytes(Array(text.utf8), name: "text") }

  /// Documents as they come together from their parts: a number begins each but the first.
  private static func documents(_ pieces: [CorpusPiece]) -> [String] {
    var documents = [[UInt8]()]
    for piece in pieces {
      for part in piece.parts {
        if part.startsDocument { documents.append([]) }
        documents[documents.count - 1] += piece.bytes[part.range]
      }
    }
    return documents.map { String(decoding: $0, as: UTF8.self) }
  }

  static let hardText =
    "e\u{301}a\u{323}\u{307} \u{301}x\r\n\ry 한\u{1112}\u{1161}\u{11AB} ก\u{E33} \u{E33} 🇫🇷🇩🇪 👩‍👩‍👧 ﬁ ﷺ\u{FC5E} \u{FC5E}"
    + " Å\u{3164} \u{3164}b  c 1\u{308}\n\u{308}z \u{1D165} \u{200D}k สวัสดีชาวโลก 漢字かな。a:b can't"
    + " \u{9BE}\u{9C7}\u{9BE} \u{600} 12"

  @Test("Pieces of any size are the text, and each knows its place", arguments: [false, true])
  func pieces(isRaw: Bool) throws {
    let text = Array(Self.hardText.utf8)
    for size in 1...64 {
      let pieces = try Self.pieces(of: [Self.input(Self.hardText)], isRaw: isRaw, pieceSize: size)
      #expect(pieces.flatMap(\.bytes) == text)
      #expect(pieces.map(\.parts.last?.endsDocument) == pieces.dropLast().map { _ in false } + [true])
      for piece in pieces {
        #expect(piece.bytes.elementsEqual(text[piece.offset..<piece.offset + piece.bytes.count]))
        #expect(piece.parts.count == 1)
      }
    }
  }

  @Test("Where a piece ends each form and segmenter may be cut")
  func safePlaces() throws {
    var (places, unsafe) = (0, [String]())
    let segmenters: [any Segmenter] = [GraphemeSegmenter(), WhitespaceSegmenter(), try WordSegmenter()]
    func check(_ left: String, _ right: String) throws {
      // The reader itself says where it cuts: a stretch limit far off, and a first piece that ends behind the right side.
      let (left, right) = (Array(left.utf8), Array(right.utf8))
      let pieces = try Self.pieces(of: [.bytes(left + right, name: "")], pieceSize: left.count + right.count)
      guard pieces.first?.bytes == left else { return }
      places += 1
      for form in [NormalizationForm.none, .nfd, .nfkc, .nfkcCasefold] {
        let normalization = TextNormalization(form: form, lineEndings: .keep)
        let whole = normalization.normalized(left + right)
        let parts = [left, right].map(normalization.normalized)
        for segmenter in segmenters {
          var ends: [Int] = []
          segmenter.appendEnds(of: whole.span, to: &ends)
          if Array(parts.joined()) != whole || !ends.contains(parts[0].count) {
            unsafe.append(UnicodeData.shown(left) + " | " + UnicodeData.shown(right))
          }
        }
      }
    }
    for scalar in UnicodeData.scalars where scalar.properties.generalCategory != .unassigned && scalar != " " {
      for before in ["a", " "] { try check(before + String(scalar), " b\u{301}cdefghi") }
      if scalar.properties.isAlphabetic || scalar.value < 0x80 { try check("a", " \(scalar)\u{301}bcdefghi") }
    }
    #expect(unsafe == [])
    #expect(places > 250_000)
  }

  @Test("A file that grows is read to its new end; one that shrinks is an error", arguments: [90, 30])
  func changedFile(size: Int) throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write(Array(String(repeating: "line\n", count: 12).utf8), to: "text")
    var reader = CorpusReader([.file(path)], pieceSize: 20)
    var piece = CorpusPiece()
    #expect(try reader.next(into: &piece))
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    if size > 60 {
      try file.seekToEnd()
      try file.write(contentsOf: Array(String(repeating: "line\n", count: 6).utf8))
    } else {
      try file.truncate(atOffset: UInt64(size))
    }
    try file.close()
    var bytes = piece.bytes
    do throws(DataError) {
      while try reader.next(into: &piece) { bytes += piece.bytes }
      #expect(bytes.count == size && size > 60)
    } catch {
      #expect(error.code == .inputOutput && size < 60)
      #expect(error.message == "cannot read \(path): it became shorter while it was read; try again")
    }
  }

  @Test("A stretch beyond the limit is cut there, wherever the pieces are cut", arguments: [1, 2, 3, 7, 50, 1_000])
  func longestStretch(pieceSize: Int) throws {
    let text =
      "ab cd\n" + String(repeating: "漢", count: 40) + "\r\n" + String(repeating: "e\u{301}", count: 30) + " end"
    let pieces = try Self.pieces(of: [Self.input(text)], pieceSize: pieceSize, longestStretch: 20)
    #expect(pieces.flatMap(\.bytes) == Array(text.utf8))
    #expect(pieces.allSatisfy { $0.bytes.count <= 20 && String(validating: $0.bytes, as: UTF8.self) != nil })
    #expect(!pieces.contains { $0.bytes.first == 0xCC })
    // However the pieces fall, the same stretches are cut at the same places.
    func forced(_ pieces: [CorpusPiece]) -> [Int] {
      pieces.filter { $0.continuesWord && $0.bytes.first != 0x20 }.map(\.offset)
    }
    #expect(forced(pieces) == forced(try Self.pieces(of: [Self.input(text)], longestStretch: 20)))
    #expect(forced(pieces).count > 8)
  }

  @Test("Ill-formed bytes are cut like others", arguments: [1, 5, 1_000])
  func illFormed(pieceSize: Int) throws {
    let bytes = (0..<4_000).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) }.filter { $0 != 0x0A && $0 != 0x20 }
    let pieces = try Self.pieces(of: [.bytes(bytes, name: "")], pieceSize: pieceSize, longestStretch: 64)
    #expect(pieces.flatMap(\.bytes) == bytes)
    #expect(pieces.dropLast().allSatisfy { (1...64).contains($0.bytes.count) })
  }

  @Test(
    "Documents between separators, whatever the pieces",
    arguments: [
      ("a--b----c", ["a", "b", "", "c"]), ("--a--", ["", "a", ""]), ("a-b", ["a-b"]), ("--", ["", ""]),
      ("a ---b- -", ["a ", "-b- -"]), ("漢--字\n--\n", ["漢", "字\n", "\n"]),
      (String(repeating: "word ", count: 20) + "--" + String(repeating: "x", count: 90), nil),
    ] as [(String, [String]?)])
  func separators(text: String, expected: [String]?) throws {
    let expected = expected ?? text.components(separatedBy: "--")
    for size in [1, 2, 3, 4, 5, 7, 64, 1_000] {
      for isRaw in [false, true] {
        let pieces = try Self.pieces(
          of: [Self.input(text)], documents: .separator(Array("--".utf8)), isRaw: isRaw, pieceSize: size,
          longestStretch: 40)
        #expect(Self.documents(pieces) == expected, "pieces of \(size)")
        #expect(pieces.flatMap(\.bytes) == Array(text.utf8))
      }
    }
  }

  @Test("Stretches beyond the limit are cut at the same places, wherever separators stand behind them")
  func separatorsBehindLongStretches() throws {
    func cuts(_ text: String, _ size: Int) throws -> [Int] {
      let pieces = try Self.pieces(
        of: [Self.input(text)], documents: .separator(Array("--".utf8)), pieceSize: size, longestStretch: 40)
      #expect(pieces.flatMap(\.bytes) == Array(text.utf8))
      return pieces.filter { $0.continuesWord && $0.bytes.first != 0x20 }.map(\.offset)
    }
    for length in 30...60 {
      let stretch = String(repeating: "x", count: length)
      let text = stretch + "--" + stretch + stretch + "--a b\n" + stretch + "--"
      let expected = try cuts(text, 1)
      #expect(!expected.isEmpty)
      for size in [2, 3, 7, 45, 64, 1_000] { #expect(try cuts(text, size) == expected, "\(length), pieces of \(size)") }
    }
  }

  @Test("Near the limit, too, cuts do not depend on the pieces", arguments: ["--", "END", "<|endoftext|>"])
  func cutsNearTheLimit(separator: String) throws {
    var random = try TextGenerator(seed: 7)
    let parts = [
      "x", "x", "xxxxxxxxx", " ", " п", "п", "e\u{301}", "漢", " a", "\r", String(separator.prefix(separator.count / 2)),
      separator,
    ]
    for _ in 0..<1_500 {
      var text = String(repeating: "x", count: 30 + random.next(below: 12))
      for _ in 0..<(4 + random.next(below: 30)) { text += parts[random.next(below: parts.count)] }
      func cuts(_ size: Int) throws -> [Int] {
        let pieces = try Self.pieces(
          of: [Self.input(text)], documents: .separator(Array(separator.utf8)), pieceSize: size, longestStretch: 40)
        #expect(pieces.flatMap(\.bytes) == Array(text.utf8))
        return pieces.filter { $0.continuesWord && $0.bytes.first != 0x20 }.map(\.offset)
      }
      let expected = try cuts(1)
      for size in [2, 3, 5, 11, 42, 47, 53, 1_000] { #expect(try cuts(size) == expected, "\(text), pieces of \(size)") }
    }
  }

  @Test("Files are documents, empty ones too; without documents they follow one another")
  func files() throws {
    let inputs = [Self.input("a\r"), Self.input(""), Self.input("\nb"), Self.input("c")]
    #expect(Self.documents(try Self.pieces(of: inputs, documents: .file)) == ["a\r", "", "\nb", "c"])
    #expect(Self.documents(try Self.pieces(of: inputs)) == ["a\r\nbc"])
    #expect(try Self.pieces(of: inputs).count { $0.parts.last?.endsDocument == true } == 4)
  }

  @Test("Files that cannot be read are refused with the code that fits")
  func badFiles() throws {
    let scratch = try ScratchDirectory()
    let empty = try scratch.write([], to: "empty.txt")
    let cases: [(String, DataError.Code, String)] = [
      (empty, .data, "is empty"), (scratch.path, .noInput, "is a directory"),
      (scratch.path("missing"), .noInput, "cannot open"), ("", .noInput, "cannot open"),
      (try scratch.write([0x1F, 0x8B, 0x08], to: "cut.gz"), .data, "ends too early"),
      (try scratch.write(Array("plain".utf8), to: "plain.gz"), .data, "gzip -t"),
      (try scratch.write(Array("plain".utf8), to: "plain.zst"), .data, "zstd -t"),
      (try scratch.write([], to: "empty.zst"), .data, "ends too early"),
    ]
    for (path, code, words) in cases {
      let error = #expect(throws: DataError.self) { try Self.pieces(of: [.file(path)]) }
      #expect(error?.code == code)
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
    #expect(CorpusInput(argument: "-") == .standardInput)
    #expect(CorpusInput(argument: "./-") == .file("./-"))
  }

  @Test("Patterns name the files that they match, in order")
  func patterns() throws {
    let scratch = try ScratchDirectory()
    let paths = try ["b.txt", "a.txt", "c.md", "[x].txt"].map { try scratch.write([0x61], to: $0) }
    #expect(try CorpusInput.matching([scratch.path("?.txt")]) == [.file(paths[1]), .file(paths[0])])
    #expect(try CorpusInput.matching([paths[3], "-"]) == [.file(paths[3]), .standardInput])
    let error = #expect(throws: DataError.self) { try CorpusInput.matching([scratch.path("*.zip")]) }
    #expect(error?.code == .noInput)
  }

  @Test("Raw pieces hold whole scalars, and all bytes, ill-formed ones included", arguments: 1...7)
  func rawPieces(_ pieceSize: Int) throws {
    let text = Array("中a é\u{1F600}中中".utf8)
    let bytes = text + [0xFF, 0xE4, 0xB8, 0x61, 0x80, 0x80, 0x80, 0x80, 0xF0, 0x9F]
    var reader = CorpusReader([.bytes(bytes, name: "text")], isRaw: true, pieceSize: pieceSize)
    var (piece, read) = (CorpusPiece(), [UInt8]())
    while try reader.next(into: &piece) {
      read += piece.bytes
      let isText = read.count <= text.count
      #expect(!isText || String(validating: piece.bytes, as: UTF8.self) != nil, "\(piece.bytes)")
    }
    #expect(read == bytes)
  }
}
