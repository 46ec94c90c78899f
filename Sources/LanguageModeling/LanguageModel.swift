public import TokenFiles

/// A distribution over the next token, given the tokens so far.
///
/// Samplers, beam search and scorers see a model through this protocol alone, so they are tested on models whose
/// answers are worked out by hand. Shapes: B lanes (independent streams), T time steps, V vocabulary. Arrays of
/// several steps are time-major: element (t, b) stands at t·B + b.
public protocol LanguageModel: Sendable {
  /// What the model remembers of each of B lanes: a value, so that advancing one state leaves all others as they are.
  associatedtype State

  /// V, the number of tokens that the model gives a probability to.
  var vocabularySize: Int { get }

  /// A model of the same values that another thread may use beside this one.
  func makeContext() -> Self

  /// The state of `lanes` streams before their first token.
  func initialState(lanes: Int) -> State

  /// Reads one token in each lane and gives the logits of the next.
  ///
  /// - Parameters:
  ///   - tokens: [B], each below V.
  ///   - state: the state of B lanes, advanced by one step.
  ///   - logits: [B, V], unnormalized log-probabilities in nats; resized when its count is another.
  func step(_ tokens: [TokenID], state: inout State, logits: inout [Float])

  /// A state with the chosen lanes of another, in the order given; a lane may be chosen several times.
  ///
  /// - Parameters:
  ///   - lanes: for each new lane an old one, or nil for a stream before its first token.
  ///   - state: what is chosen from.
  func select(_ lanes: [Int?], from state: State) -> State

  /// The log-probability of each target given the inputs up to it.
  ///
  /// - Parameters:
  ///   - targets: [T, B]; the token that follows the input at the same place.
  ///   - inputs: [T, B].
  ///   - state: the state of B lanes, advanced by T steps.
  ///   - logProbabilities: [T, B] in nats; resized when its count is another.
  func logProbabilities(
    of targets: [TokenID], given inputs: [TokenID], state: inout State, into logProbabilities: inout [Double])
}
