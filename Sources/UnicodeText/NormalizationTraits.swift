import CText

/// What normalization must know of each scalar, looked up in ICU once and then in a table.
final class NormalizationTraits {
  /// The traits of one scalar.
  struct Traits {
    let bits: UInt16
    var combiningClass: UInt8 { UInt8(truncatingIfNeeded: bits) }
    /// The scalar is changed, or may be, depending on what stands before it.
    var changes: Bool { bits & UInt16(TEXT_CHANGES.rawValue) != 0 }
    /// Nothing before the scalar takes part in its normalization.
    var isBoundary: Bool { bits & UInt16(TEXT_BOUNDARY.rawValue) != 0 }
  }

  private static let known: UInt16 = 1 << 15

  private static let blockSize = 256
  private static let blocks = 0x11_0000 / blockSize

  private let form: text_form
  private let lowercase: Bool
  // Blocks of 256 scalars, made when a text first touches them; an entry of 0 is not known yet.
  private let table: UnsafeMutablePointer<UnsafeMutablePointer<UInt16>?>

  init(form: text_form, lowercase: Bool) {
    self.form = form
    self.lowercase = lowercase
    table = .allocate(capacity: Self.blocks)
    table.initialize(repeating: nil, count: Self.blocks)
  }

  deinit {
    for block in 0..<Self.blocks { table[block]?.deallocate() }
    table.deallocate()
  }

  /// The traits of a scalar.
  @inline(__always)
  subscript(scalar: UInt32) -> Traits {
    if let block = table[Int(scalar >> 8)] {
      let bits = block[Int(scalar & 0xFF)]
      if bits != 0 { return Traits(bits: bits) }
    }
    return Traits(bits: lookUp(scalar))
  }

  @inline(never)
  private func lookUp(_ scalar: UInt32) -> UInt16 {
    let block = table[Int(scalar >> 8)] ?? makeBlock(Int(scalar >> 8))
    let bits = UInt16(truncatingIfNeeded: text_traits(form, lowercase, scalar)) | Self.known
    block[Int(scalar & 0xFF)] = bits
    return bits
  }

  private func makeBlock(_ index: Int) -> UnsafeMutablePointer<UInt16> {
    let block = UnsafeMutablePointer<UInt16>.allocate(capacity: Self.blockSize)
    block.initialize(repeating: 0, count: Self.blockSize)
    table[index] = block
    return block
  }
}
