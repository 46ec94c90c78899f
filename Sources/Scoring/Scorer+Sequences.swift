internal import LanguageModeling
internal import Synchronization
internal import TokenFiles
internal import Threading

/// How many tokens of sequences each thread has to score when they are sorted by length.
private let sectionLength = 1 << 16

extension Scorer {
  /// Scores many sequences, such as lines or sentences, each from the initial state.
  ///
  /// Sequences of about the same length go through the model side by side, and are handed on in the order they came.
  /// Throws a data error when a token is none of the model's or the model is damaged, and what the closures throw.
  ///
  /// - Parameters:
  ///   - next: the next sequence, which may be empty; nil at the end.
  ///   - observe: takes each sequence in order.
  /// - Returns: the figures of all sequences together.
  public func score(
    sequences next: () throws -> ScoredText?, observe: (SequenceScore) throws -> Void = { _ in }
  ) throws -> ScoreReport {
    var total = ScoreReport()
    var scored = 0
    var section: [ScoredText] = []
    var length = 0
    func scoreSection() throws {
      for (text, logProbabilities) in zip(section, logProbabilities(of: section)) {
        let sequence = try score(of: text, logProbabilities, index: scored)
        total = total + sequence.report
        scored += 1
        try observe(sequence)
      }
      section.removeAll(keepingCapacity: true)
      length = 0
    }
    while let text = try next() {
      try check(text.tokens, from: 0, of: "sequence \(scored + section.count)")
      section.append(text)
      length += text.tokens.count + 1
      if length >= sectionLength * contexts.count { try scoreSection() }
    }
    try scoreSection()
    return total
  }

  private func score(of text: ScoredText, _ logProbabilities: [Double], index: Int) throws -> SequenceScore {
    var report = ScoreReport()
    report.add(text.counts)
    var tokens: [TokenScore] = []
    tokens.reserveCapacity(text.tokens.count)
    for (place, logProbability) in logProbabilities.enumerated() {
      let score = TokenScore(index: place, token: text.tokens[place], logProbability: logProbability)
      try count(score, in: &report)
      tokens.append(score)
    }
    return SequenceScore(index: index, tokens: tokens, report: report)
  }

  /// The log-probabilities of each sequence, in lanes of about the same length.
  private func logProbabilities(of texts: [ScoredText]) -> [[Double]] {
    let longestFirst = texts.indices.sorted {
      (texts[$1].tokens.count, $0) < (texts[$0].tokens.count, $1)
    }
    let groups = stride(from: 0, to: longestFirst.count, by: lanes).map {
      longestFirst[$0..<min($0 + lanes, longestFirst.count)]
    }
    let results = Mutex([[Double]](repeating: [], count: texts.count))
    let next = Atomic(0)
    workers.run(min(contexts.count, groups.count)) { thread in
      while true {
        let g = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if g >= groups.count { return }
        let scores = scoreSideBySide(groups[g].map { texts[$0].tokens }, with: contexts[thread])
        results.withLock { for (text, scores) in zip(groups[g], scores) { $0[text] = scores } }
      }
    }
    return results.withLock { $0 }
  }

  /// Scores some sequences, longest first, each in its lane.
  ///
  /// A lane that is done reads boundaries until half of them are; then the other half goes on alone.
  private func scoreSideBySide(_ texts: [[TokenID]], with model: Model) -> [[Double]] {
    var results = texts.map { text in
      var scores: [Double] = []
      scores.reserveCapacity(text.count)
      return scores
    }
    var live = texts.count
    var state = model.initialState(lanes: live)
    var (inputs, targets, scores) = ([TokenID](), [TokenID](), [Double]())
    let longest = texts[0].count
    for start in stride(from: 0, to: longest, by: window) {
      let unfinished = texts.prefix { $0.count > start }.count
      if unfinished <= live / 2 {
        live = unfinished
        state = model.select(Array(0..<live), from: state)
      }
      inputs.removeAll(keepingCapacity: true)
      targets.removeAll(keepingCapacity: true)
      for place in start..<min(start + window, longest) {
        for text in texts.prefix(live) {
          inputs.append(place > 0 && place <= text.count ? text[place - 1] : boundary)
          targets.append(place < text.count ? text[place] : boundary)
        }
      }
      model.logProbabilities(of: targets, given: inputs, state: &state, into: &scores)
      for (lane, text) in texts.prefix(live).enumerated() {
        let end = min(start + window, text.count)
        for place in start..<max(start, end) { results[lane].append(scores[(place - start) * live + lane]) }
      }
    }
    return results
  }
}
