import CText
public import DataFiles

/// Segments that are words, and what stands between them (UAX #29), by ICU, with its dictionaries for Thai, Chinese &c.
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
    init(status: Int32) {
      self =
        switch status {
        case ..<100: .other
        case ..<200: .number
        case ..<300: .letter
        default: .ideograph
        }
    }
  }

  private static let batch = 256

  private let words: OpaquePointer
  private let batchEnds: UnsafeMutablePointer<Int32>
  private let batchStatuses: UnsafeMutablePointer<Int32>

  /// Opens ICU's rules for a locale.
  ///
  /// - Parameter locale: a locale as ICU writes it, such as "root", "ja" or "de_CH"; one that ICU has no rules of its
  ///   own for takes those of the root.
  /// - Throws: `DataError` when the name is none or ICU's data are not there.
  public init(locale: String = "root") throws(DataError) {
    guard Self.isLocaleName(locale) else {
      throw DataError(.usage, "\(DataError.shown(locale)) is no locale: give one such as root, en or ja_JP")
    }
    guard let words = text_words_open(locale) else {
      throw DataError(.data, "ICU has no word rules for locale \(locale): is its data package installed?")
    }
    self.words = words
    batchEnds = .allocate(capacity: Self.batch)
    batchStatuses = .allocate(capacity: Self.batch)
  }

  deinit {
    text_words_close(words)
    batchEnds.deallocate()
    batchStatuses.deallocate()
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

  /// Appends the end of each segment.
  public func appendEnds(of text: Span<UInt8>, to ends: inout [Int]) {
    forEachSegment(of: text) { end, _ in ends.append(end) }
  }

  /// The kind of each segment of a text.
  public func kinds(of text: Span<UInt8>) -> [Kind] {
    var kinds: [Kind] = []
    forEachSegment(of: text) { _, kind in kinds.append(kind) }
    return kinds
  }

  @inline(__always)
  private func forEachSegment(of text: Span<UInt8>, _ body: (_ end: Int, _ kind: Kind) -> Void) {
    text.withUnsafeBufferPointer { bytes in
      precondition(bytes.count <= Int(Int32.max), "ICU's offsets have 32 bits; the text has \(bytes.count) bytes")
      guard !bytes.isEmpty else { return }
      guard text_words_begin(words, bytes.baseAddress, Int64(bytes.count)) else {
        // ICU is out of memory: the text is not lost, only not divided.
        body(bytes.count, .other)
        return
      }
      while true {
        let count = text_words_next(words, batchEnds, batchStatuses, Int32(Self.batch))
        for place in 0..<Int(count) { body(Int(batchEnds[place]), Kind(status: batchStatuses[place])) }
        if count < Self.batch { break }
      }
    }
  }
}
