internal import Compute
internal import LanguageModeling
internal import TokenFiles

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// How much likelier a grown model takes its new tokens to be than the others, over samples of a text.
struct NewTokenOdds {
  /// At each place the logarithm of the odds.
  private var logOdds: [Double] = []
  /// At how many places there is a new token.
  private var met = 0
  /// The probability of the unknown token among the old ones, summed over the places.
  private var unknownSum = 0.0

  /// Reads at most 16 samples of 1,024 tokens, fewer of a large vocabulary, spread over the text, each from the initial
  /// state.
  init(_ model: LSTMLanguageModel<CPUDevice>, oldTokens: Int, unknown: TokenID?, in text: TokenSlice) {
    let (B, V) = (min(16, max(1, text.count / 2)), model.vocabularySize)
    let T = min(max(64, min(1024, (1 << 26) / (B * V))), text.count / B)
    var samples = [TokenID](repeating: 0, count: B * T)  // [B, T]
    for b in 0..<B {
      let start = text.count / B * b
      text.read(start..<start + T, into: &samples, at: b * T)
    }
    var state = model.initialState(lanes: B)
    var logits: [Float] = []  // [B, V]
    for t in 0..<max(0, T - 1) {
      model.step((0..<B).map { samples[$0 * T + t] }, state: &state, logits: &logits)
      for b in 0..<B {
        let lane = logits[b * V..<(b + 1) * V]
        let old = Self.logSumExp(lane.prefix(oldTokens))
        logOdds.append(Self.logSumExp(lane.dropFirst(oldTokens)) - old)
        if let unknown { unknownSum += exp(Double(logits[b * V + Int(unknown)]) - old) }
        if samples[b * T + t + 1] >= oldTokens { met += 1 }
      }
    }
  }

  /// How likely the model without new tokens takes the unknown one to be, on average.
  var shareOfUnknown: Double { logOdds.isEmpty ? 0 : unknownSum / Double(logOdds.count) }

  /// What the new tokens' biases lack for them to be, together, as likely as they are frequent, which is where the loss
  /// of the samples is least; found by bisection.
  var shift: Double {
    // One that is not there may still come, and so may one of the others.
    let expected = min(max(Double(met), 0.5), max(Double(logOdds.count) - 0.5, 0.5))
    var (low, high) = (-1000.0, 1000.0)
    while high - low > 1e-6 {
      let middle = (low + high) / 2
      let likely = logOdds.reduce(0) { $0 + 1 / (1 + exp(-($1 + middle))) }
      if likely < expected { low = middle } else { high = middle }
    }
    return high
  }

  private static func logSumExp(_ logits: ArraySlice<Float>) -> Double {
    let greatest = Double(logits.max() ?? 0)
    return greatest + log(logits.reduce(0) { $0 + exp(Double($1) - greatest) })
  }
}
