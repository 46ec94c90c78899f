internal import DataFiles

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The norms of a run's gradients, of which one that is far beyond the others is a spike.
struct GradientNorms: Equatable {
  /// Σ 0.98^age · ln norm, and Σ 0.98^age: of the steps that were no spikes.
  private var sum = 0.0
  private var weight = 0.0
  private var count = 0
  private var spikesInARow = 0

  /// The steps that must have been before there can be a spike, and the spikes in a row that make a new level.
  private static let (least, most) = (100, 10)

  init() {}

  /// Takes a norm into account: whether it is more than `factor` times the geometric mean of those before it.
  ///
  /// The last of ten in a row is none: then the norms have changed for good. A factor of 0 looks for none.
  mutating func isSpike(_ norm: Double, beyond factor: Double) -> Bool {
    if factor == 0 { return false }
    if count >= Self.least && norm > factor * exp(sum / weight) {
      spikesInARow += 1
      if spikesInARow < Self.most { return true }
      self = GradientNorms()
    }
    spikesInARow = 0
    if norm == 0 { return false }  // which has no logarithm
    sum = 0.98 * sum + log(norm)
    weight = 0.98 * weight + 1
    count += 1
    return false
  }

  var json: JSONValue {
    .object([
      .init("sum", .number(sum)), .init("weight", .number(weight)), .init("count", .integer(count)),
      .init("spikes", .integer(spikesInARow)),
    ])
  }

  init?(_ json: JSONValue) {
    guard let sum = json["sum"]?.doubleValue, let weight = json["weight"]?.doubleValue,
      let count = json["count"]?.intValue, let spikes = json["spikes"]?.intValue,
      0...1 << 41 ~= count, 0...1 << 41 ~= spikes, weight >= 0
    else { return nil }
    (self.sum, self.weight, self.count, spikesInARow) = (sum, weight, count, spikes)
  }
}
