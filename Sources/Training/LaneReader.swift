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
  /// Where the first lane of all starts.
  var shift = 0
  private var lane: [TokenID] = []

  init(tokens: any TokenSequence, boundary: TokenID, laneLength: Int, lanes: Range<Int>) {
    self.tokens = tokens
    self.boundary = boundary
    self.laneLength = laneLength
    self.lanes = lanes
  }

  /// Reads a window of every lane, some places of it: [T, lanes].
  mutating func read(_ window: Range<Int>, into batch: inout Batch) {
    precondition(window.lowerBound >= 0 && window.upperBound <= laneLength, "window \(window) of \(laneLength)")
    let (T, B) = (window.count, lanes.count)
    batch.inputs.resize(to: T * B)
    batch.targets.resize(to: T * B)
    lane.resize(to: T + 1)
    let isFirst = window.lowerBound == 0
    for (b, number) in lanes.enumerated() {
      let first = shift + number * laneLength + window.lowerBound
      lane[0] = boundary
      tokens.read((isFirst ? first : first - 1)..<first + T, into: &lane, at: isFirst ? 1 : 0)
      for t in 0..<T {
        batch.inputs[t * B + b] = lane[t]
        batch.targets[t * B + b] = lane[t + 1]
      }
    }
  }
}

extension Array where Element: ExpressibleByIntegerLiteral {
  /// Makes the array longer with zeros, or shorter; its memory stays.
  mutating func resize(to count: Int) {
    if self.count > count { removeLast(self.count - count) }
    while self.count < count { append(0) }
  }
}
