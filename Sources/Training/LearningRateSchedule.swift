#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// How the learning rate moves over a run, as a factor of the rate that was asked for.
public enum LearningRateSchedule: String, Sendable, CaseIterable {
  /// The same at all steps, behind those of the warmup.
  case constant
  /// Times `decay` at the end of the epoch `decayAfter`, and of every `decayEvery`th one from there on (Karpathy's
  /// char-rnn; Zaremba et al. 2014; Johnson's torch-rnn).
  case step
  /// Half a cosine down to `floor`, over the whole run (Loshchilov & Hutter 2017).
  case cosine
  /// A straight line down to `floor`, over the whole run.
  case linear
  /// Up from a 25th over the first 30 % of the run and down to `floor`, each in half a cosine (Smith & Topin 2018).
  case oneCycle = "one-cycle"
  /// Times `decay` whenever the validation loss has not improved.
  case plateau
  /// Up from `floor` to the rate by the same factor at every step, to see which rates a model bears (Smith 2017).
  case rangeTest = "range-test"
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
  /// The epochs from one decay of `step` to the next.
  public var decayEvery: Int
  /// The least factor, which `cosine`, `linear` and `one-cycle` end with and `range-test` starts from.
  public var floor: Double

  /// A schedule; the numbers that its shape does not use are ignored.
  public init(
    _ kind: LearningRateSchedule = .cosine, warmup: Int = 20, decay: Double = 0.5, decayAfter: Int = 10,
    decayEvery: Int = 1, floor: Double = 0.01
  ) {
    self.kind = kind
    self.warmup = warmup
    self.decay = decay
    self.decayAfter = decayAfter
    self.decayEvery = decayEvery
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
    let progress = min(max(progress, 0), 1)
    switch kind {
    case .constant: return rise
    case .step:
      let decays = epoch < decayAfter ? 0 : (epoch - decayAfter) / max(1, decayEvery) + 1
      return rise * pow(decay, Double(decays))
    case .cosine: return rise * slope(from: 1, to: floor, progress)
    case .linear: return rise * (1 - (1 - floor) * progress)
    case .oneCycle:
      let top = 0.3
      return rise
        * (progress < top
          ? slope(from: 1.0 / 25, to: 1, progress / top) : slope(from: 1, to: floor, (progress - top) / (1 - top)))
    case .plateau: return rise * pow(decay, Double(plateaus))
    case .rangeTest: return pow(floor, 1 - progress)
    }
  }

  /// Half a cosine between two factors.
  private func slope(from start: Double, to end: Double, _ share: Double) -> Double {
    end + (start - end) * 0.5 * (1 + cos(.pi * share))
  }
}
