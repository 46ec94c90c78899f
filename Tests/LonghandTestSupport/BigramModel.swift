public import LanguageModeling
public import TokenFiles

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A model whose probabilities are read from a table: they depend on the token before alone.
public struct BigramModel: LanguageModel, Sendable {
  /// [V, V]: row a holds the probabilities of the tokens after token a.
  public let probabilities: [[Double]]

  /// A model of a square table; zeros are allowed, and rows are used as they are.
  public init(_ probabilities: [[Double]]) {
    precondition(probabilities.allSatisfy { $0.count == probabilities.count }, "the table is not square")
    self.probabilities = probabilities
  }

  /// V.
  public var vocabularySize: Int { probabilities.count }

  /// Itself.
  public func makeContext() -> BigramModel { self }

  /// The number of lanes; the token that is read says all.
  public func initialState(lanes: Int) -> Int { lanes }

  /// The logarithms of a row of the table in each lane.
  public func step(_ tokens: [TokenID], state: inout Int, logits: inout [Float]) {
    precondition(tokens.count == state, "\(tokens.count) tokens for \(state) lanes")
    logits = tokens.flatMap { token in probabilities[Int(token)].map { Float(log($0)) } }
  }

  /// The number of lanes chosen.
  public func select(_ lanes: [Int?], from state: Int) -> Int { lanes.count }

  /// The logarithms of entries of the table, in Double.
  public func logProbabilities(
    of targets: [TokenID], given inputs: [TokenID], state: inout Int, into logProbabilities: inout [Double]
  ) {
    precondition(targets.count == inputs.count && targets.count % state == 0, "the windows are not [T, \(state)]")
    logProbabilities = zip(inputs, targets).map { log(probabilities[Int($0)][Int($1)]) }
  }
}
