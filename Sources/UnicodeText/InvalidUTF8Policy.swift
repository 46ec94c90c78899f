/// What is done with bytes that are not UTF-8.
public enum InvalidUTF8Policy: String, Sendable, CaseIterable {
  /// Reading stops with an error that names the byte.
  case error
  /// Each maximal subpart of an ill-formed sequence becomes U+FFFD (Unicode 15.0, section 3.9, best practice).
  case replace
  /// Each byte of an ill-formed sequence is kept as it is, for tokens that are bytes.
  case bytes
}

/// The place of the first byte that is not UTF-8.
public struct InvalidUTF8: Error, Sendable, Equatable {
  /// The offset of the ill-formed sequence from the start of the text, in bytes.
  public let offset: Int
  /// The first byte of the sequence.
  public let byte: UInt8

  /// The place of a byte.
  public init(offset: Int, byte: UInt8) {
    self.offset = offset
    self.byte = byte
  }
}
