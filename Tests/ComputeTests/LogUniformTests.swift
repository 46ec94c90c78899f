import Compute
import Testing

struct LogUniformTests {
  @Test(arguments: [1, 2, 7, 1000])
  func probabilitiesAddUpToOne(count: Int) {
    let law = LogUniform(count: count)
    let sum = (0..<UInt32(count)).reduce(0) { $0 + law.probability(of: $1) }
    #expect(abs(sum - 1) < 1e-12)
  }

  /// Every token comes as often as its probability says, the first and the last included.
  @Test func drawsFollowTheLaw() {
    let law = LogUniform(count: 20)
    var generator = Philox4x32(seed: 1)
    var counts = [Double](repeating: 0, count: 20)
    let draws = 100_000
    for _ in 0..<draws { counts[Int(law.draw(using: &generator))] += 1 }
    for token in 0..<20 {
      let p = law.probability(of: UInt32(token))
      #expect(abs(counts[token] / Double(draws) - p) < 5 * (p * (1 - p) / Double(draws)).squareRoot(), "\(token)")
    }
  }

  /// 1 - (1 - p)^draws: p of one draw, the share of trials in which a token came of more, and certain at last.
  @Test func expectedCounts() {
    let law = LogUniform(count: 20)
    func expected(_ token: UInt32, _ draws: Int) -> Double {
      exponential(law.logExpectedCount(of: token, draws: draws))
    }
    for token: UInt32 in [0, 3, 19] {
      #expect(abs(expected(token, 1) - law.probability(of: token)) < 1e-12)
      #expect(abs(expected(token, 100_000) - 1) < 1e-12)
    }
    var generator = Philox4x32(seed: 2)
    var trials = 0.0
    for _ in 0..<20_000 {
      var came = false
      for _ in 0..<10 where law.draw(using: &generator) == 3 { came = true }
      if came { trials += 1 }
    }
    #expect(abs(trials / 20_000 - expected(3, 10)) < 0.02)
  }

  /// e^x by its series.
  private func exponential(_ x: Double) -> Double {
    var (term, sum) = (1.0, 1.0)
    for n in 1..<100 {
      term *= x / Double(n)
      sum += term
    }
    return sum
  }
}
