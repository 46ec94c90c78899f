import DataFiles
import ScratchFiles
import Testing
import Tokenization
import UnicodeText

/// Notes what it receives: documents of stretches, ill-formed bytes as numbers.
private struct Notes: TextReceiver {
  var documents = [""]
  mutating func beginDocument() { documents.append("") }
  mutating func append(_ text: Span<UInt8>) {
    text.withUnsafeBufferPointer { documents[documents.count - 1] += String(decoding: $0, as: UTF8.self) }
  }
  mutating func append(illFormed byte: UInt8) { documents[documents.count - 1] += "<\(byte)>" }
  mutating func endDocument() { documents[documents.count - 1] += "." }
}

@Suite("Preparing text")
struct TextPreparerTests {
  private static func notes(
    _ bytes: [UInt8], _ configuration: TokenizerConfiguration, invalidUTF8: InvalidUTF8Policy = .error,
    pieceSize: Int = 1 << 17, name: String = "text"
  ) throws -> [String] {
    var reader = CorpusReader([.bytes(bytes, name: name)], documents: configuration.documents, pieceSize: pieceSize)
    let preparer = TextPreparer(configuration, invalidUTF8: invalidUTF8)
    var (notes, piece) = (Notes(), CorpusPiece())
    while try reader.next(into: &piece) { try preparer.prepare(piece, for: &notes) }
    return notes.documents
  }

  @Test(
    "The text does not depend on how it is cut", arguments: NormalizationForm.allCases, [LineEndingPolicy.keep, .lf])
  func pieces(form: NormalizationForm, lineEndings: LineEndingPolicy) throws {
    let text =
      "e\u{301}a\u{323}\u{307} \u{301}x\r\n\ry 한\u{1112}\u{1161}\u{11AB} ก\u{E33} \u{E33} 🇫🇷🇩🇪 👩‍👩‍👧 ﬁ ﷺ\u{FC5E} \u{FC5E}"
      + " Å\u{3164} \u{3164}b  c 1\u{308}\n\u{308}z \u{1D165} \u{200D}k สวัสดีชาวโลก 漢字かな。a:b can't\r\r\n"
    let normalization = TextNormalization(form: form, lineEndings: lineEndings)
    let configuration = try TokenizerConfiguration(normalization: normalization)
    let expected = String(decoding: normalization.normalized(Array(text.utf8)), as: UTF8.self) + "."
    for size in 1...64 {
      let found = try Self.notes(Array(text.utf8), configuration, pieceSize: size)
      #expect(found.map { Array($0.utf8) } == [Array(expected.utf8)])
    }
  }

  @Test("Each line is a document, whatever the pieces")
  func lines() throws {
    let configuration = try TokenizerConfiguration(documents: .line)
    for size in [1, 2, 3, 5, 64] {
      #expect(
        try Self.notes(Array("a b\r\n\nc\rd e".utf8), configuration, pieceSize: size)
          == ["a b\n", "\n", "c\n", "d e."])
      #expect(try Self.notes(Array("a\n".utf8), configuration, pieceSize: size) == ["a\n."])
    }
  }

  @Test("Ill-formed bytes begin lines, too, and are kept where they stand")
  func illFormed() throws {
    let configuration = try TokenizerConfiguration(unknown: .bytes, documents: .line)
    let bytes: [UInt8] = [0xFF, 0x0A, 0x80, 0x61, 0xE2, 0x82, 0x0A, 0x0A]
    for size in [1, 2, 3, 64] {
      #expect(
        try Self.notes(bytes, configuration, invalidUTF8: .bytes, pieceSize: size)
          == ["<255>\n", "<128>a<226><130>\n", "\n."])
    }
  }

  @Test("What is not UTF-8 is refused with its offset and line, or replaced", arguments: [1, 3, 1_000])
  func invalid(pieceSize: Int) throws {
    let bytes = Array("one\ntwo\nth".utf8) + [0xE2, 0x82] + Array("ree\n".utf8)
    let configuration = try TokenizerConfiguration()
    let error = #expect(throws: DataError.self) {
      try Self.notes(bytes, configuration, pieceSize: pieceSize, name: "bad.txt")
    }
    #expect(error?.code == .data)
    #expect(error?.message.contains("bad.txt is not UTF-8: byte offset 10 (line 3) holds 0xE2") == true)
    #expect(
      try Self.notes(bytes, configuration, invalidUTF8: .replace, pieceSize: pieceSize)
        == ["one\ntwo\nth\u{FFFD}ree\n."])
  }

  @Test("The offset counts separators")
  func offsetBehindSeparators() throws {
    let configuration = try TokenizerConfiguration(documents: .separator(Array("\n--\n".utf8)))
    for size in [1, 4, 1_000] {
      let error = #expect(throws: DataError.self) {
        try Self.notes(Array("one\n--\ntwo".utf8) + [0xFF], configuration, pieceSize: size)
      }
      #expect(error?.message.contains("byte offset 10 (line 3) holds 0xFF") == true, "\(error?.message ?? "")")
    }
  }
}
