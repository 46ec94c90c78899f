/// The learning rates that a model bears: a range test, in which the rate rises by the same factor at every step (Smith
/// 2017).
public struct LearningRateRange: Sendable {
  /// A step of the test.
  public struct Point: Sendable, Equatable {
    /// Its learning rate.
    public let rate: Double
    /// Its loss, in nats per token.
    public let loss: Double
    /// The mean of the losses so far, those of late steps weighted most.
    public let meanLoss: Double

    /// A step.
    public init(rate: Double, loss: Double, meanLoss: Double) {
      self.rate = rate
      self.loss = loss
      self.meanLoss = meanLoss
    }
  }

  /// The steps, up to the end of the range or to where the loss grew without bound.
  public let points: [Point]

  /// The rate at which the mean loss was lowest; nil where it never fell.
  public var lowest: Point? {
    guard let first = points.first, let lowest = points.min(by: { $0.meanLoss < $1.meanLoss }) else { return nil }
    return lowest.meanLoss < first.meanLoss ? lowest : nil
  }

  /// A rate to start from: a tenth of the one at which the mean loss was lowest, which is close to the edge.
  public var suggestion: Double? { lowest.map { $0.rate / 10 } }

  /// The steps of a test that was made.
  public init(points: [Point]) { self.points = points }

  /// The suggestion and every step.
  public var json: JSONValue {
    .object([
      .init("suggestion", suggestion.map { .number($0) } ?? .null),
      .init("lowest_rate", lowest.map { .number($0.rate) } ?? .null),
      .init(
        "points",
        .array(
          points.map {
            .object([
              .init("rate", .number($0.rate)), .init("loss", .number($0.loss)),
              .init("mean_loss", .number($0.meanLoss)),
            ])
          })),
    ])
  }
}

extension LearningRateRange {
  /// Takes steps of a run in a folder that is removed again, the rate rising over `range`.
  ///
  /// - Parameters:
  ///   - inputs: the corpus.
  ///   - options: what is trained and how; its rate, schedule and limits are set here.
  ///   - range: the rates; nil is from 0.00001 to 1, for SGD from 0.001 to 1000.
  ///   - steps: how many steps the range is spread over.
  ///   - threads: how many threads work.
  ///   - observe: told of every step.
  /// - Throws: `DataError` when a text cannot be read or an option is refused.
  public init(
    corpus inputs: [CorpusInput], options: TrainingOptions, range: ClosedRange<Double>? = nil, steps: Int = 200,
    threads: Int = defaultThreadCount, observe: @escaping (TrainingEvent) -> Void = { _ in }
  ) throws(DataError) {
    let range = range ?? (options.training.optimizer.kind == .sgd ? 0.001...1000 : 0.000_01...1)
    var options = options
    options.learningRate = range.upperBound
    options.training.schedule = ScheduleConfiguration(
      .rangeTest, warmup: 0, floor: range.lowerBound / range.upperBound)
    options.training.limits = TrainingLimits(steps: steps)
    options.training.variesWindow = false  // which would vary the rate, too
    let folder = try ScratchFolder()
    let test = RangeTest(observe)
    let run = try TrainingRun(
      corpus: inputs, directory: folder.path, options: options, threads: threads, observe: test.observe)
    do {
      try run.rehearse(until: test)
    } catch {
      // A loss without bound is what the test looks for, but not at its first step.
      if test.points.isEmpty { throw error }
    }
    points = test.points
  }
}

/// The points of a test, which ends where the loss has grown well beyond what it was.
private final class RangeTest: StopSignal, @unchecked Sendable {
  private(set) var points: [LearningRateRange.Point] = []
  private var mean = 0.0
  private var weight = 0.0
  private var lowest = Double.infinity
  private let handOn: (TrainingEvent) -> Void

  init(_ observe: @escaping (TrainingEvent) -> Void) { handOn = observe }

  func observe(_ event: TrainingEvent) {
    handOn(event)
    guard case .step(let report) = event else { return }
    mean = 0.9 * mean + 0.1 * report.loss
    weight = 0.9 * weight + 0.1
    lowest = min(lowest, mean / weight)
    points.append(
      LearningRateRange.Point(rate: report.learningRate, loss: report.loss, meanLoss: mean / weight))
  }

  var isRequested: Bool {
    points.last.map { $0.meanLoss > 1.5 * lowest } ?? false
  }
}
