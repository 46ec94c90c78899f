/// Hangul syllables, which decompose and compose by computation (Unicode 15.0, section 3.12).
enum Hangul {
  private static let syllables: UInt32 = 0xAC00
  private static let leading: UInt32 = 0x1100
  private static let vowels: UInt32 = 0x1161
  /// One before the first trailing consonant.
  private static let trailing: UInt32 = 0x11A7

  @inline(__always)
  static func isSyllable(_ scalar: UInt32) -> Bool { scalar &- syllables < 11_172 }

  /// Appends the two or three jamo of a syllable.
  @inline(__always)
  static func decompose(_ syllable: UInt32, into scalars: inout GrowingBuffer<DecomposedScalar>) {
    let number = syllable - syllables
    scalars.append(DecomposedScalar(starter: leading + number / 588))
    scalars.append(DecomposedScalar(starter: vowels + number % 588 / 28))
    if number % 28 != 0 { scalars.append(DecomposedScalar(starter: trailing + number % 28)) }
  }

  /// The syllable that two jamo, or a syllable without a trailing consonant and one, compose to.
  @inline(__always)
  static func composite(of first: UInt32, _ second: UInt32) -> UInt32? {
    if first &- leading < 19 && second &- vowels < 21 {
      return syllables + ((first - leading) * 21 + second - vowels) * 28
    }
    guard isSyllable(first) && (first - syllables) % 28 == 0 && second &- (trailing + 1) < 27 else { return nil }
    return first + second - trailing
  }
}
