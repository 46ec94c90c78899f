public import ArgumentParser
public import Longhand

extension AveragingKind: ExpressibleByArgument {}
extension OptimizerKind: ExpressibleByArgument {}
extension LearningRateSchedule: ExpressibleByArgument {}
extension TrainingPrecision: ExpressibleByArgument {}

/// What the library takes where nothing is said.
let defaults = TrainingConfiguration()

/// How the model is trained, and for how long.
struct OptimizerOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: ArgumentHelp("Lanes of a batch.", valueName: "n"))
  var batch = defaults.batch

  @Option(parsing: .unconditional, help: ArgumentHelp("Steps of a window of truncated BPTT.", valueName: "n"))
  var window = defaults.window

  @Flag(
    inversion: .prefixedNo, exclusivity: .chooseLast,
    help: "Give every window a length of its own, about --window (Merity et al. 2018).")
  var varyWindow = defaults.variesWindow

  @Flag(
    inversion: .prefixedNo, exclusivity: .chooseLast,
    help: "Start every epoch at another token, so that windows are cut elsewhere.")
  var shiftLanes = defaults.shiftsLanes

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Windows whose gradients are added for one step of the optimizer.", valueName: "n"))
  var accumulate = defaults.accumulation

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Probability that a lane starts anew at a window, as a text does.", valueName: "x"))
  var freshStart = defaults.freshStart

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Passes over the training text (default, without another limit: as many as make 5 million tokens, from 1 to 50).",
      valueName: "n"))
  var epochs: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("Stop after so many steps.", valueName: "n"))
  var maxSteps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Stop so many seconds after the start of the run; the schedule follows the clock.", valueName: "s"))
  var maxSeconds: Double?

  @Option(help: "Optimizer: sgd, rmsprop, adam or adamw, which differ in --weight-decay.")
  var optimizer = defaults.optimizer.kind

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Learning rate (default: 0.004; 0.006 up to 256 units; 1 for sgd; a quarter of these with --from).",
      valueName: "x"))
  var learningRate: Double?

  @Option(parsing: .unconditional, help: ArgumentHelp("Momentum of sgd.", valueName: "x"))
  var momentum = defaults.optimizer.momentum

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Decay of values, times the learning rate (Loshchilov & Hutter 2019); of adam an L2 penalty in the gradient.",
      valueName: "x"))
  var weightDecay = defaults.optimizer.weightDecay

  @Option(parsing: .unconditional, help: ArgumentHelp("First beta of adam.", valueName: "x"))
  var beta1 = defaults.optimizer.beta1

  @Option(parsing: .unconditional, help: ArgumentHelp("Second beta of adam; alpha of rmsprop.", valueName: "x"))
  var beta2 = defaults.optimizer.beta2

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Epsilon of adam and rmsprop.", valueName: "x"))
  var epsilon = defaults.optimizer.epsilon

  @Option(parsing: .unconditional, help: ArgumentHelp("Longest gradient; 0 for any.", valueName: "x"))
  var clip = defaults.optimizer.clip

  @Option(help: "Learning rate over the run: constant, step, cosine, linear, one-cycle, plateau or range-test.")
  var schedule = defaults.schedule.kind

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Steps over which the learning rate rises at the start.", valueName: "n"))
  var warmup = defaults.schedule.warmup

  @Option(parsing: .unconditional, help: ArgumentHelp("Factor of the schedules step and plateau.", valueName: "x"))
  var decay = defaults.schedule.decay

  @Option(parsing: .unconditional, help: ArgumentHelp("Epochs that the schedule step leaves alone.", valueName: "n"))
  var decayAfter = defaults.schedule.decayAfter

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Epochs from one decay of the schedule step to the next.", valueName: "n"))
  var decayEvery = defaults.schedule.decayEvery

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Factor that cosine, linear and one-cycle end with, range-test starts from.", valueName: "x"))
  var floor = defaults.schedule.floor

  @Option(
    help: """
      Average of the weights that is measured and saved: none; ema, exponential; nt-asgd, since the validation loss \
      stopped improving (Merity et al. 2018); or two-tailed, of a length that adapts (Melis 2022).
      """)
  var average = defaults.averaging.kind

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Share of the average that a step of ema keeps.", valueName: "x"))
  var averageDecay = defaults.averaging.decay

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "nt-asgd starts when a loss is above the best of those more than n evaluations before it.", valueName: "n"))
  var averageTrigger = defaults.averaging.trigger

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Stop after so many evaluations without a better one; 0 for never.", valueName: "n"))
  var patience = defaults.patience

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Returns to the last checkpoint, each to half the rate, when a loss is not finite.", valueName: "n"))
  var rollBacks = defaults.rollBacks

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Leave out steps, behind the first 100, whose gradient is x times as long as those before it; 0 takes all.",
      valueName: "x"))
  var spikeGuard = defaults.spikeGuard

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Steps between evaluations; 0 for an epoch (default: an epoch, 1000 at most).", valueName: "n"))
  var evaluateEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Steps between checkpoints (default: with every evaluation).", valueName: "n"))
  var checkpointEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Shards of a batch, whose gradients are added in turn (default: 1; one for each process of mpirun).",
      valueName: "n"))
  var shards: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("Where initial values and dropout come from.", valueName: "n"))
  var seed = defaults.seed

  /// What was chosen, by the names of options, whatever numbers go with it.
  var choices: [String: String] {
    ["optimizer": optimizer.rawValue, "schedule": schedule.rawValue, "average": average.rawValue]
  }

  /// The configuration that the options say.
  func configuration(_ model: ModelOptions) -> TrainingConfiguration {
    var configuration = TrainingConfiguration()
    configuration.batch = batch
    configuration.window = window
    configuration.variesWindow = varyWindow
    configuration.shiftsLanes = shiftLanes
    configuration.accumulation = accumulate
    configuration.shards = shards
    configuration.freshStart = freshStart
    configuration.optimizer = OptimizerConfiguration(
      optimizer, momentum: momentum, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay, clip: clip)
    configuration.averaging = AveragingConfiguration(average, decay: averageDecay, trigger: averageTrigger)
    configuration.schedule = ScheduleConfiguration(
      schedule, warmup: warmup, decay: decay, decayAfter: decayAfter, decayEvery: decayEvery, floor: floor)
    configuration.initialization = Initialization(
      forgetBias: model.forgetBias, range: model.initRange, unigramBias: model.unigramBias)
    configuration.seed = seed
    configuration.limits = TrainingLimits(epochs: epochs, steps: maxSteps, seconds: maxSeconds)
    configuration.evaluateEvery = evaluateEvery
    configuration.checkpointEvery = checkpointEvery
    configuration.rollBacks = rollBacks
    configuration.spikeGuard = spikeGuard
    configuration.patience = patience
    return configuration
  }
}
