import Testing
import UnicodeText

@Suite("UTF-8")
struct UTF8DecoderTests {
  private static func decode(
    _ bytes: [UInt8], _ policy: InvalidUTF8Policy, pieces: Int = .max
  ) -> (text: [UInt8], invalid: InvalidUTF8?) {
    var decoder = UTF8Decoder(policy: policy)
    var text: [UInt8] = []
    do throws(InvalidUTF8) {
      var start = 0
      while start < bytes.count {
        let end = pieces < bytes.count - start ? start + pieces : bytes.count
        try decoder.append(Array(bytes[start..<end]), to: &text)
        start = end
      }
      try decoder.finish(into: &text)
    } catch {
      return (text, error)
    }
    return (text, nil)
  }

  /// Ill-formed bytes, the offset of the first, and how many U+FFFD stand for them (Unicode 15.0, table 3-8 and others).
  static let illFormed: [([UInt8], offset: Int, replacements: Int)] = [
    ([0x61, 0xFF, 0x62], 1, 1), ([0x80], 0, 1), ([0xC0, 0xAF], 0, 2), ([0xC1, 0xBF], 0, 2), ([0xE0, 0x80, 0xAF], 0, 3),
    ([0xED, 0xA0, 0x80], 0, 3), ([0xED, 0xBF, 0xBF], 0, 3), ([0xF4, 0x91, 0x92, 0x93], 0, 4),
    ([0xF5, 0x80, 0x80, 0x80], 0, 4), ([0xE1, 0x80, 0xE2, 0xF0, 0x91, 0x92, 0xF1, 0xBF, 0x41], 0, 4),
    ([0x61, 0xC3], 1, 1), ([0x61, 0xE2, 0x82], 1, 1), ([0x61, 0xF0, 0x9F, 0x98], 1, 1),
    ([0xF0, 0x8F, 0xBF, 0xBF], 0, 4),
    ([0xC3, 0xC3, 0xA9], 0, 1), ([0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0xFE], 9, 1),
  ]

  @Test("Ill-formed sequences are found where they stand, however the bytes are cut", arguments: illFormed)
  func illFormedSequences(bytes: [UInt8], offset: Int, replacements: Int) {
    for pieces in [1, 2, 3, 4, .max] {
      let refused = Self.decode(bytes, .error, pieces: pieces)
      #expect(refused.invalid == InvalidUTF8(offset: offset, byte: bytes[offset]))
      #expect(refused.text == Array(bytes[..<offset]))
      let replaced = Self.decode(bytes, .replace, pieces: pieces)
      #expect(String(decoding: replaced.text, as: UTF8.self).unicodeScalars.count { $0 == "\u{FFFD}" } == replacements)
      #expect(replaced.text == Array(String(decoding: bytes, as: UTF8.self).utf8))
      #expect(replaced.invalid == nil)
      #expect(Self.decode(bytes, .bytes, pieces: pieces).text == bytes)
    }
  }

  @Test("Every scalar passes, in pieces of any size", arguments: [1, 2, 3, 5, 64, 4_099])
  func validScalars(pieces: Int) {
    let text = UnicodeData.scalars.reduce(into: [UInt8]()) { $0 += Array($1.utf8) }
    let decoded = Self.decode(text, .error, pieces: pieces)
    #expect(decoded.text == text)
    #expect(decoded.invalid == nil)
  }

  @Test("Every pair of bytes is replaced as the standard library does it")
  func pairs() {
    for value in 0..<65_536 {
      let bytes = [UInt8(value >> 8), UInt8(value & 0xFF), 0x41]
      let expected = Array(String(decoding: bytes, as: UTF8.self).utf8)
      #expect(Self.decode(bytes, .replace).text == expected)
    }
  }
}
