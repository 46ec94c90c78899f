public import LanguageModeling
public import TokenFiles

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A model to which every token is as probable as any other: ln V nats each.
public struct UniformModel: LanguageModel, Sendable {
  /// V.
  public let vocabularySize: Int

  /// A model of V tokens.
  public init(vocabularySize: Int) { self.vocabularySize = vocabularySize }

  /// Itself.
  public func makeContext() -> UniformModel { self }

  /// The number of lanes; there is nothing to remember.
  public func initialState(lanes: Int) -> Int { lanes }

  /// Zeros.
  public func step(_ tokens: [TokenID], state: inout Int, logits: inout [Float]) {
    precondition(tokens.count == state, "\(tokens.count) tokens for \(state) lanes")
    logits = [Float](repeating: 0, count: state * vocabularySize)
  }

  /// The number of lanes chosen.
  public func select(_ lanes: [Int?], from state: Int) -> Int { lanes.count }

  /// -ln V, for every target.
  public func logProbabilities(
    of targets: [TokenID], given inputs: [TokenID], state: inout Int, into logProbabilities: inout [Double]
  ) {
    precondition(targets.count == inputs.count && targets.count % state == 0, "the windows are not [T, \(state)]")
    logProbabilities = [Double](repeating: -log(Double(vocabularySize)), count: targets.count)
  }
}
