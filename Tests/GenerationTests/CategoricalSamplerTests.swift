import Generation
import LonghandTestSupport
import Testing
import TokenFiles

struct CategoricalSamplerTests {
  static let probabilities = [0.4, 0, 0.3, 0.2, 0.05, 0.05]

  /// 18.47 is exceeded once in a thousand samples at four degrees of freedom.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func drawsFollowTheDistribution(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var sampler = CategoricalSampler()
    var counts = [Double](repeating: 0, count: 6)
    for _ in 0..<100_000 {
      let token = try #require(sampler.sample(logits(Self.probabilities), using: &generator))
      counts[Int(token)] += 1
    }
    #expect(counts[1] == 0)
    #expect(chiSquare(counts, Self.probabilities) < 18.47)
  }

  /// The first id at which the sum of probabilities is above u, which is word / 2^64.
  @Test(
    arguments: [
      (0, 1), (0x3FFF_FFFF_FFFF_FFFF, 1), (0x4000_0000_0000_0000, 3), (0x8000_0000_0000_0000, 4),
      (0xBFFF_FFFF_FFFF_FFFF, 4), (0xC000_0000_0000_0000, 5), (.max, 5),
    ] as [(UInt64, TokenID)])
  func inversionByHand(word: UInt64, token: TokenID) {
    var generator = ConstantGenerator(word)
    var sampler = CategoricalSampler()
    let row: [Float] = [-.infinity, 0, -.infinity, 0, 0, 0, -.infinity]
    #expect(sampler.sample(row, using: &generator) == token)
  }

  @Test func oneTokenIsCertain() {
    var generator = ConstantGenerator(.max)
    var sampler = CategoricalSampler()
    #expect(sampler.sample([-.infinity, -1e30, -.infinity], using: &generator) == 1)
  }

  @Test func nothingToDraw() {
    var generator = ConstantGenerator(0)
    var sampler = CategoricalSampler()
    #expect(sampler.sample([-.infinity, -.infinity], using: &generator) == nil)
    #expect(sampler.sample([.nan], using: &generator) == nil)
    #expect(sampler.sample([], using: &generator) == nil)
  }

  @Test func sameSeedSameTokens() {
    func tokens() -> [TokenID?] {
      var generator = SplitMix64(seed: 9)
      var sampler = CategoricalSampler()
      return (0..<100).map { sampler.sample(roughLogits(50, seed: UInt64($0)), using: &generator) }
    }
    #expect(tokens() == tokens())
  }
}
