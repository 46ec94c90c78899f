public import Compute

/// The tokens that stand for all others in the sampled softmax of a pass (Jean, Cho, Memisevic & Bengio 2015), with their
/// rows of W and b.
///
/// They are drawn by Zipf's law until there are N different ones, as TensorFlow's `log_uniform_candidate_sampler` does. One
/// thread draws; those that train in turn read.
public final class SoftmaxSample<D: Device>: @unchecked Sendable {
  /// N.
  public let count: Int
  let layer: SoftmaxOutput
  let weight: Matrix<D.Storage>  // [N, H]
  let bias: Matrix<D.Storage>  // [N, 1], b - ln E
  private(set) var ids: [UInt32] = []
  private let law: LogUniform
  private var draws = 0
  private var places: [UInt32]  // [V], of each token in the sample
  private var corrections: [Float] = []
  private let corrected: Matrix<D.Storage>  // [N, 1]

  /// Room for a sample of N of a layer's tokens, of which there are more.
  public init(_ layer: SoftmaxOutput, count N: Int, on device: D) {
    let (V, H) = (layer.vocabularySize, layer.inputSize)
    precondition(N > 0 && N < V, "a sample of \(N) of \(V) tokens")
    count = N
    self.layer = layer
    law = LogUniform(count: V)
    places = [UInt32](repeating: .max, count: V)
    weight = Matrix(device.allocate(N * H), rows: N, columns: H)
    bias = Matrix(device.allocate(N), rows: N, columns: 1)
    corrected = Matrix(device.allocate(N), rows: N, columns: 1)
  }

  /// Draws a sample, which depends on seed and stream alone, and copies its rows of the values.
  public func draw(seed: UInt64, stream: UInt64, values: D.Storage, on device: D) {
    for id in ids { places[Int(id)] = .max }
    ids.removeAll(keepingCapacity: true)
    draws = 0
    var generator = Philox4x32(seed: seed, stream: stream)
    while ids.count < count {
      let id = law.draw(using: &generator)
      draws += 1
      if places[Int(id)] < .max { continue }
      places[Int(id)] = UInt32(ids.count)
      ids.append(id)
    }
    device.gatherRows(layer.weight.view(in: values), ids, into: weight)
    device.gatherRows(layer.bias.column(in: values), ids, into: bias)
    correct(bias, of: ids, through: corrected, on: device)
  }

  /// The place of a token in the sample; nil where it is not in it.
  func place(of token: UInt32) -> Int? {
    let place = places[Int(token)]
    return place < .max ? Int(place) : nil
  }

  /// Takes ln E off the logits [ids, 1] of some tokens, E being how often each is expected in the sample.
  func correct(_ logits: Matrix<D.Storage>, of ids: [UInt32], through room: Matrix<D.Storage>, on device: D) {
    corrections.removeAll(keepingCapacity: true)
    for id in ids { corrections.append(Float(-law.logExpectedCount(of: id, draws: draws))) }
    let room = room.rows(0..<ids.count)
    device.upload(corrections, to: room)
    device.add(room, to: logits)
  }
}
