extension Span<UInt8> {
  /// Whether the bytes are those of an array.
  func elementsEqual(_ other: [UInt8]) -> Bool {
    guard count == other.count else { return false }
    for index in indices where self[index] != other[index] { return false }
    return true
  }

  /// The scalar that starts at an index of valid UTF-8; the index moves to the next one.
  func nextScalar(_ index: inout Int) -> UInt32 {
    unsafe withUnsafeBufferPointer { unsafe $0.nextValidScalar(&index) }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether eight bytes from an index on are there and ASCII.
  @inline(__always)
  func isASCII(eightAt index: Int) -> Bool {
    guard index &+ 8 <= count else { return false }
    let word = unsafe UnsafeRawBufferPointer(self).loadUnaligned(fromByteOffset: index, as: UInt64.self)
    return word & 0x8080_8080_8080_8080 == 0
  }

  /// The scalar that starts at an index of valid UTF-8; the index moves to the next one.
  @inline(__always)
  func nextValidScalar(_ index: inout Int) -> UInt32 {
    let lead = unsafe UInt32(self[index])
    let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    precondition(index &+ length <= count, "text that ends within a scalar")
    let start = index
    index = start &+ length
    switch length {
    case 1: return lead
    case 2: return unsafe (lead & 0x1F) << 6 | continuation(start &+ 1)
    case 3: return unsafe (lead & 0x0F) << 12 | continuation(start &+ 1) << 6 | continuation(start &+ 2)
    default:
      return unsafe (lead & 0x07) << 18 | continuation(start &+ 1) << 12 | continuation(start &+ 2) << 6
        | continuation(start &+ 3)
    }
  }

  @inline(__always)
  private func continuation(_ index: Int) -> UInt32 { unsafe UInt32(self[index]) & 0x3F }
}
