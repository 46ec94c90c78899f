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
}
