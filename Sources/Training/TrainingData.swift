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
