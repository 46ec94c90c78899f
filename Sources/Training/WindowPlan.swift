internal import Compute

/// How an epoch is cut into windows and steps.
struct WindowPlan: Sendable {
  /// T, the steps of a window where they are not varied.
  let steps: Int
  /// Whether every window has a length of its own (Merity, Keskar & Socher 2018): T, or T / 2 with a probability of 5 %,
  /// and a normal deviation of 5 on top.
  let isVaried: Bool
  /// The windows that a step of the optimizer takes.
  let windowsPerStep: Int
  /// The places of a lane.
  let laneLength: Int
  /// Where lengths and shifts come from.
  let seed: UInt64

  init(_ configuration: TrainingConfiguration, laneLength: Int) {
    steps = configuration.window
    isVaried = configuration.variesWindow
    windowsPerStep = configuration.accumulation
    self.laneLength = laneLength
    seed = configuration.seed
  }

  /// The most steps that are drawn for a window.
  private var longestDraw: Int { isVaried ? steps + 20 : steps }

  /// The most steps of a window, none of which is longer than a lane.
  var mostSteps: Int { min(longestDraw, laneLength) }

  /// The length that is drawn for a window; the one at the end of a lane may be shorter.
  ///
  /// - Parameter pass: the number of the window since the run started.
  func length(ofPass pass: Int) -> Int {
    if !isVaried { return steps }
    // These three bits at the top keep the streams apart from those of masks, fresh starts and initial values.
    var generator = Philox4x32(seed: seed, stream: 0b001 << 61 | UInt64(truncatingIfNeeded: pass))
    let mean = Double(steps) * (generator.uniform() < 0.95 ? 1 : 0.5)
    // The sum of twelve uniform numbers less 6 is normal as far as it matters here, and the same on every machine.
    let deviation = 5 * ((0..<12).reduce(0) { sum, _ in sum + generator.uniform() } - 6)
    return min(max(Int(mean + deviation), min(5, steps)), longestDraw)
  }

  /// The part of an epoch that a step takes: from a place on, and what the learning rate is multiplied by.
  ///
  /// A gradient is the mean over a window's tokens, so at one rate those of short windows would count more; a step has a
  /// rate in proportion to its length (Merity, Keskar & Socher 2018).
  func extent(from position: Int, step: Int) -> (places: Range<Int>, rate: Double) {
    var (end, drawn) = (position, 0)
    for pass in step * windowsPerStep..<(step + 1) * windowsPerStep {
      let length = length(ofPass: pass)
      drawn += length
      end = min(end + length, laneLength)
    }
    return (position..<end, Double(drawn) / Double(steps * windowsPerStep))
  }

  /// The steps of an epoch; on average where lengths are varied.
  var stepsPerEpoch: Int { Int((Double(laneLength) / (meanLength * Double(windowsPerStep))).rounded(.up)) }

  /// The windows of an epoch, likewise.
  var windowsPerEpoch: Int { Int((Double(laneLength) / meanLength).rounded(.up)) }

  /// The mean of 0.95 · T + 0.05 · T / 2, of which half a place is cut off, where lengths are varied.
  private var meanLength: Double { isVaried ? max(0.975 * Double(steps) - 0.5, 1) : Double(steps) }

  /// How far the lanes of an epoch are moved, below T, so that its windows are cut elsewhere.
  func shift(ofEpoch epoch: Int) -> Int {
    var generator = Philox4x32(seed: seed, stream: 0b0001 << 60 | UInt64(truncatingIfNeeded: epoch))
    return Int(generator.next() % UInt64(steps))
  }
}
