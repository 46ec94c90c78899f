import Compute
import DataFiles
import LanguageModeling
import Testing

@testable import Training

struct TrainingConfigurationTests {
  private static func changed(_ change: (inout TrainingConfiguration) -> Void) -> TrainingConfiguration {
    var configuration = TrainingConfiguration()
    configuration.limits.epochs = 1
    change(&configuration)
    return configuration
  }

  static let refusals: [(TrainingConfiguration, String)] = [
    (changed { $0.batch = 0 }, "batch is 0; it must be from 1 to 65536"),
    (changed { $0.window = 65_537 }, "window is 65537; it must be from 1 to 65536"),
    (changed { $0.shards = 65 }, "shards is 65; it must be from 1 to 32"),
    (changed { $0.shards = 0 }, "shards is 0; it must be from 1 to 32"),
    (changed { $0.softmaxSamples = 0 }, "softmax-samples is 0; it must be from 1 to 4194304"),
    (changed { $0.freshStart = 1.5 }, "fresh-start is 1.5; it must be from 0.0 to 1.0"),
    (changed { $0.dropout = 1 }, "dropout is 1.0; it must be from 0.0 to 0.99"),
    (changed { $0.dropout = -0.1 }, "dropout is -0.1; it must be from 0.0 to 0.99"),
    (changed { $0.dropout = .nan }, "dropout is nan; it must be from 0.0 to 0.99"),
    (changed { $0.layerDropout = 1 }, "layer-dropout is 1.0; it must be from 0.0 to 0.99"),
    (changed { $0.outputDropout = -1 }, "output-dropout is -1.0; it must be from 0.0 to 0.99"),
    (changed { $0.inputDropout = 2 }, "input-dropout is 2.0; it must be from 0.0 to 0.99"),
    (changed { $0.embeddingDropout = .nan }, "embedding-dropout is nan; it must be from 0.0 to 0.99"),
    (changed { $0.weightDropout = 1 }, "weight-dropout is 1.0; it must be from 0.0 to 0.99"),
    (changed { $0.stateDropout = -1 }, "state-dropout is -1.0; it must be from 0.0 to 0.99"),
    (changed { $0.activationPenalty = -1 }, "activation-penalty is -1.0; it must be from 0.0 to 1000.0"),
    (changed { $0.temporalPenalty = .infinity }, "temporal-penalty is inf; it must be from 0.0 to 1000.0"),
    (changed { $0.optimizer.learningRate = 0 }, "learning-rate is 0.0; it must be from 1e-12 to 1000.0"),
    (changed { $0.optimizer.learningRate = .infinity }, "learning-rate is inf; it must be from 1e-12 to 1000.0"),
    (changed { $0.optimizer.momentum = 1 }, "momentum is 1.0; it must be from 0.0 to 0.9999"),
    (changed { $0.optimizer.beta1 = 1 }, "beta1 is 1.0; it must be from 0.0 to 0.99999"),
    (changed { $0.optimizer.beta2 = 1 }, "beta2 is 1.0; it must be from 0.0 to 0.999999"),
    (changed { $0.optimizer.epsilon = 0 }, "epsilon is 0.0; it must be from 1e-16 to 1.0"),
    (changed { $0.optimizer.weightDecay = -1 }, "weight-decay is -1.0; it must be from 0.0 to 1000.0"),
    (changed { $0.optimizer.clip = -1 }, "clip is -1.0; it must be from 0.0 to 1000000000.0"),
    (changed { $0.schedule.warmup = -1 }, "warmup is -1; it must be from 0 to 1099511627776"),
    (changed { $0.schedule.decay = 0 }, "decay is 0.0; it must be from 1e-06 to 1.0"),
    (changed { $0.schedule.decayAfter = -1 }, "decay-after is -1; it must be from 0 to 1099511627776"),
    (changed { $0.schedule.floor = 2 }, "floor is 2.0; it must be from 0.0 to 1.0"),
    (changed { $0.initialization.forgetBias = 101 }, "forget-bias is 101.0; it must be from -100.0 to 100.0"),
    (changed { $0.rollBacks = -1 }, "roll-backs is -1; it must be from 0 to 1000"),
    (changed { $0.spikeGuard = -1 }, "spike-guard is -1.0; it must be from 0.0 to 1000000000.0"),
    (changed { $0.evaluateEvery = -1 }, "evaluate-every is -1; it must be from 0 to 1099511627776"),
    (changed { $0.checkpointEvery = 0 }, "checkpoint-every is 0; it must be from 1 to 1099511627776"),
    (changed { $0.patience = -1 }, "patience is -1; it must be from 0 to 1099511627776"),
    (changed { $0.accumulation = 0 }, "accumulate is 0; it must be from 1 to 65536"),
    (changed { $0.averaging.decay = 1 }, "average-decay is 1.0; it must be from 0.0 to 0.999999"),
    (changed { $0.averaging.trigger = 0 }, "average-trigger is 0; it must be from 1 to 1099511627776"),
    (changed { $0.initialization.range = -0.1 }, "init-range is -0.1; it must be from 0.0 to 100.0"),
    (changed { $0.logEvery = 0 }, "log-every is 0; it must be from 1 to 1099511627776"),
    (changed { $0.limits.epochs = 0 }, "epochs is 0; it must be from 1 to 1099511627776"),
    (changed { $0.limits.steps = -5 }, "max-steps is -5; it must be from 1 to 1099511627776"),
    (changed { $0.limits.seconds = 0 }, "max-seconds is 0.0; it must be from 0.001 to 1000000000.0"),
    (
      changed { $0.limits = TrainingLimits() }, "a run needs an end: give epochs, steps or seconds"
    ),
  ]

  @Test(arguments: refusals)
  func refuses(configuration: TrainingConfiguration, message: String) {
    let error = #expect(throws: DataError.self) { try configuration.validate() }
    #expect(error?.code == .usage)
    #expect(error?.message == message)
  }

  @Test(
    arguments: [
      changed { _ in }, changed { $0.seed = .max }, changed { $0.limits = TrainingLimits(seconds: 0.5) },
      changed { $0.limits = TrainingLimits(epochs: 1 << 40, steps: 7, seconds: 1e9) },
      changed {
        $0.evaluateEvery = 5; $0.checkpointEvery = 6; $0.patience = 7; $0.logEvery = 8; $0.rollBacks = 9
        $0.spikeGuard = 2.5
      },
      changed { $0.optimizer = OptimizerConfiguration(.sgd, learningRate: 0.1, momentum: 0.9, clip: 0) },
      changed {
        $0.optimizer = OptimizerConfiguration(
          .adam, learningRate: 1.0 / 3, beta1: 0.8, beta2: 0.99, epsilon: 1e-16, weightDecay: 0.01, clip: 5)
      },
      changed {
        $0.layerDropout = 0.1; $0.outputDropout = 0; $0.inputDropout = 0.3; $0.lockedDropout = true
        $0.embeddingDropout = 0.4; $0.weightDropout = 0.5; $0.activationPenalty = 2; $0.temporalPenalty = 1
        $0.stateDropout = 0.6
      },
      changed {
        $0.schedule = ScheduleConfiguration(.step, warmup: 3, decay: 0.97, decayAfter: 4, decayEvery: 2, floor: 0.5)
      },
      changed {
        $0.variesWindow = true; $0.shiftsLanes = true; $0.accumulation = 3; $0.initialization.range = 0.1
        $0.averaging = AveragingConfiguration(.ntASGD, decay: 0.9, trigger: 4)
      },
      changed {
        $0.precision = .bfloat16; $0.schedule.kind = .plateau; $0.initialization.forgetBias = -3; $0.dropout = 0.25;
        $0.batch = 3;
        $0.window = 9
      },
    ] as [TrainingConfiguration])
  func jsonRoundTrip(configuration: TrainingConfiguration) throws {
    let text = configuration.json.serialized()
    var expected = configuration
    expected.shards = configuration.shardCount  // what is stored is resolved
    #expect(try TrainingConfiguration(json: JSONValue(parsing: Array(text.utf8))) == expected)
    #expect(try TrainingConfiguration(json: expected.json).json.serialized() == text)
  }

  @Test func everyMemberIsNeeded() throws {
    let members = try #require(Self.changed { _ in }.json.objectValue)
    #expect(members.count == 46)
    for member in members {
      for other in [[], [JSONValue.Member(member.name, .array([]))]] {
        if other.isEmpty && Self.newer.contains(member.name) { continue }
        let json = JSONValue.object(members.filter { $0.name != member.name } + other)
        let error = #expect(throws: DataError.self) { try TrainingConfiguration(json: json) }
        #expect(error?.code == .data)
        #expect(error?.message.contains("lacks a usable \"\(member.name)\"") == true)
      }
    }
  }

  /// Members that runs of before there was a choice lack.
  static let newer: Set = [
    "precision", "layer_dropout", "output_dropout", "input_dropout", "locked_dropout", "embedding_dropout",
    "weight_dropout", "activation_penalty", "temporal_penalty", "vary_window", "shift_lanes", "accumulate", "average",
    "average_decay", "average_trigger", "init_range", "unigram_bias", "roll_backs", "spike_guard",
  ]

  /// A run of before there was a choice was of single precision, dropped and penalized nothing but outputs, and its
  /// softmax began without a bias.
  @Test func aRunThatDoesNotSayHasWhatThereWas() throws {
    let chosen = Self.changed {
      $0.precision = .bfloat16; $0.dropout = 0.3; $0.layerDropout = 0.1; $0.outputDropout = 0.1; $0.inputDropout = 0.1
      $0.lockedDropout = true; $0.embeddingDropout = 0.1; $0.weightDropout = 0.1; $0.activationPenalty = 1
      $0.temporalPenalty = 1; $0.variesWindow = true; $0.shiftsLanes = true; $0.accumulation = 3
      $0.averaging = AveragingConfiguration(.ema, decay: 0.5, trigger: 9); $0.initialization.range = 0.1
    }
    let members = try #require(chosen.json.objectValue)
    let old = try TrainingConfiguration(
      json: JSONValue.object(members.filter { !Self.newer.contains($0.name) }))
    let expected = Self.changed {
      $0.dropout = 0.3; $0.initialization.unigramBias = false
    }
    #expect(old == (try TrainingConfiguration(json: expected.json)))
    #expect(old.regularization == Regularization(layerDropout: 0.3, outputDropout: 0.3))
  }

  @Test(
    arguments: [
      (TrainingLimits(steps: 10), 5, 0.05, 0.0, 0.5), (TrainingLimits(epochs: 2), 5, 0.5, 0, 0.25),
      (TrainingLimits(seconds: 4), 5, 0.5, 1, 0.25),
      (TrainingLimits(epochs: 2, steps: 10, seconds: 4), 5, 0.5, 3, 0.75),
      (TrainingLimits(steps: 10), 12, 0.12, 0, 1),
    ])
  func progress(limits: TrainingLimits, step: Int, epochs: Double, seconds: Double, share: Double) {
    #expect(limits.progress(step: step, epochs: epochs, seconds: seconds) == share)
  }
}
