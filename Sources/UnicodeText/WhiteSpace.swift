/// The 25 scalars with the property White_Space (Unicode 15.0, PropList.txt), in UTF-8.
public enum WhiteSpace {
  /// The length of the white space that starts at an index of valid UTF-8, or nil where there is none.
  @inlinable @inline(__always)
  public static func length(in text: Span<UInt8>, at index: Int) -> Int? {
    let lead = text[index]
    if lead < 0x80 { return lead == 0x20 || lead &- 0x09 < 5 ? 1 : nil }
    guard lead == 0xC2 || (0xE1...0xE3).contains(lead) else { return nil }
    return longerLength(in: text, at: index)
  }

  @usableFromInline
  static func longerLength(in text: Span<UInt8>, at index: Int) -> Int? {
    guard index + 1 < text.count else { return nil }
    if text[index] == 0xC2 { return text[index + 1] == 0x85 || text[index + 1] == 0xA0 ? 2 : nil }
    guard index + 2 < text.count else { return nil }
    let found =
      switch (text[index], text[index + 1], text[index + 2]) {
      case (0xE1, 0x9A, 0x80), (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xA8...0xA9), (0xE2, 0x80, 0xAF),
        (0xE2, 0x81, 0x9F), (0xE3, 0x80, 0x80):
        true
      default: false
      }
    return found ? 3 : nil
  }

  /// Whether a text is white space throughout; an empty one is.
  @inlinable
  public static func fills(_ text: Span<UInt8>) -> Bool {
    var index = 0
    while index < text.count {
      guard let length = length(in: text, at: index) else { return false }
      index += length
    }
    return true
  }
}
