import Foundation

/// Random texts of everything that word rules and dictionaries know; the same for the same seed.
struct WordTextGenerator {
  /// The scalars of each value of Word_Break and of each script, and what else ICU's rules speak of.
  private static let kinds: Result<[[Unicode.Scalar]], any Error> = Result {
    let breaks = try UnicodeData.values(of: "auxiliary/WordBreakProperty.txt")
    let lineBreaks = try UnicodeData.entries(of: "LineBreak.txt").filter { $0.fields == ["SA"] }
    return breaks.map(\.scalars) + [
      try UnicodeData.scalars(of: "emoji/emoji-data.txt") { $0 == ["Extended_Pictographic"] },
      lineBreaks.flatMap { $0.scalars.compactMap(Unicode.Scalar.init) },
      // What stands between letters and digits in ASCII, and which locales do not agree on.
      Array("a1_'.:,;@\" \r\n\t\u{0}-".unicodeScalars), Array("::@.'aaaa111".unicodeScalars),
      Array("\u{FF1A}\u{FE55}\u{FE13}\u{2019}\u{387}\u{55F}\u{5F4}\u{5F3}\u{5D0}\u{5D1}\"'".unicodeScalars),
      Array("\u{200D}\u{AD}\u{301}\u{FE0F}\u{1F469}\u{1F1E9}\u{1F1EA}\u{1F170}\u{2139}".unicodeScalars),
      // Signs that several scripts share, and marks that stand on ideographs.
      Array("\u{30FC}\u{FF70}\u{3031}\u{3035}\u{309B}\u{309C}\u{30A0}\u{FF9E}\u{FF9F}\u{3099}".unicodeScalars),
      Array("\u{3005}\u{3006}\u{3007}\u{303B}\u{302A}\u{302E}\u{16FF0}\u{16FE4}\u{E0101}".unicodeScalars),
      Array("\u{337F}\u{32FF}\u{F900}\u{FA30}\u{2F800}\u{20000}\u{AC00}\u{D7A3}\u{1100}".unicodeScalars),
      (0x20..<0x7F).map { Unicode.Scalar($0) }, Array(UnicodeData.scalars),
    ]
  }

  /// The scripts by name, each with its scalars.
  static let scripts: Result<[(name: String, scalars: [Unicode.Scalar])], any Error> = Result {
    try UnicodeData.values(of: "Scripts.txt")
  }

  private static let words: Result<[[UInt8]], any Error> = Result {
    try Corpora.languages().flatMap { $0.text.split { $0 <= 0x20 }.map(Array.init) }
  }

  private let kinds: [[Unicode.Scalar]]
  private let scripts: [[Unicode.Scalar]]
  private let words: [[UInt8]]
  private var numbers: TextGenerator

  init(seed: UInt64) throws {
    kinds = try Self.kinds.get()
    scripts = try Self.scripts.get().map(\.scalars)
    words = try Self.words.get()
    numbers = try TextGenerator(seed: seed)
  }

  /// Replaces a text by another one of valid UTF-8: mostly a few scalars of a few kinds, now and then a longer one.
  mutating func fill(_ text: inout [UInt8]) {
    text.removeAll(keepingCapacity: true)
    let favourites = (0..<3).map { _ in randomKind() }
    let isLong = numbers.next(below: 32) == 0
    for _ in 0...numbers.next(below: isLong ? 300 : 12) {
      switch numbers.next(below: 16) {
      case 0: text += words[numbers.next(below: words.count)]
      case 1, 2: append(from: randomKind(), to: &text)
      default: append(from: favourites[numbers.next(below: 3)], to: &text)
      }
    }
  }

  /// Replaces a text by one of a script, with words of some length, spaces and signs.
  mutating func fill(_ text: inout [UInt8], script: [Unicode.Scalar], count: Int) {
    text.removeAll(keepingCapacity: true)
    for _ in 0..<count {
      switch numbers.next(below: 12) {
      case 0: text.append(0x20)
      case 1: append(from: kinds[numbers.next(below: kinds.count)], to: &text)
      default: append(from: script, to: &text)
      }
    }
  }

  private mutating func randomKind() -> [Unicode.Scalar] {
    numbers.next(below: 3) == 0 ? scripts[numbers.next(below: scripts.count)] : kinds[numbers.next(below: kinds.count)]
  }

  private mutating func append(from kind: [Unicode.Scalar], to text: inout [UInt8]) {
    let scalar = kind[numbers.next(below: kind.count)]
    let repeats = numbers.next(below: 64) == 0 ? 1 + numbers.next(below: 80) : 1
    for _ in 0..<repeats { text += scalar.utf8 }
  }
}

/// The texts that the repository ships.
enum Corpora {
  static func languages() throws -> [(name: String, text: [UInt8])] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Corpora/languages")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
      (name, Array(try Data(contentsOf: folder.appendingPathComponent(name))))
    }
  }
}

extension UnicodeData {
  /// The values that a file gives in its second field, in the order of their first scalars, each with its scalars.
  static func values(of name: String) throws -> [(name: String, scalars: [Unicode.Scalar])] {
    var places: [String: Int] = [:]
    var values: [(name: String, scalars: [Unicode.Scalar])] = []
    for entry in try entries(of: name) {
      guard let value = entry.fields.first else { continue }
      if places[value] == nil {
        places[value] = values.count
        values.append((value, []))
      }
      if let place = places[value] { values[place].scalars += entry.scalars.compactMap(Unicode.Scalar.init) }
    }
    return values
  }
}
