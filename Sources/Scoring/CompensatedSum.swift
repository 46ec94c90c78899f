/// A sum of doubles that carries along what rounding took from it (Neumaier 1974).
///
/// Sums of the same numbers, whatever the pieces they are summed in, agree to about 1e-16 of the sum of the magnitudes.
struct CompensatedSum: Sendable {
  private var sum = 0.0
  private var compensation = 0.0

  /// The sum; infinite when a term was.
  var value: Double { sum + compensation }

  /// Adds a number that is not NaN.
  mutating func add(_ x: Double) {
    let next = sum + x
    if next.isFinite { compensation += abs(sum) >= abs(x) ? (sum - next) + x : (x - next) + sum }
    sum = next
  }

  /// Adds the numbers of another sum.
  mutating func add(_ other: CompensatedSum) {
    add(other.sum)
    compensation += other.compensation
  }
}
