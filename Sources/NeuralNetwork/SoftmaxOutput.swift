public import Compute

/// The output layer: p = softmax(h · Wᵀ + b), with the cross-entropy of the targets in nats.
///
/// A window's rows go through it in blocks, so that the logits never take more than a few megabytes, and each block's
/// logits turn into their own gradients.
public struct SoftmaxOutput: Sendable {
  /// V.
  public let vocabularySize: Int
  /// H.
  public let inputSize: Int
  /// W [V, H]; with tied weights the embedding's table.
  public let weight: Parameter
  /// b [V].
  public let bias: Parameter

  /// A layer under the names `decoder.weight` and `decoder.bias`; `tied` gives it another layer's table [V, H].
  public init(
    vocabularySize V: Int, inputSize H: Int, tied table: Parameter? = nil, in layout: inout ParameterLayout
  ) {
    precondition(table.map { $0.shape == [V, H] } ?? true, "a tied table that is not [\(V), \(H)]")
    vocabularySize = V
    inputSize = H
    weight = table ?? layout.add("decoder.weight", V, H)
    bias = layout.add("decoder.bias", V)
  }

  /// How many rows of logits are held at a time, of `rows` there are.
  public func block(of rows: Int) -> Int {
    max(1, min(rows, 1 << 20 / vocabularySize / 32 * 32))
  }

  /// The logits [rows, V] of h [rows, H].
  public func logits<D: Device>(
    _ h: Matrix<D.Storage>, weights: SoftmaxWeights<D>, into logits: Matrix<D.Storage>, on device: D
  ) {
    device.fillRows(of: logits, with: weights.bias)
    device.multiply(h, weights.forward, into: logits, accumulating: true)
  }

  /// ln p(target), in nats, of every row of h [rows, H]; `room` holds a block of logits.
  public func logProbabilities<D: Device>(
    _ h: Matrix<D.Storage>, targets: [UInt32], weights: SoftmaxWeights<D>, room: Matrix<D.Storage>,
    into logProbabilities: inout [Double], on device: D
  ) {
    forEachBlock(rows: h.rows, room) { block, logits in
      self.logits(h.rows(block), weights: weights, into: logits, on: device)
      device.logProbability(logits: logits, targets: targets[block], into: &logProbabilities[block])
    }
  }

  /// The same, with the gradients of -scale · Σ ln p(target).
  ///
  /// - Parameters:
  ///   - dh: [rows, H], where the gradient of h goes.
  ///   - gradients: the flat buffer to which the gradients of W and b are added.
  public func trainingStep<D: Device>(
    _ h: Matrix<D.Storage>, targets: [UInt32], scale: Float, weights: SoftmaxWeights<D>, room: Matrix<D.Storage>,
    dh: Matrix<D.Storage>, gradients: D.Storage, into logProbabilities: inout [Double], on device: D
  ) {
    forEachBlock(rows: h.rows, room) { block, logits in
      self.logits(h.rows(block), weights: weights, into: logits, on: device)
      device.crossEntropy(
        logits: logits, targets: targets[block], scale: scale, into: &logProbabilities[block])
      // logits = h · Wᵀ + b
      device.multiply(logits, weights.requireBackward(), into: dh.rows(block), accumulating: false)
      device.accumulateTransposedProduct(logits, h.rows(block), into: weight.view(in: gradients))
      device.accumulateRowSum(logits, into: bias.view(in: gradients))
    }
  }

  private func forEachBlock<S>(rows: Int, _ room: Matrix<S>, _ body: (Range<Int>, Matrix<S>) -> Void) {
    var start = 0
    while start < rows {
      let end = min(start + room.rows, rows)
      body(start..<end, room.rows(0..<end - start))
      start = end
    }
  }
}

/// The output layer's weights as the products of the device read them.
public final class SoftmaxWeights<D: Device>: Sendable {
  let forward: D.PackedMatrix  // Wᵀ [H, V]
  let bias: Matrix<D.Storage>  // [1, V]
  private let backward: D.PackedMatrix?  // W [V, H]

  /// Room for the weights of a layer whose values are in `values`; with those of the backward pass when it is trained.
  public init(_ layer: SoftmaxOutput, values: D.Storage, trained: Bool, on device: D) {
    let (V, H) = (layer.vocabularySize, layer.inputSize)
    forward = device.allocatePacked(rows: H, columns: V)
    bias = layer.bias.view(in: values)
    backward = trained ? device.allocatePacked(rows: V, columns: H) : nil
  }

  func requireBackward() -> D.PackedMatrix {
    guard let backward else { preconditionFailure("the backward pass of weights that are not trained") }
    return backward
  }

  /// The jobs that bring the weights up to date with `values`; each may run on a thread of its own.
  public func packing(_ layer: SoftmaxOutput, values: D.Storage, on device: D) -> [@Sendable () -> Void] {
    let W = layer.weight.view(in: values)
    var jobs: [@Sendable () -> Void] = [{ [forward] in device.pack(W, transposed: true, into: forward) }]
    if let backward { jobs.append { device.pack(W, transposed: false, into: backward) } }
    return jobs
  }
}
