/// The counter-based generator Philox 4x32-10 (Salmon 2011): a block of four words is a function of key and
/// counter alone.
///
/// As a generator it hands out the blocks of counter 0, 1, 2 … of its stream, low word first, so its whole state is
/// one number that a checkpoint can hold.
public struct Philox4x32: RandomNumberGenerator, Sendable {
  /// The key.
  public let seed: UInt64
  /// Which of 2^64 independent sequences of the key.
  public let stream: UInt64
  private var counter: UInt32 = 0
  private var waiting: UInt64?

  /// The sequence of a key and a stream, from its start.
  public init(seed: UInt64, stream: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    if let word = waiting {
      waiting = nil
      return word
    }
    let block = Philox4x32.block(counter: counter, stream, key: seed)
    counter &+= 1
    waiting = UInt64(block[3]) << 32 | UInt64(block[2])
    return UInt64(block[1]) << 32 | UInt64(block[0])
  }

  /// A number from 0 to below 1, of 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// The four words of counter (counter, stream low, stream high, 0).
  static func block(counter: UInt32, _ stream: UInt64, key: UInt64) -> SIMD4<UInt32> {
    block(
      counter: SIMD4(counter, UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32), 0),
      key: SIMD2(UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)))
  }

  /// Ten rounds over a counter.
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var c = counter
    var k = key
    for _ in 0..<10 {
      let p0 = UInt64(0xD251_1F53) * UInt64(c[0])
      let p1 = UInt64(0xCD9E_8D57) * UInt64(c[2])
      c = SIMD4(
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: p0))
      k = SIMD2(k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85)
    }
    return c
  }
}
