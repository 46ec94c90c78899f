import Testing

@testable import UnicodeText

/// Pre-tokens, against the regular expression's alternatives tried one after the other.
@Suite("Pre-tokens")
struct PretokenSegmenterTests {
  private static func segments(_ text: [UInt8]) -> [[UInt8]] {
    var ends: [Int] = []
    PretokenSegmenter().appendEnds(of: text.span, to: &ends)
    return zip([0] + ends, ends).map { Array(text[$0..<$1]) }
  }

  private static func segments(_ text: String) -> [String] {
    segments(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(
    "Words, numbers and signs take the space before them",
    arguments: [
      ("", []), ("The ferry left.", ["The", " ferry", " left", "."]), ("don't stop", ["don't", " stop"]),
      ("rock 'n' roll", ["rock", " '", "n", "'", " roll"]), ("it’s 42nd", ["it’s", " 42", "nd"]),
      ("l'", ["l", "'"]), ("a''b", ["a", "''", "b"]), ("a  b", ["a", " ", " b"]), ("a \t b", ["a", " \t", " b"]),
      ("a \tb", ["a", " \t", "b"]), ("a  ", ["a", "  "]), ("a  \n b", ["a", "  ", "\n", " b"]),
      ("\n\n\r\n", ["\n", "\n", "\r", "\n"]), ("   ", ["   "]), (" ", [" "]), ("a\u{A0}b", ["a", "\u{A0}", "b"]),
      ("x == y;", ["x", " ==", " y", ";"]), ("e\u{301}te\u{301}", ["e\u{301}te\u{301}"]),
      ("می\u{200C}روم", ["می\u{200C}روم"]), ("👩\u{200D}🔬!", ["👩\u{200D}🔬!"]), ("½Ⅳ٣x", ["½Ⅳ٣", "x"]),
      ("日本語。3月", ["日本語", "。", "3", "月"]), ("_a_", ["_", "a", "_"]),
    ] as [(String, [String])])
  func examples(text: String, expected: [String]) {
    #expect(Self.segments(text).map { Array($0.utf8) } == expected.map { Array($0.utf8) })
  }

  @Test("Texts of every order of the kinds are divided as by the regular expression")
  func exhaustive() throws {
    let plain = try PlainPretokens.shared.get()
    let alphabet = Array("a1. \n'\u{A0}\u{2019}".unicodeScalars)
    let wide = Array("é\u{301}😀 \u{200D}٣中\u{3000}\t".unicodeScalars)
    var differing: [String] = []
    for (alphabet, longest) in [(alphabet, 6), (wide, 4), (alphabet + wide, 3)] {
      var texts: [[Unicode.Scalar]] = [[]]
      for _ in 1...longest {
        texts = texts.flatMap { text in alphabet.map { text + [$0] } }
        for text in texts {
          let bytes = Self.bytes(text)
          if Self.segments(bytes) != plain.segments(text).map(Self.bytes) { differing.append(UnicodeData.shown(bytes)) }
        }
      }
    }
    #expect(differing == [])
  }

  @Test("Runs longer than a word of memory, and every scalar among letters, digits, signs and spaces")
  func everyScalar() throws {
    let plain = try PlainPretokens.shared.get()
    let neighbours = Array("a é9 .Z'z\u{200C}x\t 1;  \u{A0}_ ".unicodeScalars)
    let run = Array("internationalization".unicodeScalars)
    var text: [Unicode.Scalar] = []
    for (number, scalar) in UnicodeData.scalars.enumerated() {
      text += [neighbours[number % neighbours.count], scalar, neighbours[number / 3 % neighbours.count]]
      text += run.prefix(number % 16 == 0 ? number / 16 % 20 : 0)
      if number % 4096 == 4095 || scalar.value == 0x10_FFFF {
        #expect(Self.segments(Self.bytes(text)) == plain.segments(text).map(Self.bytes), "before \(scalar.value)")
        text = []
      }
    }
  }

  @Test("A cut after a line feed, or before a space between what is no space and a letter or digit, changes nothing")
  func cuts() throws {
    let plain = try PlainPretokens.shared.get()
    var texts: [[Unicode.Scalar]] = [[]]
    for _ in 1...5 {
      texts = texts.flatMap { text in "a1. \n'\u{A0}".unicodeScalars.map { text + [$0] } }
      for text in texts {
        let whole = Self.segments(Self.bytes(text))
        for cut in 1..<text.count where plain.mayCut(text, at: cut) {
          #expect(
            Self.segments(Self.bytes(text[..<cut])) + Self.segments(Self.bytes(text[cut...])) == whole, "\(text) \(cut)"
          )
        }
      }
    }
  }

  @Test("Bytes that are not UTF-8 are divided without harm")
  func illFormed() {
    let starts: [[UInt8]] = [[], [0x20], [0x61], [0x27], [0xE2, 0x80], [0xF4], [0xF0, 0x90, 0x80]]
    var differing: [[UInt8]] = []
    for start in starts {
      for pair in 0..<65_536 {
        let text = start + [UInt8(pair >> 8), UInt8(pair & 0xFF)]
        let segments = Self.segments(text)
        if segments.contains([]) || segments.flatMap({ $0 }) != text { differing.append(text) }
      }
    }
    #expect(differing == [])
  }

  @Test("The ranges are those of Unicode 15.0's files")
  func ranges() throws {
    func ranges(_ scalars: [Unicode.Scalar]) -> [ClosedRange<UInt32>] {
      scalars.map(\.value).sorted().reduce(into: []) { ranges, scalar in
        if let last = ranges.last, last.upperBound + 1 == scalar {
          ranges[ranges.count - 1] = last.lowerBound...scalar
        } else {
          ranges.append(scalar...scalar)
        }
      }
    }
    #expect(ScalarRanges.whiteSpace == ranges(try PlainPretokens.whiteSpace()))
    #expect(ScalarRanges.numbers == ranges(try PlainPretokens.scalars(ofCategories: "N")))
    #expect(ScalarRanges.lettersAndMarks == ranges(try PlainPretokens.scalars(ofCategories: "LM")))
  }

  private static func bytes(_ text: some Sequence<Unicode.Scalar>) -> [UInt8] {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: text)
    return Array(String(view).utf8)
  }
}

/// The regular expression, alternative by alternative, on scalars.
private struct PlainPretokens: Sendable {
  static let shared: Result<PlainPretokens, any Error> = Result { try PlainPretokens() }

  private enum Kind { case sign, letter, number, space }

  // By scalar.
  private var kinds = [Kind](repeating: .sign, count: 0x11_0000)

  private init() throws {
    for scalar in try Self.scalars(ofCategories: "LM") { kinds[Int(scalar.value)] = .letter }
    for scalar in try Self.scalars(ofCategories: "N") { kinds[Int(scalar.value)] = .number }
    for scalar in try Self.whiteSpace() { kinds[Int(scalar.value)] = .space }
  }

  /// The scalars whose general category begins with one of some letters.
  static func scalars(ofCategories categories: String) throws -> [Unicode.Scalar] {
    try UnicodeData.scalars(of: "extracted/DerivedGeneralCategory.txt") { fields in
      fields.first?.first.map(categories.contains) ?? false
    }
  }

  static func whiteSpace() throws -> [Unicode.Scalar] {
    try UnicodeData.scalars(of: "PropList.txt") { $0 == ["White_Space"] }
  }

  func segments(_ text: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
    var segments: [[Unicode.Scalar]] = []
    var start = 0
    while start < text.count {
      let end = end(of: text, from: start)
      segments.append(Array(text[start..<end]))
      start = end
    }
    return segments
  }

  /// Whether the first of two sides ends a pre-token whatever the other one is.
  func mayCut(_ text: [Unicode.Scalar], at place: Int) -> Bool {
    if text[place - 1] == "\n" { return true }
    return text[place] == " " && !isSpace(text[place - 1]) && place + 1 < text.count
      && (isLetter(text[place + 1]) || isNumber(text[place + 1]))
  }

  private func isLetter(_ scalar: Unicode.Scalar) -> Bool { kinds[Int(scalar.value)] == .letter }
  private func isNumber(_ scalar: Unicode.Scalar) -> Bool { kinds[Int(scalar.value)] == .number }
  private func isSpace(_ scalar: Unicode.Scalar) -> Bool { kinds[Int(scalar.value)] == .space }
  private func isSign(_ scalar: Unicode.Scalar) -> Bool { kinds[Int(scalar.value)] == .sign }

  private func end(of text: [Unicode.Scalar], from start: Int) -> Int {
    if text[start] == "\n" { return start + 1 }
    for matches in [isLetter, isNumber, isSign] {
      for first in text[start] == " " ? [start + 1, start] : [start] {
        var end = run(text, from: first, matches)
        if end == first { continue }
        if isLetter(text[first]) {
          while end < text.count, "'\u{2019}\u{200C}\u{200D}".unicodeScalars.contains(text[end]),
            run(text, from: end + 1, isLetter) > end + 1
          {
            end = run(text, from: end + 1, isLetter)
          }
        }
        return end
      }
    }
    let longest = run(text, from: start) { isSpace($0) && $0 != "\n" }
    for end in (start + 1...longest).reversed() where end + 1 < text.count {
      if text[end] == " " && !isSpace(text[end + 1]) { return end }
    }
    return longest
  }

  private func run(_ text: [Unicode.Scalar], from start: Int, _ matches: (Unicode.Scalar) -> Bool) -> Int {
    start < text.count ? text[start...].firstIndex { !matches($0) } ?? text.count : start
  }
}
