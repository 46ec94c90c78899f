public import LanguageModeling
internal import Synchronization
public import TokenFiles

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A model whose every answer depends on all that its lane has read.
///
/// A state that is lost, shared or mixed up between lanes gives other numbers. It keeps count of the work it was asked
/// to do.
public final class HistoryModel: LanguageModel {
  /// V.
  public let vocabularySize: Int
  private let count = Atomic(0)

  /// A model of V tokens.
  public init(vocabularySize: Int) { self.vocabularySize = vocabularySize }

  /// How many tokens were read, over all lanes and threads.
  public var tokensRead: Int { count.load(ordering: .relaxed) }

  /// Itself: a context counts together with the model.
  public func makeContext() -> HistoryModel { self }

  /// A digest of what each lane has read.
  public func initialState(lanes: Int) -> [UInt64] { [UInt64](repeating: 1, count: lanes) }

  /// Logits between -2 and 2, drawn by a generator whose seed is the digest.
  public func step(_ tokens: [TokenID], state: inout [UInt64], logits: inout [Float]) {
    precondition(tokens.count == state.count, "\(tokens.count) tokens for \(state.count) lanes")
    count.wrappingAdd(tokens.count, ordering: .relaxed)
    if logits.count != tokens.count * vocabularySize {
      logits = [Float](repeating: 0, count: tokens.count * vocabularySize)
    }
    for (lane, token) in tokens.enumerated() {
      var generator = SplitMix64(seed: state[lane] &* 31 &+ UInt64(token))
      state[lane] = generator.next()
      for id in 0..<vocabularySize { logits[lane * vocabularySize + id] = Float.random(in: -2...2, using: &generator) }
    }
  }

  /// Copies of the digests, or the digest of nothing.
  public func select(_ lanes: [Int?], from state: [UInt64]) -> [UInt64] { lanes.map { $0.map { state[$0] } ?? 1 } }

  /// What the steps give, one after another.
  public func logProbabilities(
    of targets: [TokenID], given inputs: [TokenID], state: inout [UInt64], into logProbabilities: inout [Double]
  ) {
    precondition(targets.count == inputs.count && targets.count % state.count == 0, "[T, \(state.count)] is asked for")
    logProbabilities.removeAll()
    var logits: [Float] = []
    for start in stride(from: 0, to: inputs.count, by: state.count) {
      let lanes = start..<start + state.count
      step(Array(inputs[lanes]), state: &state, logits: &logits)
      for (lane, target) in targets[lanes].enumerated() {
        let row = logits[lane * vocabularySize..<(lane + 1) * vocabularySize]
        logProbabilities.append(Double(row[row.startIndex + Int(target)]) - log(row.reduce(0) { $0 + exp(Double($1)) }))
      }
    }
  }
}
