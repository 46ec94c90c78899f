public import TokenFiles

/// A window of every lane: inputs and the tokens that follow them, [T, B] time-major.
struct Batch: Sendable {
  var inputs: [TokenID] = []
  var targets: [TokenID] = []
}

/// Tokens that can be read from any place.
public protocol TokenSequence: Sendable {
  /// How many there are.
  var count: Int { get }
  /// Copies a part of them; `tokens` is resized to it.
  func read(_ range: Range<Int>, into tokens: inout [TokenID])
}

/// Cuts a text into B contiguous lanes and reads them window by window.
///
/// Lane b predicts the tokens from b · (N / B) on, each from the one before it and the lane's state; before the very
/// first token stands the boundary. The N mod B last tokens are left over.
struct LaneReader: Sendable {
  let tokens: any TokenSequence
  let boundary: TokenID
  /// B.
  let lanes: Int
  /// T.
  let steps: Int
  /// N / B, the tokens that each lane predicts in an epoch.
  var laneLength: Int { tokens.count / lanes }
  /// The windows of an epoch; the last one may be shorter.
  var windows: Int { (laneLength + steps - 1) / steps }

  /// Reads window w of every lane.
  func read(window w: Int, into batch: inout Batch) {
    let start = w * steps
    let T = min(steps, laneLength - start)
    precondition(w >= 0 && T > 0, "window \(w) of \(windows)")
    let B = lanes
    if batch.inputs.count != T * B {
      batch.inputs = [TokenID](repeating: 0, count: T * B)
      batch.targets = batch.inputs
    }
    var lane: [TokenID] = []
    lane.reserveCapacity(T + 1)
    for b in 0..<B {
      let first = b * laneLength + start
      tokens.read(max(first - 1, 0)..<first + T, into: &lane)
      if first == 0 { lane.insert(boundary, at: 0) }
      for t in 0..<T {
        batch.inputs[t * B + b] = lane[t]
        batch.targets[t * B + b] = lane[t + 1]
      }
    }
  }
}
