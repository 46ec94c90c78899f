public import DataFiles
public import TokenFiles

/// Makes tokens that came lately less probable.
///
/// The logit of each is divided by the penalty where it is positive, and multiplied by it where it is negative: Keskar
/// et al., "CTRL", 2019.
public struct RepetitionPenalty: LogitProcessor {
  private let penalty: Float
  private let window: Int
  private var isPenalized: [Bool] = []

  /// Throws a usage error unless the penalty is a finite number of at least 1 and the window one that is remembered.
  ///
  /// - Parameters:
  ///   - penalty: 1 changes nothing; the paper takes 1.2.
  ///   - window: how many of the latest tokens count, from 1 to `GenerationRequest.historyLength`.
  public init(_ penalty: Double, window: Int = 64) throws(DataError) {
    guard penalty >= 1, Float(penalty).isFinite else {
      throw DataError(.usage, "repetition penalty \(penalty): give a number of at least 1")
    }
    guard 1...GenerationRequest.historyLength ~= window else {
      throw DataError(
        .usage, "repetition window \(window): give a number of tokens from 1 to \(GenerationRequest.historyLength)")
    }
    self.penalty = Float(penalty)
    self.window = window
  }

  /// Changes each token of the window once, however often it came.
  public mutating func process(_ logits: inout [Float], history: [TokenID]) {
    if isPenalized.count != logits.count { isPenalized = [Bool](repeating: false, count: logits.count) }
    let start = max(0, history.count - window)
    for index in start..<history.count {
      guard let id = Int(exactly: history[index]), id < logits.count, !isPenalized[id] else { continue }
      isPenalized[id] = true
      logits[id] = logits[id] > 0 ? logits[id] / penalty : logits[id] * penalty
    }
    for index in start..<history.count where Int(history[index]) < isPenalized.count {
      isPenalized[Int(history[index])] = false
    }
  }
}
