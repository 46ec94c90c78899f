import COracles
import UnicodeText

/// ICU's whole division of a text into words.
final class WordOracle {
  struct Refused: Error {}

  private let words: OpaquePointer
  private var ends: [Int64] = []
  private var statuses: [Int32] = []

  init(locale: String) throws {
    guard let words = oracle_words_open(locale) else { throw Refused() }
    self.words = words
  }

  deinit { oracle_words_close(words) }

  /// Whether a segmenter finds the same words, and of the same kinds.
  func agrees(with segmenter: WordSegmenter, on text: [UInt8]) throws -> Bool {
    var (found, foundWithKinds) = ([Int](), [Int]())
    var kinds: [WordSegmenter.Kind] = []
    segmenter.appendEnds(of: text.span, to: &found)
    segmenter.appendEnds(of: text.span, to: &foundWithKinds, kinds: &kinds)
    if ends.count <= text.count {
      ends = [Int64](repeating: 0, count: 2 * text.count + 1)
      statuses = [Int32](repeating: 0, count: ends.count)
    }
    let count = Int(oracle_icu_words(words, text, Int64(text.count), &ends, &statuses, Int64(ends.count)))
    if count < 0 { throw Refused() }
    return count == found.count && count == kinds.count && found == foundWithKinds
      && found.indices.allSatisfy { found[$0] == ends[$0] && kinds[$0] == Self.kind(of: statuses[$0]) }
  }

  private static func kind(of status: Int32) -> WordSegmenter.Kind? {
    switch status {
    case 0: .other
    case 100: .number
    case 200: .letter
    case 400: .ideograph
    default: nil
    }
  }
}
