/// The generator SplitMix64, whose numbers are the same for the same seed.
struct RandomNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  mutating func next(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  /// Bytes of the first letters of an alphabet.
  mutating func letters(_ alphabet: Int, count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(0x61 + next(below: alphabet)) }
  }
}
