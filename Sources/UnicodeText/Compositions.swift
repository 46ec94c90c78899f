import CText

/// The pairs of scalars that compose to one (Unicode 15.0, section 3.11, D114: primary composites).
///
/// They are found once for a process and never freed; all threads read them.
struct Compositions: @unchecked Sendable {
  static let shared = Compositions()

  private static let slots = 1 << 11

  /// A hash table of some 940 pairs with open addressing: the first scalar, the second and their composite, 21 bits
  /// each; 0 is free.
  private let table: UnsafeMutablePointer<UInt64>

  private init() {
    table = .allocate(capacity: Self.slots)
    table.initialize(repeating: 0, count: Self.slots)
    var pair: [UInt32] = [0, 0]
    for scalar in TEXT_DECOMPOSES.scalars where !Hangul.isSyllable(scalar) && text_composed_pair(scalar, &pair) {
      var slot = Self.slot(pair[0], pair[1])
      while table[slot] != 0 { slot = (slot + 1) % Self.slots }
      table[slot] = Self.key(pair[0], pair[1]) | UInt64(scalar)
    }
  }

  @inline(__always)
  private static func key(_ first: UInt32, _ second: UInt32) -> UInt64 {
    UInt64(first) << 42 | UInt64(second) << 21
  }

  @inline(__always)
  private static func slot(_ first: UInt32, _ second: UInt32) -> Int {
    Int(truncatingIfNeeded: (key(first, second) &* 0x9E37_79B9_7F4A_7C15) >> 53)
  }

  /// The scalar that two compose to, or nil.
  @inline(__always)
  func composite(of first: UInt32, _ second: UInt32) -> UInt32? {
    if let syllable = Hangul.composite(of: first, second) { return syllable }
    let key = Self.key(first, second)
    var slot = Self.slot(first, second)
    while table[slot] != 0 {
      if (table[slot] ^ key) >> 21 == 0 { return UInt32(table[slot] & 0x1F_FFFF) }
      slot = (slot + 1) % Self.slots
    }
    return nil
  }

  /// Composes scalars in canonical order, in place, and gives their new count (D117).
  @inline(__always)
  func compose(_ scalars: UnsafeMutableBufferPointer<DecomposedScalar>) -> Int {
    var count = 0
    // The last starter that was kept, and the class of the last scalar that was kept.
    var starter = -1
    var lastClass: UInt8 = 0
    for scalar in scalars {
      if scalar.composesBackward && starter >= 0 && (starter == count - 1 || lastClass < scalar.combiningClass),
        let composite = composite(of: scalars[starter].value, scalar.value)
      {
        scalars[starter] = DecomposedScalar(starter: composite)
        continue
      }
      if scalar.combiningClass == 0 { starter = count }
      lastClass = scalar.combiningClass
      scalars[count] = scalar
      count += 1
    }
    return count
  }
}
