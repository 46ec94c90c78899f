import CText
public import DataFiles

/// Segments that are words, and what stands between them (UAX #29), exactly as ICU has them.
public final class WordSegmenter: Segmenter {
  /// What a segment is, as ICU's rule status has it.
  public enum Kind: Int32, Sendable {
    /// Spaces, punctuation, symbols.
    case other = 0
    /// Digits.
    case number = 100
    /// Letters, Hangul among them.
    case letter = 200
    /// Ideographs and kana.
    case ideograph = 400

    /// The kind of a status, which ICU may divide more finely.
    public init(status: Int32) {
      self =
        switch status {
        case ..<100: .other
        case ..<200: .number
        case ..<300: .letter
        default: .ideograph
        }
    }
  }

  let dictionary: WordDictionary
  /// Nil when ICU divides everything.
  let rules: WordRules?
  /// Nil when the rules divide ASCII otherwise than by bits.
  let signs: text_ascii_signs?
  private let batch = WordBatch()

  /// Opens ICU's rules for a locale.
  ///
  /// - Parameter locale: a locale as ICU writes it, such as "root", "ja" or "de_CH"; one that ICU has no rules of its
  ///   own for takes those of the root.
  /// - Throws: `DataError` when the name is none or ICU's data are not there.
  public convenience init(locale: String = "root") throws(DataError) {
    try self.init(locale: locale, runsRules: true)
  }

  /// Opens a locale whose rules are run here, as far as their form is known, or else by ICU itself.
  init(locale: String, runsRules: Bool) throws(DataError) {
    guard Self.isLocaleName(locale) else {
      throw DataError(.usage, "\(DataError.shown(locale)) is no locale: give one such as root, en or ja_JP")
    }
    guard let words = text_words_open(locale) else {
      throw DataError(.data, "ICU has no word rules for locale \(locale): is its data package installed?")
    }
    dictionary = WordDictionary(words)
    rules = runsRules ? WordRules.shared(locale: locale, words) : nil
    signs = rules?.makeASCIISigns()
  }

  deinit {
    batch.deallocate()
  }

  /// Whether a locale's name is well formed: letters, digits and the signs between its parts, 64 at most.
  public static func isLocaleName(_ name: String) -> Bool {
    let isWellFormed = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"): true
      default: "_-@=;".utf8.contains(byte)
      }
    }
    return isWellFormed && (1...64).contains(name.utf8.count)
  }

  /// Hands out the end of each segment.
  public func divide(_ text: Span<UInt8>, _ consume: (Span<Int>) -> Void) {
    scan(text, signs) { batch in consume(UnsafeBufferPointer(start: batch.ends, count: batch.count).span) }
  }

  /// Hands out the end of each segment, and its status, which `Kind` makes sense of.
  public func divide(_ text: Span<UInt8>, _ consume: (_ ends: Span<Int>, _ statuses: Span<Int32>) -> Void) {
    // Bits find where segments end, not what they are.
    scan(text, nil) { batch in
      consume(
        UnsafeBufferPointer(start: batch.ends, count: batch.count).span,
        UnsafeBufferPointer(start: batch.statuses, count: batch.count).span)
    }
  }

  private func scan(_ text: Span<UInt8>, _ signs: text_ascii_signs?, _ consume: (WordBatch) -> Void) {
    text.withUnsafeBufferPointer { bytes in
      if let rules {
        var scan = WordScan(text: bytes, rules: rules, signs: signs, dictionary: dictionary, batch: batch)
        scan.run(consume)
      } else if !bytes.isEmpty {
        var batch = batch
        dictionary.divide(bytes, bytes.indices, &batch, consume)
      }
    }
  }
}
