/// Finds text that normalization leaves as it is (UAX #15, section 9), and checks in the same pass that it is UTF-8.
struct QuickCheck {
  private let table: NormalizationTable
  private let traits: ScalarMap<NormalizationTable.Traits>
  private let returns: CarriageReturns

  /// A check for a form and a case mapping.
  ///
  /// - Parameter stopsAtReturns: whether U+000D counts as a change.
  init(_ table: NormalizationTable, stopsAtReturns: Bool) {
    self.table = table
    traits = table.traits
    returns = CarriageReturns(areStops: stopsAtReturns)
  }

  /// The index of the first scalar from a boundary on that may be changed, or else of the first byte that is not UTF-8.
  ///
  /// Where there is neither it is the count. ASCII is passed over, whatever its case.
  func endOfUnchanged(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start
    // The end of the last mark, and its class.
    var endOfMark = -1
    var lastClass: UInt8 = 0
    while true {
      index = bytes.endOfASCII(from: index, or: returns)
      guard index < bytes.count else { return bytes.count }
      repeat {
        guard let scalar = bytes.scalar(at: index), scalar.value >= 0x80 else { return index }
        if !traits.isUsual(around: scalar.value) {
          let trait = traits[scalar.value]
          if trait.changes { return index }
          if trait.composesBackward && mayCompose(scalar.value, in: bytes, at: index, from: start) { return index }
          if trait.combiningClass != 0 {
            if trait.combiningClass < lastClass && endOfMark == index { return index }
            lastClass = trait.combiningClass
            endOfMark = index &+ scalar.length
          }
        }
        index &+= scalar.length
      } while index < bytes.count && bytes[index] >= 0x80
    }
  }

  /// Whether a scalar that composes with some others may do so with what stands between a boundary and it.
  @inline(never)
  private func mayCompose(
    _ scalar: UInt32, in bytes: UnsafeBufferPointer<UInt8>, at index: Int, from start: Int
  ) -> Bool {
    guard index > start, let last = bytes.scalar(at: bytes.startOfScalar(before: index)) else { return false }
    // Behind other marks, or a letter with marks in it, the whole stretch must be looked at.
    return traits[last.value].combiningClass != 0 || table.decomposes(last.value)
      || table.compositions?.composite(of: last.value, scalar) != nil
  }

  /// The index of the last boundary at or before an index, and not before `start`.
  func startOfStretch(in bytes: UnsafeBufferPointer<UInt8>, before end: Int, from start: Int) -> Int {
    var index = end
    while index > start, let scalar = bytes.scalar(at: index), !traits[scalar.value].isBoundary {
      index = bytes.startOfScalar(before: index)
    }
    return index
  }
}
