@testable import TokenFiles

/// What is put right in a file's header, so that changed bytes get behind the checks before.
struct Repairs: OptionSet {
  let rawValue: UInt8

  static let start = Repairs(rawValue: 1)
  static let width = Repairs(rawValue: 2)
  static let count = Repairs(rawValue: 4)
  static let checksum = Repairs(rawValue: 8)
}

extension [UInt8] {
  /// Repairs a token file that has all of its header.
  mutating func repair(_ repairs: Repairs) {
    guard count >= TokenFileHeader.byteCount else { return }
    if repairs.contains(.start) { replaceSubrange(0..<12, with: Array("LHTOKENS".utf8) + [1, 0, 0, 0]) }
    let size = word(at: 24)
    let width = size <= 1 << 8 ? 1 : size <= 1 << 16 ? 2 : 4
    if repairs.contains(.width) { replaceSubrange(12..<16, with: [UInt8(width), 0, 0, 0]) }
    if repairs.contains(.count) {
      removeLast((count - TokenFileHeader.byteCount) % width)
      put(UInt64((count - TokenFileHeader.byteCount) / width), at: 16)
    }
    if repairs.contains(.checksum) {
      var checksum = TokenChecksum()
      withUnsafeBytes { bytes in
        checksum.update(UnsafeRawBufferPointer(rebasing: bytes[TokenFileHeader.byteCount...]))
        checksum.update(UnsafeRawBufferPointer(rebasing: bytes[..<TokenFileHeader.checkedByteCount]))
      }
      put(checksum.value, at: TokenFileHeader.checkedByteCount)
    }
  }

  private func word(at offset: Int) -> UInt64 {
    self[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func put(_ word: UInt64, at offset: Int) {
    for index in 0..<8 { self[offset + index] = UInt8(truncatingIfNeeded: word >> UInt64(8 * index)) }
  }
}
