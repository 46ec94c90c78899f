internal import Compute

/// Which average of a run's values is measured and saved instead of the values themselves.
public enum AveragingKind: String, Sendable, CaseIterable {
  /// The values themselves.
  case none
  /// The exponential moving average: the mean of all values so far at first, then one that forgets (Polyak & Juditsky
  /// 1992; Kingma & Ba 2015, section 7.2).
  case ema
  /// The mean since the validation loss stopped improving: NT-ASGD of Merity et al. (2018), with any optimizer.
  case ntASGD = "nt-asgd"
  /// The better of two means, of which the older is replaced when the younger has caught up (Melis 2022).
  case twoTailed = "two-tailed"
}

/// An average with its numbers.
public struct AveragingConfiguration: Sendable, Equatable {
  /// The average.
  public var kind: AveragingKind
  /// The share of the average that a step of `ema` keeps.
  public var decay: Double
  /// How far back `nt-asgd` looks: it starts when a loss is above the best of those more than so many evaluations before it.
  public var trigger: Int

  /// An average; the numbers that it does not use are ignored.
  public init(_ kind: AveragingKind = .none, decay: Double = 0.999, trigger: Int = 5) {
    self.kind = kind
    self.decay = decay
    self.trigger = trigger
  }

  /// How many means are kept.
  public var meanCount: Int {
    switch kind {
    case .none: 0
    case .ema, .ntASGD: 1
    case .twoTailed: 2
    }
  }
}

/// Means of the values that a run goes through.
final class WeightAverages<D: Device> {
  let configuration: AveragingConfiguration
  /// The flat buffers: of `two-tailed` first the longer mean.
  let means: [D.Storage]
  /// Where the values wait while a mean is measured.
  private let waiting: D.Storage?
  private let device: D
  private let count: Int

  init(_ configuration: AveragingConfiguration, count: Int, on device: D) {
    self.configuration = configuration
    self.device = device
    self.count = count
    means = (0..<configuration.meanCount).map { _ in device.allocate(count) }
    waiting = means.isEmpty ? nil : device.allocate(count)
  }

  /// Takes the values after a step into every mean; `counts` says how many each has.
  func add(_ values: D.Storage, _ progress: inout AveragingProgress) {
    for (i, mean) in means.enumerated() {
      if configuration.kind == .ntASGD && !progress.isTriggered { continue }
      progress.counts[i] += 1
      var share = 1 / Double(progress.counts[i])
      if configuration.kind == .ema { share = max(share, 1 - configuration.decay) }
      device.average(flat(values), share: share, into: flat(mean))
    }
  }

  /// Puts mean `i` in the place of the values while `body` runs.
  func withMean<R, E: Error>(_ i: Int, inPlaceOf values: D.Storage, _ body: () throws(E) -> R) throws(E) -> R {
    guard let waiting else { return try body() }
    device.copy(flat(values), to: flat(waiting))
    device.copy(flat(means[i]), to: flat(values))
    defer { device.copy(flat(waiting), to: flat(values)) }
    return try body()
  }

  /// Has the longer mean of two go on as the shorter one, which starts anew.
  func replaceLongMean(_ progress: inout AveragingProgress) {
    device.copy(flat(means[1]), to: flat(means[0]))
    progress.counts = [progress.counts[1], 0]
  }

  private func flat(_ storage: D.Storage) -> Matrix<D.Storage> { Matrix(storage, rows: 1, columns: count) }
}
