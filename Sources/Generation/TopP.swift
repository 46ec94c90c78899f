public import DataFiles
public import TokenFiles

/// Keeps the nucleus: the fewest most probable tokens whose probabilities reach p.
///
/// At least one token stays, and of equally probable ones those with lower ids. Holtzman et al., "The Curious Case of
/// Neural Text Degeneration", 2020.
public struct TopP: LogitProcessor {
  private let p: Double
  private var probabilities: [Double] = []

  /// Throws a usage error unless 0 < p <= 1; 1 keeps every token.
  public init(_ p: Double) throws(DataError) {
    guard p > 0, p <= 1 else { throw DataError(.usage, "top-p \(p): give a number above 0 and at most 1") }
    self.p = p
  }

  /// Takes away all tokens outside the nucleus.
  public mutating func process(_ logits: inout [Float], history: [TokenID]) {
    guard p < 1 else { return }
    let total = exponentials(of: logits, into: &probabilities)
    keepLargest(&logits, weights: probabilities, reaching: p * total)
  }
}
