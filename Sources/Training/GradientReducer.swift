internal import Compute
internal import MessagePassing

/// Sums the gradients of all shards, in the order of the shards.
///
/// Each process has the buffers of shards that follow one another. The sums go piece by piece from the first process to
/// the last, each adding its own, and the whole ones back the same way, both at once. So whoever has the shards, the
/// additions are the same, and every process sends and receives each number once each way, however many they are.
///
/// The pieces go from the end of the buffers to the front, which is how a backward pass finishes them: those that are
/// final are on their way while it works on the rest.
final class GradientReducer<D: Device> {
  private let device: D
  private let count: Int
  private let processes: any ProcessGroup
  private let chain: GradientChain<D>?

  init(device: D, count: Int, processes: any ProcessGroup = SingleProcess()) {
    self.device = device
    self.count = count
    self.processes = processes
    chain = processes.count > 1 ? GradientChain(device: device, count: count, processes: processes) : nil
  }

  /// Goes on with the sums of a step as far as messages have come, behind the place from which the buffers are final.
  func advance(_ gradients: [D.Storage], finalFrom place: Int) {
    _ = chain?.advance(gradients, finalFrom: place)
  }

  /// Makes the first buffer the sum of all shards' and returns its norm.
  func reduce(_ gradients: [D.Storage]) -> Double {
    let sum = Matrix(gradients[0], rows: 1, columns: count)
    if let chain {
      chain.finish(gradients)
    } else {
      for other in gradients.dropFirst() { device.add(Matrix(other, rows: 1, columns: count), to: sum) }
    }
    return device.sumOfSquares(sum).squareRoot()
  }

  /// The bytes of its own buffers.
  var memory: Int { chain?.memory ?? 0 }
}
