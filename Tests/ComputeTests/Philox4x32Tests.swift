import Compute
import Testing

struct Philox4x32Tests {
  /// The known answers that Random123 publishes for philox4x32-10.
  @Test(
    arguments: [
      (SIMD4(repeating: 0), SIMD2(repeating: 0), SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)),
      (
        SIMD4(repeating: 0xFFFF_FFFF), SIMD2(repeating: 0xFFFF_FFFF),
        SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
      ),
      (
        SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344), SIMD2(0xA409_3822, 0x299F_31D0),
        SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
      ),
    ] as [(SIMD4<UInt32>, SIMD2<UInt32>, SIMD4<UInt32>)])
  func knownAnswers(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, answer: SIMD4<UInt32>) {
    #expect(Philox4x32.block(counter: counter, key: key) == answer)
  }

  /// Blocks of counter 0, 1, 2 … of the stream, the low words first.
  @Test func wordsComeInTheOrderOfTheBlocks() {
    let (seed, stream) = (UInt64(0x299F_31D0_A409_3822), UInt64(0x1319_8A2E_85A3_08D3))
    var generator = Philox4x32(seed: seed, stream: stream)
    for counter in 0..<5 as Range<UInt32> {
      let block = Philox4x32.block(
        counter: SIMD4(counter, 0x85A3_08D3, 0x1319_8A2E, 0), key: SIMD2(0xA409_3822, 0x299F_31D0))
      #expect(generator.next() == UInt64(block[1]) << 32 | UInt64(block[0]))
      #expect(generator.next() == UInt64(block[3]) << 32 | UInt64(block[2]))
    }
  }

  @Test func seedsAndStreamsDiffer() {
    let firsts = [(0, 0), (1, 0), (0, 1), (1 << 32, 0), (0, 1 << 32)].map { (seed: UInt64, stream: UInt64) in
      var generator = Philox4x32(seed: seed, stream: stream)
      return generator.next()
    }
    #expect(Set(firsts).count == 5)
  }
}
