public import DataFiles
public import LanguageModeling
internal import TokenFiles

/// Looks for the most probable text, keeping the best few hypotheses of each length.
///
/// The probabilities are those that a sampler would draw from: the softmax after the chain of processors. A hypothesis
/// that chooses a stop token ends, if fewer than `width` others of its length are better. The search is over at the
/// greatest length, or as soon as no hypothesis can overtake the `width` best that ended. Everything is deterministic:
/// of equal candidates the one of the better hypothesis comes first, then the one with the lower id.
public struct BeamSearch<Model: LanguageModel> {
  private let model: Model
  private let width: Int
  private let penalty: LengthPenalty
  private var processors: [any LogitProcessor]

  /// Throws a usage error unless the width is from 1 to 1024 and the length penalty a finite number of at least 0.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - width: how many hypotheses go on from each length to the next; 1 is the greedy choice.
  ///   - lengthPenalty: α of Wu et al. (2016): scores are log-probabilities over ((5 + n) / 6)^α; 0 favours short texts.
  ///   - processors: the chain, in the order it runs.
  public init(
    _ model: Model, width: Int, lengthPenalty: Double = 0, processors: [any LogitProcessor] = []
  ) throws(DataError) {
    guard 1...1024 ~= width else {
      throw DataError(.usage, "beam width \(width): give a number of hypotheses from 1 to 1024")
    }
    guard lengthPenalty >= 0, lengthPenalty.isFinite else {
      throw DataError(.usage, "length penalty \(lengthPenalty): give a number of at least 0, such as 0.6")
    }
    self.model = model
    self.width = width
    self.penalty = LengthPenalty(alpha: lengthPenalty)
    self.processors = processors
  }

  /// The best texts after a prompt, at most `width`, best first.
  ///
  /// Throws a data error when the request has tokens that the model does not, when the model's logits are no
  /// distribution, or when no token is left to choose; and what `goOn` throws.
  ///
  /// - Parameters:
  ///   - request: what is to be written.
  ///   - goOn: asked before each step with the length so far; after false the result is what there is.
  public mutating func search(
    _ request: GenerationRequest, goOn: (Int) throws -> Bool = { _ in true }
  ) throws -> [Hypothesis] {
    try request.check(vocabularySize: model.vocabularySize)
    var logits: [Float] = []
    var state = model.primed(with: request, logits: &logits)
    var live = [Beam(prompt: request.prompt)]
    var finished = BestList<Hypothesis>(capacity: width) { $0.precedes($1) }
    var length = 0
    while length < request.maximumLength, try goOn(length) {
      let (candidates, ends) = try candidates(after: live, logits: logits, stopTokens: request.stopTokens)
      length += 1
      for end in ends where candidates.takes(end) {
        finished.offer(hypothesis(live[end.parent].extended(by: end), isEnded: true))
      }
      live = candidates.elements.map { live[$0.parent].extended(by: $0) }
      guard length < request.maximumLength, let best = live.first else { break }
      let reach = penalty.score(best.sum, length: request.maximumLength)
      if let worst = finished.last, reach < worst.score { return finished.elements }
      state = model.select(candidates.elements.map(\.parent), from: state)
      model.step(candidates.elements.map(\.token), state: &state, logits: &logits)
    }
    if length > 0 {
      for beam in live { finished.offer(hypothesis(beam, isEnded: false)) }
      if finished.elements.isEmpty { throw DataError.noChoice(after: length - 1) }
    }
    return finished.elements
  }

  /// The `width` best ways to go on by one token, and all ways to end.
  private mutating func candidates(
    after live: [Beam], logits: [Float], stopTokens: [TokenID]
  ) throws(DataError) -> (BestList<Candidate>, ends: [Candidate]) {
    let V = model.vocabularySize
    var best = BestList<Candidate>(capacity: width) { $0.precedes($1) }
    var ends: [Candidate] = []
    var processed: [Float] = []
    for (parent, beam) in live.enumerated() {
      let row = logits[parent * V..<(parent + 1) * V]
      processed.removeAll(keepingCapacity: true)
      processed.append(contentsOf: row)
      let modelNormalizer = logNormalizer(processed)
      guard modelNormalizer.isFinite else { throw .noDistribution(after: beam.tokens.count) }
      processors.process(&processed, history: beam.history)
      let normalizer = processors.isEmpty ? modelNormalizer : logNormalizer(processed)
      func candidate(_ id: Int) -> Candidate {
        Candidate(
          parent: parent, token: TokenID(id), sum: beam.sum + (Double(processed[id]) - normalizer),
          modelSum: beam.modelSum + (Double(row[parent * V + id]) - modelNormalizer))
      }
      for stop in stopTokens where processed[Int(stop)] > -.infinity {
        ends.append(candidate(Int(stop)))
        processed[Int(stop)] = -.infinity
      }
      for id in processed.indices where processed[id] > -.infinity {
        if let worst = best.last, beam.sum + (Double(processed[id]) - normalizer) <= worst.sum { continue }
        best.offer(candidate(id))
      }
    }
    return (best, ends)
  }

  private func hypothesis(_ beam: Beam, isEnded: Bool) -> Hypothesis {
    Hypothesis(
      tokens: Array(beam.tokens), logProbability: beam.modelSum,
      score: penalty.score(beam.sum, length: beam.tokens.count), isEnded: isEnded)
  }
}
