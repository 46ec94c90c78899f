internal import Compute
internal import Synchronization

/// Sums the gradients of all shards, in the order of the shards.
struct GradientReducer<D: Device>: Sendable {
  let device: D
  let count: Int

  /// Adds every buffer to the first and returns the norm of the sum.
  func reduce(_ gradients: [D.Storage], by workers: Workers) -> Double {
    let squares = Mutex([Double](repeating: 0, count: chunkCount(of: count)))
    workers.run(chunkCount(of: count)) { i in
      let sum = chunk(i, of: gradients[0], count: count)
      for other in gradients.dropFirst() { device.add(chunk(i, of: other, count: count), to: sum) }
      let square = device.sumOfSquares(sum)
      squares.withLock { $0[i] = square }
    }
    return squares.withLock { $0.reduce(0, +) }.squareRoot()
  }
}
