import CDigest
import DataFiles
import Testing

struct SHA256Tests {
  /// FIPS 180-4 and the examples that NIST publishes with it.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func publishedDigests(text: String, digest: String) {
    #expect(SHA256.hex(SHA256.digest(Array(text.utf8))) == digest)
  }

  @Test func millionLetters() {
    let digest = SHA256.digest([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
    #expect(SHA256.hex(digest) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func piecesGiveTheDigestOfTheWhole() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let whole = SHA256.digest(bytes)
    for piece in [1, 3, 55, 56, 63, 64, 65, 127, 128, 999] {
      var hash = SHA256()
      for start in stride(from: 0, to: bytes.count, by: piece) {
        hash.update(Array(bytes[start..<min(start + piece, bytes.count)]))
      }
      #expect(hash.finalize() == whole, "pieces of \(piece)")
    }
  }

  /// The processor's instructions and plain C agree on any number of blocks, from any state.
  @Test func instructionsAreThePlainCode() {
    for count in [0, 1, 2, 3, 17] {
      let blocks = (0..<64 * count).map { UInt8(truncatingIfNeeded: $0 * $0 / 3 + count) }
      let start = (0..<8).map { UInt32($0) &* 0x9E37_79B9 &+ UInt32(count) }
      var (best, plain) = (start, start)
      cd_sha256_blocks(&best, blocks, count)
      cd_sha256_blocks_plain(&plain, blocks, count)
      #expect(best == plain && (count == 0) == (best == start))
    }
  }

  @Test func hexadecimalDigits() {
    #expect(SHA256.hex([0x00, 0x0F, 0xA5, 0xFF]) == "000fa5ff")
  }
}
