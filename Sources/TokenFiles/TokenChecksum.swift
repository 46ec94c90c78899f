/// A fast 64-bit checksum of a token file: it catches damage, not malice.
///
/// The bytes are taken as little-endian words of 8, dealt in turn to four lanes that each do
/// `x = (lane ^ word) · k; lane = x ^ (x >> 32)` modulo 2^64. For a given lane the step is one-to-one in the word and for
/// a given word one-to-one in the lane, so two runs of words that differ in one lane alone, as after a flipped bit,
/// never have the same checksum. At the end the lanes go through one more such step each.
struct TokenChecksum {
  /// Only the last piece of bytes may be no multiple of this; it is filled up with zeros.
  static let blockCount = 32

  private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let seeds: [UInt64] = [
    0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344, 0xA409_3822_299F_31D0, 0x082E_FA98_EC4E_6C89,
  ]

  private var a = seeds[0]
  private var b = seeds[1]
  private var c = seeds[2]
  private var d = seeds[3]

  /// Takes in more bytes.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    let whole = bytes.count / Self.blockCount * Self.blockCount
    if let start = bytes.baseAddress {
      var (a, b, c, d) = (self.a, self.b, self.c, self.d)
      for offset in stride(from: 0, to: whole, by: Self.blockCount) {
        a = Self.step(a, start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        b = Self.step(b, start.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self))
        c = Self.step(c, start.loadUnaligned(fromByteOffset: offset &+ 16, as: UInt64.self))
        d = Self.step(d, start.loadUnaligned(fromByteOffset: offset &+ 24, as: UInt64.self))
      }
      (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }
    guard whole < bytes.count else { return }
    var last = Array(bytes[whole...])
    last += repeatElement(0, count: Self.blockCount - last.count)
    last.withUnsafeBytes { update($0) }
  }

  /// The checksum of all that was taken in.
  var value: UInt64 {
    [a, b, c, d].reduce(0) { Self.step($0, $1.littleEndian) }
  }

  @inline(__always)
  private static func step(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    let x = (lane ^ UInt64(littleEndian: word)) &* multiplier
    return x ^ (x &>> 32)
  }
}
