#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// How the learning rate moves over a run, as a factor of the rate that was asked for.
public enum LearningRateSchedule: String, Sendable, CaseIterable {
  /// Always the same.
  case constant
  /// Times `decay` at the end of every epoch from `decayAfter` on (Karpathy's char-rnn; Zaremba et al. 2014).
  case step
  /// Half a cosine down to `floor`, over the whole run (Loshchilov & Hutter 2017).
  case cosine
  /// Times `decay` whenever the validation loss has not improved.
  case plateau
}

/// A schedule with its numbers.
public struct ScheduleConfiguration: Sendable, Equatable {
  /// The shape.
  public var kind: LearningRateSchedule
  /// Steps over which the rate first rises from 0, in a straight line; 0 for none.
  public var warmup: Int
  /// The factor of `step` and `plateau`.
  public var decay: Double
  /// The epochs that `step` leaves alone.
  public var decayAfter: Int
  /// The least factor that `cosine` ends with.
  public var floor: Double

  /// A schedule; the numbers that its shape does not use are ignored.
  public init(
    _ kind: LearningRateSchedule = .cosine, warmup: Int = 20, decay: Double = 0.5, decayAfter: Int = 10,
    floor: Double = 0.01
  ) {
    self.kind = kind
    self.warmup = warmup
    self.decay = decay
    self.decayAfter = decayAfter
    self.floor = floor
  }

  /// The factor of one step.
  ///
  /// - Parameters:
  ///   - step: how many steps were done before it.
  ///   - epoch: how many epochs were done before it.
  ///   - progress: the share of the run that is done, from 0 to 1.
  ///   - plateaus: how often the validation loss has stopped improving.
  public func factor(step: Int, epoch: Int, progress: Double, plateaus: Int) -> Double {
    let rise = step < warmup ? Double(step + 1) / Double(warmup) : 1
    switch kind {
    case .constant: return rise
    case .step: return rise * pow(decay, Double(max(0, epoch - decayAfter + 1)))
    case .cosine: return rise * (floor + (1 - floor) * 0.5 * (1 + cos(.pi * min(max(progress, 0), 1))))
    case .plateau: return rise * pow(decay, Double(plateaus))
    }
  }
}
