internal import Compute
internal import NeuralNetwork

/// The masks of one shard in one window of training: functions of the run's seed, step, shard and place alone.
///
/// So the backward pass makes them again, any number of threads has the same, and a resumed run goes on with them. What
/// drops weights does not depend on the shard, since all shards share them.
public struct Dropout: Sendable {
  private let seed: UInt64
  private let step, shard: UInt64

  /// The masks of a shard in a step.
  public init(seed: UInt64, step: Int, shard: Int) {
    self.seed = seed
    // The top bit keeps masks apart from the streams that initial values come from.
    self.step = 1 << 63 | UInt64(truncatingIfNeeded: step) << 24
    self.shard = UInt64(truncatingIfNeeded: shard) << 8
  }

  /// What is dropped, each by masks of its own.
  enum Place: Equatable {
    case outputs(layer: Int)
    case input
    case embeddings
    case recurrentWeights(layer: Int)
    case state(layer: Int)
    case zoneoutCell(layer: Int)
    case zoneoutHidden(layer: Int)
  }

  func stream(_ place: Place) -> UInt64 {
    switch place {  // in the lowest byte; a model has at most 64 layers
    case .outputs(let k): step | shard | UInt64(truncatingIfNeeded: k)
    case .input: step | shard | 64
    case .embeddings: step | 65
    case .recurrentWeights(let k): step | 128 | UInt64(truncatingIfNeeded: k)
    // The number of a shard has 12 bits; those above it tell these from the rest.
    case .state(let k): step | shard | 1 << 20 | UInt64(truncatingIfNeeded: k)
    case .zoneoutCell(let k): step | shard | 2 << 20 | UInt64(truncatingIfNeeded: k)
    case .zoneoutHidden(let k): step | shard | 3 << 20 | UInt64(truncatingIfNeeded: k)
    }
  }

  /// What layer k drops of its state.
  func stateMasks(ofLayer k: Int, _ regularization: Regularization) -> StateMasks {
    StateMasks(
      seed: seed, stateRate: regularization.stateDropout, stateStream: stream(.state(layer: k)),
      cellStream: stream(.zoneoutCell(layer: k)), hiddenStream: stream(.zoneoutHidden(layer: k)))
  }

  /// out = x / (1 - rate) where the place's mask keeps, else 0; x and out may be the same.
  func apply<D: Device>(
    to x: Matrix<D.Storage>, rate: Double, _ place: Place, into out: Matrix<D.Storage>, on device: D
  ) {
    device.dropout(x, rate: Float(rate), seed: seed, stream: stream(place), into: out)
  }

  /// The same of x [T·B, n], by a mask [B, n] that holds for all steps where it is locked.
  func apply<D: Device>(
    to x: Matrix<D.Storage>, rate: Double, _ place: Place, isLocked: Bool, lanes B: Int, into out: Matrix<D.Storage>,
    on device: D
  ) {
    let rows = isLocked ? B : x.rows
    for start in stride(from: 0, to: x.rows, by: rows) {
      let part = start..<start + rows
      apply(to: x.rows(part), rate: rate, place, into: out.rows(part), on: device)
    }
  }
}
