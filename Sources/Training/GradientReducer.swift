internal import Compute

/// Sums the gradients of all shards, in the order of the shards.
struct GradientReducer<D: Device>: Sendable {
  let device: D
  let count: Int

  /// Adds every buffer to the first and returns the norm of the sum.
  func reduce(_ gradients: [D.Storage]) -> Double {
    let sum = Matrix(gradients[0], rows: 1, columns: count)
    for other in gradients.dropFirst() { device.add(Matrix(other, rows: 1, columns: count), to: sum) }
    return device.sumOfSquares(sum).squareRoot()
  }
}
