/// The 256 bytes as scalars that can be seen, as byte-level tokenizers write them: "Ġ" is the space (GPT-2, Radford 2019).
///
/// Bytes that are printable in Latin-1 stand for themselves; the others take U+0100 and what follows, in their order.
enum ByteAlphabet {
  /// The scalar of each byte.
  static let scalars: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (UInt8.min...UInt8.max).map { byte in
      if isPrintable(byte) { return Unicode.Scalar(byte) }
      defer { next += 1 }
      return Unicode.Scalar(next) ?? Unicode.Scalar(byte)
    }
  }()

  private static let bytes: [UInt8?] = {
    var bytes = [UInt8?](repeating: nil, count: 0x200)
    for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar.value)] = UInt8(truncatingIfNeeded: byte) }
    return bytes
  }()

  /// Bytes as a string of the alphabet.
  static func string(_ bytes: some Sequence<UInt8>) -> String {
    var string = String.UnicodeScalarView()
    for byte in bytes { string.append(scalars[Int(byte)]) }
    return String(string)
  }

  /// The bytes that a string of the alphabet stands for; nil when another scalar is in it.
  static func bytes(_ string: some StringProtocol) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in string.unicodeScalars {
      guard scalar.value < 0x200, let byte = bytes[Int(scalar.value)] else { return nil }
      result.append(byte)
    }
    return result
  }

  private static func isPrintable(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: true
    default: false
    }
  }
}
