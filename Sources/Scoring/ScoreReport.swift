#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How well a model predicts a text: counts, the sum of the negative log-probabilities, and figures made from them.
///
/// - **Tokens** are all tokens that were scored: every token of the text once, the first included, and the ends of
///   lines where the text side makes tokens of them; never the boundary, which is only context.
/// - An **unknown** token stands for a symbol outside the vocabulary. It counts in every figure at the probability that
///   the model gives to `<unk>`, as KenLM's "including OOVs" does, and is left out of `perplexityWithoutUnknown`, from
///   the sum and from the count. A model with many unknown tokens predicts them well, so figures of different
///   vocabularies compare only with their number beside them.
/// - What a vocabulary **spells** in bytes is no unknown: it costs the sum of its bytes' negative log-probabilities, and
///   each byte is a token. `counts` says how much of the text is spelled.
/// - **Perplexities** of different tokens do not compare either; bits per character and per byte, and the perplexity
///   per word, do.
///
/// A figure whose count is zero is nil. One is infinite when a token had probability zero or the exponential overflows.
public struct ScoreReport: Sendable {
  /// How many tokens were scored.
  public private(set) var tokens = 0
  /// How many of them were the unknown token.
  public private(set) var unknown = 0
  /// The size of the text.
  public private(set) var counts = TextSize()
  private var knownSum = CompensatedSum()
  private var unknownSum = CompensatedSum()

  /// The report of nothing.
  public init() {}

  /// Counts one token with its log-probability in nats, which is not NaN.
  public mutating func add(logProbability: Double, isUnknown: Bool) {
    tokens += 1
    if isUnknown {
      unknown += 1
      unknownSum.add(-logProbability)
    } else {
      knownSum.add(-logProbability)
    }
  }

  /// Counts the text that tokens were made from.
  public mutating func add(_ counts: TextSize) {
    self.counts = self.counts + counts
  }

  /// The report of two texts together.
  public static func + (left: ScoreReport, right: ScoreReport) -> ScoreReport {
    var both = left
    both.tokens += right.tokens
    both.unknown += right.unknown
    both.counts = left.counts + right.counts
    both.knownSum.add(right.knownSum)
    both.unknownSum.add(right.unknownSum)
    return both
  }
}

extension ScoreReport {
  /// The negative log-probability of all tokens.
  public var nats: Double { knownSum.value + unknownSum.value }

  /// The part of `nats` that is due to unknown tokens.
  public var natsOfUnknown: Double { unknownSum.value }

  /// exp(nats / tokens).
  public var perplexity: Double? { Self.ratio(nats, tokens).map(exp) }

  /// exp((nats - natsOfUnknown) / (tokens - unknown)).
  public var perplexityWithoutUnknown: Double? { Self.ratio(knownSum.value, tokens - unknown).map(exp) }

  /// nats / tokens, in bits.
  public var bitsPerToken: Double? { Self.ratio(nats / M_LN2, tokens) }

  /// nats / characters, in bits.
  public var bitsPerCharacter: Double? { Self.ratio(nats / M_LN2, counts.characters) }

  /// nats / bytes, in bits.
  public var bitsPerByte: Double? { Self.ratio(nats / M_LN2, counts.bytes) }

  /// exp(nats / words).
  public var perplexityPerWord: Double? { Self.ratio(nats, counts.words).map(exp) }

  private static func ratio(_ sum: Double, _ count: Int) -> Double? {
    count > 0 ? sum / Double(count) : nil
  }
}
