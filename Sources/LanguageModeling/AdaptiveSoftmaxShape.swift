/// How an adaptive softmax (Grave, Joulin, Cissé, Grangier & Jégou 2017) parts the tokens, which stand by frequency.
public struct AdaptiveSoftmaxShape: Sendable, Equatable {
  /// Where the clusters behind the head begin, in rising order.
  public let cutoffs: [Int]
  /// What each cluster divides the size of the one before by; the head has that of the layers.
  public let divisor: Int

  /// A shape, which is checked with the model's.
  public init(cutoffs: [Int], divisor: Int = 4) {
    self.cutoffs = cutoffs
    self.divisor = divisor
  }

  /// The shape of V tokens and H units where no cut-offs are given: a head of a sixteenth of the tokens, a cluster up to
  /// a quarter of them, and one of the rest, as far as there are tokens and units for them.
  public init(vocabularySize V: Int, hiddenSize H: Int, divisor: Int = 4) {
    var cutoffs = [max(1, V / 16)]
    if V / 4 > cutoffs[0] && H / max(1, divisor) / max(1, divisor) > 0 { cutoffs.append(V / 4) }
    self.init(cutoffs: cutoffs, divisor: divisor)
  }

  /// What is wrong with the shape for V tokens and H units, and what to do; nil where it can be built.
  func fault(vocabularySize V: Int, hiddenSize H: Int) -> String? {
    guard let last = cutoffs.last, cutoffs.count <= 16, zip([0] + cutoffs, cutoffs).allSatisfy(<) else {
      return
        "the cut-offs of the adaptive softmax are \(cutoffs.map(String.init).joined(separator: ",")); give from 1 to "
        + "16 rising numbers above 0"
    }
    if last >= V {
      return
        "the last cut-off of the adaptive softmax is \(last) and leaves nothing of a vocabulary of \(V): give lower "
        + "ones, or none for those that follow the vocabulary"
    }
    guard (1...1 << 16).contains(divisor) else {
      return "the divisor of the adaptive softmax is \(divisor); it must be from 1 to \(1 << 16)"
    }
    if cutoffs.reduce(H, { size, _ in size / divisor }) == 0 {
      return
        "\(cutoffs.count) clusters that divide \(H) units by \(divisor) each leave none for the last one: give fewer "
        + "cut-offs, a smaller divisor or more units"
    }
    return nil
  }
}
