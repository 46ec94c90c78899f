#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
public import DataFiles
public import TokenFiles

/// Keeps the tokens at least p times as probable as the most probable one.
///
/// Nguyen et al., "Turning Up the Heat: Min-p Sampling", 2024.
public struct MinP: LogitProcessor {
  private let logP: Double

  /// Throws a usage error unless 0 < p <= 1; 1 keeps the most probable tokens alone.
  public init(_ p: Double) throws(DataError) {
    guard p > 0, p <= 1 else { throw DataError(.usage, "min-p \(p): give a number above 0 and at most 1") }
    logP = log(p)
  }

  /// Takes away all tokens below the floor.
  public mutating func process(_ logits: inout [Float], history: [TokenID]) {
    let floor = Double(largest(logits)) + logP
    for id in logits.indices where Double(logits[id]) < floor { logits[id] = -.infinity }
  }
}
