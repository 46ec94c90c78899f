public import DataFiles
public import TokenFiles

/// Makes a distribution sharper or flatter: p becomes proportional to p^(1/temperature).
///
/// Below 1 likely tokens gain, above 1 they lose. The limit at 0 is `GreedySampler`.
public struct Temperature: LogitProcessor {
  private let temperature: Double

  /// Throws a usage error unless the temperature is a finite number above 0.
  public init(_ temperature: Double) throws(DataError) {
    guard temperature > 0, temperature.isFinite else {
      throw DataError(.usage, "temperature \(temperature): give a number above 0 (for the limit at 0 choose greedily)")
    }
    self.temperature = temperature
  }

  /// Divides the distance of each logit to the largest, so that no temperature overflows.
  public mutating func process(_ logits: inout [Float], history: [TokenID]) {
    let maximum = Double(largest(logits))
    guard maximum.isFinite else { return }
    for id in logits.indices { logits[id] = Float((Double(logits[id]) - maximum) / temperature) }
  }
}
