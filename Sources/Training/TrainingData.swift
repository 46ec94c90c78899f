public import TokenFiles

/// The texts of a run, as tokens of one vocabulary.
public struct TrainingData: Sendable {
  /// What the model is trained on.
  public let training: any TokenSequence
  /// What it is measured on while it is trained; nil for none.
  public let validation: (any TokenSequence)?
  /// What stands before the first token of a text.
  public let boundary: TokenID

  /// The texts of a run.
  public init(training: any TokenSequence, validation: (any TokenSequence)?, boundary: TokenID) {
    self.training = training
    self.validation = validation
    self.boundary = boundary
  }
}

extension TokenFile: TokenSequence {}

extension TokenSequence {
  /// How often each of the first V tokens occurs.
  public func occurrences(of V: Int) -> [Int] {
    var occurrences = [Int](repeating: 0, count: V)
    var tokens = [TokenID](repeating: 0, count: min(count, 1 << 16))
    for start in stride(from: 0, to: count, by: 1 << 16) {
      let part = start..<min(start + 1 << 16, count)
      read(part, into: &tokens, at: 0)
      for token in tokens.prefix(part.count) where token < V { occurrences[Int(token)] += 1 }
    }
    return occurrences
  }
}
