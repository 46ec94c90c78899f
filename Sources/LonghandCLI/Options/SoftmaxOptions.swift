import ArgumentParser
import Longhand

/// How the distribution over the tokens is made.
struct SoftmaxOptions: ParsableArguments {
  enum Kind: String, ExpressibleByArgument, CaseIterable { case full, adaptive, sampled }

  @Option(
    help: """
      How the next token's distribution is made: full, one table of all tokens; adaptive (Grave et al. 2017), smaller \
      tables for rare tokens; or sampled (Jean et al. 2015), one table that is trained on a sample of the tokens and \
      measured on all. Both are faster for large vocabularies.
      """)
  var softmax = Kind.full

  @Option(
    help: ArgumentHelp(
      """
      Where the clusters of the adaptive softmax begin, counted in tokens by frequency (default: a sixteenth and a \
      quarter of the vocabulary).
      """, valueName: "n,n,…"))
  var softmaxCutoffs: NumberList?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What each cluster of the adaptive softmax is smaller by than the one before (default: 4).", valueName: "n"))
  var softmaxDivisor: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Tokens that the sampled softmax is trained on in a window (default: a quarter of the vocabulary, 8192 at most).",
      valueName: "n"))
  var softmaxSamples: Int?

  /// The softmax that the options say.
  func choice() throws(DataError) -> TrainingSoftmax {
    if softmax != .adaptive && (softmaxCutoffs != nil || softmaxDivisor != nil) {
      throw DataError(.usage, "--softmax-cutoffs and --softmax-divisor go with --softmax adaptive")
    }
    if softmax != .sampled && softmaxSamples != nil {
      throw DataError(.usage, "--softmax-samples goes with --softmax sampled")
    }
    switch softmax {
    case .full: return .full
    case .adaptive: return .adaptive(cutoffs: softmaxCutoffs?.numbers, divisor: softmaxDivisor ?? 4)
    case .sampled: return .sampled(softmaxSamples)
    }
  }
}
