import Foundation

/// Random texts, heavy in what normalization and segmentation have rules for; the same for the same seed.
struct TextGenerator {
  /// How many texts a differential test takes: some, or as many as a campaign asks for.
  static func count(_ usual: Int) -> Int {
    ProcessInfo.processInfo.environment["LONGHAND_CAMPAIGN_STRINGS"].flatMap(Int.init) ?? usual
  }

  /// Scalars that take part in some rule, by kind; a kind is as likely as any other, however few scalars it has.
  private static let kinds: Result<[[Unicode.Scalar]], any Error> = Result {
    let derived = "DerivedNormalizationProps.txt"
    let breaks = "auxiliary/GraphemeBreakProperty.txt"
    let marks = try UnicodeData.scalars(of: "extracted/DerivedCombiningClass.txt") { $0 != ["0"] }
    let classes = try ["Prepend", "Extend", "SpacingMark", "L", "V", "T", "LV", "LVT", "Control"].map { name in
      try UnicodeData.scalars(of: breaks) { $0 == [name] }
    }
    return [
      Array("aeiouAOUyns \u{300}\u{301}\u{302}\u{308}\u{323}\u{31B}".unicodeScalars), marks, marks,
      try UnicodeData.scalars(of: derived) { $0.count == 2 && $0[0].hasSuffix("QC") && $0[1] == "M" },
      try UnicodeData.scalars(of: derived) { $0 == ["NFD_QC", "N"] },
      try UnicodeData.scalars(of: derived) { $0 == ["NFKD_QC", "N"] },
      try UnicodeData.scalars(of: derived) { $0 == ["Full_Composition_Exclusion"] },
      try UnicodeData.scalars(of: derived) { $0.first == "NFKC_CF" },
      try UnicodeData.scalars(of: "emoji/emoji-data.txt") { $0 == ["Extended_Pictographic"] },
      Array("\u{1F1E6}\u{1F1FA}\u{1F1FF}\u{200D}\u{1F469}\u{1F3FD}\u{FE0F}".unicodeScalars),
      Array("\u{345}\u{3B1}\u{399}\u{1FB3}\u{130}\u{3A3}\u{DF}\u{1E9E}\u{390}".unicodeScalars),
      Array(" a\n\r.\u{2028}Z0".unicodeScalars), UnicodeData.scalars.filter { (0x20...0x7E).contains($0.value) },
      Array(UnicodeData.scalars),
    ] + classes
  }

  private var state: UInt64
  private let kinds: [[Unicode.Scalar]]

  init(seed: UInt64) throws {
    state = seed
    kinds = try Self.kinds.get()
  }

  /// The next number of SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func next(below bound: Int) -> Int {
    Int(truncatingIfNeeded: next() % UInt64(bound))
  }

  /// Replaces a text by another one of valid UTF-8: mostly some scalars of a few kinds, now and then a longer run.
  mutating func fill(_ text: inout [UInt8]) {
    text.removeAll(keepingCapacity: true)
    let favourites = [next(below: kinds.count), next(below: kinds.count), next(below: kinds.count)]
    for _ in 0...next(below: 12) {
      let kind = kinds[next(below: 4) == 0 ? next(below: kinds.count) : favourites[next(below: 3)]]
      let scalar = kind[next(below: kind.count)]
      let repeats = next(below: 64) == 0 ? 1 + next(below: 50) : 1
      for _ in 0..<repeats { text += scalar.utf8 }
    }
  }
}
