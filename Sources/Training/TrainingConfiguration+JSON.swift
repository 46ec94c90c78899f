internal import Compute
public import DataFiles
internal import LanguageModeling

// The configuration as a run stores it, with the values that were in force; null is what follows other options, or nothing.

extension TrainingConfiguration {
  /// Every option by its name; `state_dropout`, `decay_every` and `softmax_samples` only where they are used.
  public var json: JSONValue {
    // What came later is said where it is used alone, so that other runs have the bytes they had.
    var later: [JSONValue.Member] = []
    if stateDropout > 0 { later.append(.init("state_dropout", .number(stateDropout))) }
    if schedule.decayEvery != 1 { later.append(.init("decay_every", .integer(schedule.decayEvery))) }
    if let softmaxSamples { later.append(.init("softmax_samples", .integer(softmaxSamples))) }
    return .object(
      [
        .init("batch", .integer(batch)), .init("window", .integer(window)), .init("vary_window", .bool(variesWindow)),
        .init("shift_lanes", .bool(shiftsLanes)), .init("accumulate", .integer(accumulation)),
        .init("shards", .integer(shardCount)),
        .init("precision", .string(precision.rawValue)),
        .init("dropout", .number(dropout)), .init("layer_dropout", layerDropout.map { .number($0) } ?? .null),
        .init("output_dropout", outputDropout.map { .number($0) } ?? .null),
        .init("input_dropout", .number(inputDropout)), .init("locked_dropout", .bool(lockedDropout)),
        .init("embedding_dropout", .number(embeddingDropout)), .init("weight_dropout", .number(weightDropout)),
        .init("activation_penalty", .number(activationPenalty)), .init("temporal_penalty", .number(temporalPenalty)),
        .init("fresh_start", .number(freshStart)),
        .init("optimizer", .string(optimizer.kind.rawValue)),
        .init("learning_rate", .number(optimizer.learningRate)), .init("momentum", .number(optimizer.momentum)),
        .init("beta1", .number(optimizer.beta1)), .init("beta2", .number(optimizer.beta2)),
        .init("epsilon", .number(optimizer.epsilon)), .init("weight_decay", .number(optimizer.weightDecay)),
        .init("clip", .number(optimizer.clip)), .init("schedule", .string(schedule.kind.rawValue)),
        .init("warmup", .integer(schedule.warmup)), .init("decay", .number(schedule.decay)),
        .init("decay_after", .integer(schedule.decayAfter)), .init("floor", .number(schedule.floor)),
        .init("average", .string(averaging.kind.rawValue)), .init("average_decay", .number(averaging.decay)),
        .init("average_trigger", .integer(averaging.trigger)),
        .init("forget_bias", .number(initialization.forgetBias)),
        .init("init_range", initialization.range.map { .number($0) } ?? .null),
        .init("unigram_bias", .bool(initialization.unigramBias)), .init("seed", .string(String(seed))),
        .init("epochs", limits.epochs.map { .integer($0) } ?? .null),
        .init("max_steps", limits.steps.map { .integer($0) } ?? .null),
        .init("max_seconds", limits.seconds.map { .number($0) } ?? .null),
        .init("evaluate_every", evaluateEvery.map { .integer($0) } ?? .null),
        .init("roll_backs", .integer(rollBacks)), .init("spike_guard", .number(spikeGuard)),
        .init("patience", .integer(patience)), .init("log_every", .integer(logEvery)),
        .init("checkpoint_every", checkpointEvery.map { .integer($0) } ?? .null),
      ] + later)
  }

  /// Reads what `json` wrote.
  ///
  /// - Throws: `DataError` that names the option that is missing, of another kind or out of range.
  public init(json: JSONValue) throws(DataError) {
    let reader = OptionReader(json: json)
    batch = try reader.value("batch", \.intValue)
    window = try reader.value("window", \.intValue)
    shards = try reader.value("shards", \.intValue)
    variesWindow = try reader.newer("vary_window", \.boolValue) ?? false
    shiftsLanes = try reader.newer("shift_lanes", \.boolValue) ?? false
    accumulation = try reader.newer("accumulate", \.intValue) ?? 1
    averaging = AveragingConfiguration(
      try reader.newer("average") { $0.stringValue.flatMap(AveragingKind.init) } ?? .none,
      decay: try reader.newer("average_decay", \.doubleValue) ?? averaging.decay,
      trigger: try reader.newer("average_trigger", \.intValue) ?? averaging.trigger)
    precision = try reader.newer("precision") { $0.stringValue.flatMap(Precision.init) } ?? .float32
    dropout = try reader.value("dropout", \.doubleValue)
    layerDropout = try reader.newer("layer_dropout", \.doubleValue)
    outputDropout = try reader.newer("output_dropout", \.doubleValue)
    inputDropout = try reader.newer("input_dropout", \.doubleValue) ?? 0
    lockedDropout = try reader.newer("locked_dropout", \.boolValue) ?? false
    embeddingDropout = try reader.newer("embedding_dropout", \.doubleValue) ?? 0
    weightDropout = try reader.newer("weight_dropout", \.doubleValue) ?? 0
    stateDropout = try reader.newer("state_dropout", \.doubleValue) ?? 0
    activationPenalty = try reader.newer("activation_penalty", \.doubleValue) ?? 0
    temporalPenalty = try reader.newer("temporal_penalty", \.doubleValue) ?? 0
    softmaxSamples = try reader.newer("softmax_samples", \.intValue)
    freshStart = try reader.value("fresh_start", \.doubleValue)
    optimizer = OptimizerConfiguration(
      try reader.value("optimizer") { $0.stringValue.flatMap(OptimizerKind.init) },
      learningRate: try reader.value("learning_rate", \.doubleValue),
      momentum: try reader.value("momentum", \.doubleValue), beta1: try reader.value("beta1", \.doubleValue),
      beta2: try reader.value("beta2", \.doubleValue), epsilon: try reader.value("epsilon", \.doubleValue),
      weightDecay: try reader.value("weight_decay", \.doubleValue), clip: try reader.value("clip", \.doubleValue))
    schedule = ScheduleConfiguration(
      try reader.value("schedule") { $0.stringValue.flatMap(LearningRateSchedule.init) },
      warmup: try reader.value("warmup", \.intValue), decay: try reader.value("decay", \.doubleValue),
      decayAfter: try reader.value("decay_after", \.intValue),
      decayEvery: try reader.newer("decay_every", \.intValue) ?? 1, floor: try reader.value("floor", \.doubleValue))
    initialization = Initialization(
      forgetBias: try reader.value("forget_bias", \.doubleValue),
      range: try reader.newer("init_range", \.doubleValue),
      unigramBias: try reader.newer("unigram_bias", \.boolValue) ?? false)
    seed = try reader.value("seed") { $0.stringValue.flatMap { UInt64($0) } }
    limits = TrainingLimits(
      epochs: try reader.optional("epochs", \.intValue), steps: try reader.optional("max_steps", \.intValue),
      seconds: try reader.optional("max_seconds", \.doubleValue))
    evaluateEvery = try reader.optional("evaluate_every", \.intValue)
    rollBacks = try reader.newer("roll_backs", \.intValue) ?? rollBacks
    spikeGuard = try reader.newer("spike_guard", \.doubleValue) ?? spikeGuard
    patience = try reader.value("patience", \.intValue)
    logEvery = try reader.value("log_every", \.intValue)
    checkpointEvery = try reader.optional("checkpoint_every", \.intValue)
    try validate()
  }
}

/// Reads the members of a JSON object that a run stored.
struct OptionReader {
  let json: JSONValue

  func value<T>(_ name: String, _ read: (JSONValue) -> T?) throws(DataError) -> T {
    guard let value = json[name].flatMap(read) else {
      throw DataError(.data, "a stored run lacks a usable \"\(name)\"; it is damaged or of another version")
    }
    return value
  }

  /// What runs of before there was a choice do not say.
  func newer<T>(_ name: String, _ read: (JSONValue) -> T?) throws(DataError) -> T? {
    json[name] == nil ? nil : try optional(name, read)
  }

  func optional<T>(_ name: String, _ read: (JSONValue) -> T?) throws(DataError) -> T? {
    json[name] == .null ? nil : try value(name, read)
  }
}
