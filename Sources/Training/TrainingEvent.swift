/// What a run says while it works, to whoever shows its progress.
public enum TrainingEvent: Sendable {
  /// The run is about to start, or to go on from a step.
  case starting(TrainingPlan)
  /// A step was done.
  case step(StepReport)
  /// The model was measured on the validation text.
  case evaluated(EvaluationReport)
  /// A number was no longer finite, and the run went back to its last checkpoint.
  case rolledBack(RollBackReport)
  /// A checkpoint is on the disk.
  case saved(path: String, step: Int)
}

/// What a run is going to do.
public struct TrainingPlan: Sendable {
  /// The number of parameters; tied ones count once.
  public let parameters: Int
  /// The bytes that values, gradients, moments and activations will take.
  public let bytes: Int
  /// The tokens of the training text that an epoch predicts.
  public let tokensPerEpoch: Int
  /// The steps of an epoch; on average where the windows have varied lengths.
  public let stepsPerEpoch: Int
  /// The tokens of the validation text; 0 without one.
  public let validationTokens: Int
  /// How many tokens the softmax is trained on at a time, which the losses of steps are about; nil is all.
  public let softmaxSamples: Int?
  /// The steps that are done already.
  public let step: Int
}

/// One step of the optimizer.
public struct StepReport: Sendable {
  /// Steps done, this one included.
  public let step: Int
  /// The epoch that the step belongs to, from 1.
  public let epoch: Int
  /// The mean of -ln p(token), in nats; of a sampled softmax among the sample, which is less than among all tokens.
  public let loss: Double
  /// The learning rate of the step.
  public let learningRate: Double
  /// The norm of the whole gradient before clipping.
  public let gradientNorm: Double
  /// Whether it was left out, since the norm was a spike.
  public let isSkipped: Bool
  /// Tokens predicted since the run first started.
  public let tokens: Int
  /// Seconds of training since the run first started.
  public let seconds: Double
  /// The speed since the process started, in tokens per second.
  public let tokensPerSecond: Double
  /// The share of the run that is done, from 0 to 1.
  public let progress: Double
}

/// A measurement on the validation text.
public struct EvaluationReport: Sendable {
  /// Steps done.
  public let step: Int
  /// The mean of -ln p(token), in nats, by lanes that start without a state.
  public let loss: Double
  /// Whether it is that of an average of the values instead of the values themselves.
  public let isAverage: Bool
  /// Whether it is the lowest so far.
  public let isBest: Bool
  /// Seconds of training since the run first started.
  public let seconds: Double
}

/// A return to the last checkpoint.
public struct RollBackReport: Sendable {
  /// The step of the checkpoint.
  public let step: Int
  /// What was found, and in which tensor.
  public let diagnosis: String
  /// What the learning rates are multiplied by from here on.
  public let rate: Double
  /// Seconds of training since the run first started.
  public let seconds: Double
}

/// How a run ended.
public struct TrainingOutcome: Sendable {
  /// Why it ended.
  public enum Reason: String, Sendable {
    /// A limit was reached.
    case finished
    /// The validation loss had not improved for as long as the patience lasts.
    case stoppedEarly = "stopped_early"
    /// It was asked to stop.
    case interrupted
  }

  /// Why it ended.
  public let reason: Reason
  /// Steps done.
  public let step: Int
  /// Tokens predicted.
  public let tokens: Int
  /// Seconds of training since the run first started.
  public let seconds: Double
  /// The lowest validation loss by lanes, in nats per token, and its step.
  public let best: (loss: Double, step: Int)?
  /// How often it went back to its last checkpoint.
  public let rollBacks: Int
  /// Steps that were left out, since their gradients were spikes.
  public let skippedSteps: Int
  /// The steps whose values the last model is the mean of, 0 where the average did not start; nil where none is asked for.
  public let averagedSteps: Int?
}

/// A request to stop that another thread or a signal may make.
public protocol StopSignal: Sendable {
  /// Whether the run should end after the step it is at.
  var isRequested: Bool { get }
}
