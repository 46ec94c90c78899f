import Generation
import LonghandTestSupport
import Testing
import TokenFiles

struct GreedySamplerTests {
  @Test(
    arguments: [
      ([1, 5, 2], 1), ([5, 5], 0), ([-0.0, 0], 0), ([-.infinity, -3], 1), ([.nan, 1, 2], 2), ([-.infinity], nil),
      ([.nan], nil), ([], nil),
    ] as [([Float], TokenID?)])
  func firstOfTheLargest(logits: [Float], token: TokenID?) {
    var generator = ConstantGenerator(7)
    var sampler = GreedySampler()
    #expect(sampler.sample(logits, using: &generator) == token)
  }
}
