#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Zipf's law for tokens that stand by frequency: p(w) = ln((w + 2) / (w + 1)) / ln(n + 1) of n tokens.
public struct LogUniform: Sendable {
  /// n.
  public let count: Int
  private let scale: Double

  /// The law for n tokens.
  public init(count: Int) {
    precondition(count > 0, "a draw from \(count) tokens")
    self.count = count
    scale = log(Double(count) + 1)
  }

  /// A token.
  public func draw(using generator: inout Philox4x32) -> UInt32 {
    UInt32(min(Int(exp(generator.uniform() * scale)), count) - 1)
  }

  /// p of a token.
  public func probability(of token: UInt32) -> Double { log1p(1 / (Double(token) + 1)) / scale }

  /// ln of how often a token is expected among the different ones of some draws: 1 - (1 - p)^draws.
  public func logExpectedCount(of token: UInt32, draws: Int) -> Double {
    log(-expm1(Double(draws) * log1p(-probability(of: token))))
  }
}
