import COracles
import UnicodeText

/// A library that says what a text becomes.
enum Oracle: CaseIterable {
  case icu
  case utf8proc

  /// The normalized form of a text of valid UTF-8, or nil where the library has none.
  func normalized(_ text: [UInt8], _ form: NormalizationForm) -> [UInt8]? {
    guard let code = form.oracleCode else { return text }
    return Self.mapped(text) { text, count, result, room in
      self == .icu
        ? oracle_icu_normalize(code, text, count, result, room)
        : oracle_utf8proc_normalize(code, text, count, result, room)
    }
  }

  /// Whether the library has a form.
  func knows(_ form: NormalizationForm) -> Bool { self == .icu || form != .nfkcCasefold }

  /// Whether nothing before a scalar takes part in its normalization, by ICU.
  static func hasBoundary(before scalar: Unicode.Scalar, _ form: NormalizationForm) -> Bool {
    form.oracleCode.map { oracle_icu_has_boundary_before($0, scalar.value) } ?? true
  }

  /// The full case folding of a text as it stands.
  func folded(_ text: [UInt8]) -> [UInt8]? {
    Self.mapped(text, with: self == .icu ? oracle_icu_casefold : oracle_utf8proc_casefold)
  }

  /// The full lower-case mapping of each scalar by itself, by ICU.
  static func lowercased(_ text: [UInt8]) -> [UInt8]? {
    mapped(text, with: oracle_icu_lowercase)
  }

  /// The end of each grapheme cluster.
  func graphemeEnds(_ text: [UInt8]) -> [Int]? {
    var ends = [Int64](repeating: 0, count: text.count + 1)
    let count = (self == .icu ? oracle_icu_graphemes : oracle_utf8proc_graphemes)(
      text, Int64(text.count), &ends, Int64(ends.count))
    return count < 0 ? nil : ends[..<Int(count)].map(Int.init)
  }

  private static func mapped(
    _ text: [UInt8], with map: (UnsafePointer<UInt8>?, Int64, UnsafeMutablePointer<UInt8>?, Int64) -> Int64
  ) -> [UInt8]? {
    // U+FDFA becomes eleven times as long, and nothing more than that.
    let room = 11 * text.count + 16
    var written: Int64 = -1
    let result = [UInt8](unsafeUninitializedCapacity: room) { result, count in
      written = map(text, Int64(text.count), result.baseAddress, Int64(room))
      count = Int(max(written, 0))
    }
    return written < 0 ? nil : result
  }
}

extension NormalizationForm {
  fileprivate var oracleCode: oracle_form? {
    switch self {
    case .none: nil
    case .nfc: ORACLE_NFC
    case .nfd: ORACLE_NFD
    case .nfkc: ORACLE_NFKC
    case .nfkd: ORACLE_NFKD
    case .nfkcCasefold: ORACLE_NFKC_CASEFOLD
    }
  }
}
