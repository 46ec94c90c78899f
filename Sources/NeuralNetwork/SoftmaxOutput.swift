public import Compute

/// The output layer: p = softmax(h · Wᵀ + b), with the cross-entropy of the targets in nats.
///
/// A window's rows go through it in blocks, so that the logits of a large vocabulary stay small beside W, and each
/// block's logits turn into their own gradients.
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
  public func block(of rows: Int) -> Int { logitsBlock(of: rows, columns: vocabularySize) }

  /// The logits [rows, V] of h [rows, H].
  public func logits<D: Device>(
    _ h: Matrix<D.Storage>, values: D.Storage, into logits: Matrix<D.Storage>, on device: D
  ) {
    device.multiply(h, weight.view(in: values), transposed: true, plus: bias.view(in: values), into: logits)
  }

  /// ln p(target), in nats, of every row of h [rows, H]; `room` holds a block of logits.
  public func logProbabilities<D: Device>(
    _ h: Matrix<D.Storage>, targets: [UInt32], values: D.Storage, room: Matrix<D.Storage>,
    into logProbabilities: inout [Double], on device: D
  ) {
    forEachBlock(rows: h.rows, room) { block, logits in
      self.logits(h.rows(block), values: values, into: logits, on: device)
      device.logProbability(logits: logits, targets: targets[block], into: &logProbabilities, at: block.lowerBound)
    }
  }

  /// The same, with the gradients of -scale · Σ ln p(target).
  ///
  /// - Parameters:
  ///   - dh: [rows, H], where the gradient of h goes.
  ///   - gradients: the flat buffer whose places of W and b are overwritten.
  public func trainingStep<D: Device>(
    _ h: Matrix<D.Storage>, targets: [UInt32], scale: Float, values: D.Storage, room: Matrix<D.Storage>,
    dh: Matrix<D.Storage>, gradients: D.Storage, into logProbabilities: inout [Double], on device: D
  ) {
    let dBias = bias.view(in: gradients)
    device.clear(dBias)
    forEachBlock(rows: h.rows, room) { block, logits in
      self.logits(h.rows(block), values: values, into: logits, on: device)
      device.crossEntropy(
        logits: logits, targets: targets[block], scale: scale, into: &logProbabilities,
        at: block.lowerBound)
      // logits = h · Wᵀ + b
      device.multiply(logits, weight.view(in: values), transposed: false, plus: nil, into: dh.rows(block))
      device.multiplyTransposed(
        logits, h.rows(block), into: weight.view(in: gradients), accumulating: block.lowerBound > 0)
      device.accumulateRowSum(logits, into: dBias)
    }
  }

  private func forEachBlock<S>(rows: Int, _ room: Matrix<S>, _ body: (Range<Int>, Matrix<S>) -> Void) {
    NeuralNetwork.forEachBlock(of: room.rows, rows: rows) { block in body(block, room.rows(0..<block.count)) }
  }
}
