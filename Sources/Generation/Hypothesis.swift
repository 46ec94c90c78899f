#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
public import TokenFiles

/// A text that beam search found.
public struct Hypothesis: Equatable, Sendable {
  /// The tokens after the prompt, with the stop token last where it ended by one.
  public let tokens: [TokenID]
  /// Their log-probability under the model itself, before any processor, in nats.
  public let logProbability: Double
  /// What hypotheses are ranked by: their log-probability after the processors, over the length penalty.
  public let score: Double
  /// Whether it ended by a stop token; otherwise the length or the receiver cut it off.
  public let isEnded: Bool

  /// Higher scores first; of equal ones the tokens decide, as words do in a dictionary.
  func precedes(_ other: Hypothesis) -> Bool {
    score != other.score ? score > other.score : tokens.lexicographicallyPrecedes(other.tokens)
  }
}

/// Divides log-probabilities by ((5 + n) / 6)^α, so that long texts have a chance.
///
/// Wu et al., "Google's Neural Machine Translation System", 2016, equation 14.
struct LengthPenalty {
  /// α; 0 leaves log-probabilities as they are.
  let alpha: Double

  /// The score of n tokens; n is at least 1.
  func score(_ logProbability: Double, length n: Int) -> Double {
    logProbability / pow((5 + Double(n)) / 6, alpha)
  }
}
