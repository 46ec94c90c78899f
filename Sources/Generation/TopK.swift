public import DataFiles
public import TokenFiles

/// Keeps the k most probable tokens; of equal ones those with lower ids.
///
/// Fan et al., "Hierarchical Neural Story Generation", 2018.
public struct TopK: LogitProcessor {
  private let k: Int
  private var ones: [Double] = []

  /// Throws a usage error unless k is at least 1.
  public init(_ k: Int) throws(DataError) {
    guard k >= 1 else { throw DataError(.usage, "top-k \(k): give a whole number of tokens, 1 or more") }
    self.k = k
  }

  /// Takes away all but k tokens; none where there are no more.
  public mutating func process(_ logits: inout [Float], history: [TokenID]) {
    guard k < logits.count else { return }
    if ones.count != logits.count { ones = [Double](repeating: 1, count: logits.count) }
    keepLargest(&logits, weights: ones, reaching: Double(k))
  }
}
