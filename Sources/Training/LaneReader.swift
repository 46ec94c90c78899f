public import TokenFiles

/// Tokens that can be read from any place.
public protocol TokenSequence: Sendable {
  /// How many there are.
  var count: Int { get }
  /// Copies a part of them to elements of an array, from `offset` on.
  func read(_ range: Range<Int>, into tokens: inout [TokenID], at offset: Int)
}

/// A window of some lanes: inputs and the tokens that follow them, time-major.
struct Batch: Sendable {
  var inputs: [TokenID] = []
  var targets: [TokenID] = []
}

/// Reads some of the contiguous lanes of a text, window by window.
///
/// Lane b predicts the tokens from b · laneLength on, each from the one before it and the lane's state. A lane starts as
/// a text does: with the boundary, and without a state. What is left over behind the last lane is never read.
struct LaneReader: Sendable {
  let tokens: any TokenSequence
  let boundary: TokenID
  /// The tokens that a lane predicts in an epoch.
  let laneLength: Int
  /// The lanes that it reads.
  let lanes: Range<Int>
  /// T.
  let steps: Int
  private var lane: [TokenID] = []

  init(tokens: any TokenSequence, boundary: TokenID, laneLength: Int, lanes: Range<Int>, steps: Int) {
    self.tokens = tokens
    self.boundary = boundary
    self.laneLength = laneLength
    self.lanes = lanes
    self.steps = steps
  }

  /// The windows of an epoch; the last one may be shorter.
  var windows: Int { (laneLength + steps - 1) / steps }

  /// Reads window w of every lane: [T, lanes].
  mutating func read(window w: Int, into batch: inout Batch) {
    let start = w * steps
    let T = min(steps, laneLength - start)
    precondition(w >= 0 && T > 0, "window \(w) of \(windows)")
    let B = lanes.count
    if batch.inputs.count != T * B {
      batch.inputs = [TokenID](repeating: 0, count: T * B)
      batch.targets = batch.inputs
    }
    if lane.count != T + 1 { lane = [TokenID](repeating: 0, count: T + 1) }
    for (b, number) in lanes.enumerated() {
      let first = number * laneLength + start
      lane[0] = boundary
      tokens.read((w == 0 ? first : first - 1)..<first + T, into: &lane, at: w == 0 ? 1 : 0)
      for t in 0..<T {
        batch.inputs[t * B + b] = lane[t]
        batch.targets[t * B + b] = lane[t + 1]
      }
    }
  }
}
