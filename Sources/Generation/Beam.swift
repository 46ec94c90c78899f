internal import TokenFiles

/// A hypothesis that can go on.
struct Beam {
  /// The end of the prompt, for the processors to see, and the tokens chosen after it.
  private(set) var history: [TokenID]
  /// Where in the history the chosen tokens begin.
  private let start: Int
  /// The log-probability of the chosen tokens after the processors.
  private(set) var sum = 0.0
  /// The log-probability of the chosen tokens under the model itself.
  private(set) var modelSum = 0.0

  /// The hypothesis with nothing chosen yet.
  init(prompt: [TokenID]) {
    history = prompt.suffix(GenerationRequest.historyLength)
    start = history.count
  }

  /// The tokens chosen.
  var tokens: ArraySlice<TokenID> { history[start...] }

  /// This hypothesis with one token more.
  func extended(by candidate: Candidate) -> Beam {
    var next = self
    next.history.append(candidate.token)
    next.sum = candidate.sum
    next.modelSum = candidate.modelSum
    return next
  }
}

/// A beam with a token that might follow it.
struct Candidate {
  /// The place of the beam among those of its length, the best first.
  let parent: Int
  /// The token.
  let token: TokenID
  /// The log-probability, with this token, after the processors.
  let sum: Double
  /// The log-probability, with this token, under the model itself.
  let modelSum: Double

  /// Higher sums first; of equal ones the better parent, then the lower id.
  func precedes(_ other: Candidate) -> Bool {
    if sum != other.sum { return sum > other.sum }
    return (parent, token) < (other.parent, other.token)
  }
}
