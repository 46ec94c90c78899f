internal import CDigest

/// The SHA-256 hash of a stream of bytes (FIPS 180-4).
public struct SHA256: Sendable {
  /// The number of bytes in a digest.
  public static let digestCount = 32

  private static let blockCount = 64

  /// H, the eight words of section 5.3.3.
  private var state: SIMD8<UInt32> = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  private var count: UInt64 = 0
  /// The bytes of the last block, while it is not full.
  private var pending: [UInt8] = []

  /// The hash of no bytes yet.
  public init() {
    pending.reserveCapacity(Self.blockCount)
  }

  /// The digest of one run of bytes.
  public static func digest(_ bytes: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }

  /// Takes in more bytes.
  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Takes in more bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    count &+= UInt64(bytes.count)
    var rest = bytes
    if !pending.isEmpty {
      let taken = min(Self.blockCount - pending.count, rest.count)
      pending.append(contentsOf: rest.prefix(taken))
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(taken))
      guard pending.count == Self.blockCount else { return }
      let block = pending
      block.withUnsafeBytes { compress($0) }
      pending.removeAll(keepingCapacity: true)
    }
    let whole = rest.count / Self.blockCount * Self.blockCount
    if whole > 0 { compress(UnsafeRawBufferPointer(rebasing: rest.prefix(whole))) }
    pending.append(contentsOf: rest.dropFirst(whole))
  }

  /// The digest, 32 bytes.
  public consuming func finalize() -> [UInt8] {
    let bitCount = count &* 8
    var padding: [UInt8] = [0x80]
    let used = (pending.count + 1 + 8) % Self.blockCount
    padding.append(contentsOf: repeatElement(0, count: (Self.blockCount - used) % Self.blockCount))
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      padding.append(UInt8(truncatingIfNeeded: bitCount >> shift))
    }
    update(padding)
    var digest: [UInt8] = []
    for word in 0..<8 {
      for shift in stride(from: UInt32(24), through: 0, by: -8) {
        digest.append(UInt8(truncatingIfNeeded: state[word] >> shift))
      }
    }
    return digest
  }

  /// Bytes as lower-case hexadecimal digits, two for each.
  public static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.count)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Takes in whole blocks.
  private mutating func compress(_ blocks: UnsafeRawBufferPointer) {
    let start = blocks.bindMemory(to: UInt8.self).baseAddress
    withUnsafeMutableBytes(of: &state) { state in
      cd_sha256_blocks(state.bindMemory(to: UInt32.self).baseAddress, start, blocks.count / Self.blockCount)
    }
  }
}
