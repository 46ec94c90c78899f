internal import Compute

/// The masks of one layer's state in one window: where they come from, and how much they drop.
public struct StateMasks: Sendable {
  /// The key of all of them.
  public let seed: UInt64
  /// The share of h that products do not see, the same at all steps of a window (Gal & Ghahramani 2016).
  public let stateRate: Float
  /// The streams of what is dropped of h, and of what is zoned out of c and of h.
  public let stateStream, cellStream, hiddenStream: UInt64

  /// Masks of streams of their own.
  public init(seed: UInt64, stateRate: Double, stateStream: UInt64, cellStream: UInt64, hiddenStream: UInt64) {
    self.seed = seed
    self.stateRate = Float(stateRate)
    self.stateStream = stateStream
    self.cellStream = cellStream
    self.hiddenStream = hiddenStream
  }

  /// Drops from h [B, S] before a step, or from its gradient, in place or not.
  func drop<D: Device>(_ h: Matrix<D.Storage>, into out: Matrix<D.Storage>, on device: D) {
    device.dropout(h, rate: stateRate, seed: seed, stream: stateStream, into: out)
  }
}
