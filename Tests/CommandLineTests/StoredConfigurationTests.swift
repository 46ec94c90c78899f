import DataFiles
import ScratchFiles
import Testing

/// What options say is what a run is made of, and keeps in its configuration.json.
@Suite struct StoredConfigurationTests {
  /// Files that together say every option of a model and of its training, each with a value that is not its default.
  ///
  /// No two options of a file have one value, and no two flags stand in the same files, so that none can be taken for
  /// another.
  private static let files = [
    """
    layers = 2
    hidden = 12
    embedding = 6
    peepholes = true
    projection = 7
    input-gate = "capped"
    mogrifier-rounds = 3
    mogrifier-rank = 4
    tie = true
    forget-bias = 1.75
    layer-dropout = 0.11
    output-dropout = 0.12
    input-dropout = 0.13
    locked-dropout = true
    embedding-dropout = 0.14
    weight-dropout = 0.15
    state-dropout = 0.16
    zoneout-cell = 0.17
    zoneout-hidden = 0.18
    activation-penalty = 2.5
    temporal-penalty = 1.5
    batch = 11
    window = 5
    vary-window = true
    accumulate = 8
    fresh-start = 0.25
    epochs = 9
    max-steps = 13
    max-seconds = 900.5
    optimizer = "adam"
    learning-rate = 0.003
    weight-decay = 0.002
    beta1 = 0.8
    beta2 = 0.95
    epsilon = 1e-6
    clip = 0.75
    schedule = "step"
    warmup = 14
    decay = 0.6
    decay-after = 15
    decay-every = 16
    average = "ema"
    average-decay = 0.97
    patience = 17
    roll-backs = 18
    spike-guard = 6.5
    evaluate-every = 19
    checkpoint-every = 20
    shards = 10
    seed = "22"
    """,
    """
    cell = "gru"
    hidden = 12
    embedding = 6
    init-range = 0.125
    unigram-bias = false
    softmax = "sampled"
    softmax-samples = 7
    dropout = 0.25
    batch = 3
    window = 5
    shift-lanes = true
    max-steps = 2
    optimizer = "sgd"
    learning-rate = 0.5
    momentum = 0.9
    weight-decay = 0.01
    schedule = "linear"
    warmup = 4
    floor = 0.05
    average = "nt-asgd"
    average-trigger = 8
    """,
    """
    cell = "rnn"
    hidden = 12
    embedding = 6
    softmax = "adaptive"
    softmax-cutoffs = [4, 13]
    softmax-divisor = 2
    batch = 3
    window = 5
    vary-window = true
    max-steps = 7
    optimizer = "rmsprop"
    beta2 = 0.9
    epsilon = 1e-5
    schedule = "one-cycle"
    floor = 0.2
    average = "two-tailed"
    find-temperature = true
    """,
    """
    hidden = 12
    embedding = 6
    layer-norm = true
    input-gate = "coupled"
    batch = 3
    window = 5
    shift-lanes = true
    max-steps = 2
    schedule = "plateau"
    decay = 0.7
    """,
    """
    hidden = 12
    embedding = 6
    locked-dropout = true
    batch = 3
    window = 5
    max-steps = 2
    schedule = "range-test"
    floor = 0.5
    """,
    """
    hidden = 12
    embedding = 6
    tie = true
    unigram-bias = false
    batch = 3
    window = 5
    max-steps = 2
    schedule = "constant"
    warmup = 8
    """,
  ]

  /// Options that no file says: of the text and its parts, of what is done and shown, --parameters, of which the units
  /// come, and --precision, since the one in force is the machine's.
  private static let others = """
    level normalize lowercase casefold line-endings unknown documents document-separator locale lossless min-count max-size \
    valid test valid-fraction test-fraction from keep-vocabulary vocab invalid run resume plan find-rate config threads json \
    version parameters precision
    """

  /// Where the value of an option is kept that has no member of its own name beside those of the training; nil is nowhere.
  private static let places: [String: String?] = [
    "hidden": "model/hidden_size", "embedding": "model/embedding_size", "layers": "model/layers", "tie": "model/tied",
    "cell": "model/cell", "peepholes": "model/peepholes", "projection": "model/projection",
    "layer-norm": "model/layer_norm", "input-gate": "model/input_gate", "mogrifier-rounds": "model/mogrifier_rounds",
    "mogrifier-rank": "model/mogrifier_rank", "zoneout-cell": "model/zoneout_cell",
    "zoneout-hidden": "model/zoneout_hidden", "softmax-cutoffs": "model/softmax_cutoffs",
    "softmax-divisor": "model/softmax_divisor", "find-temperature": "find_temperature", "softmax": nil,
  ]

  /// What a run without options keeps.
  private static let plain = Task { try await stored("max-steps = 1") }

  /// What a run with the options of a file keeps, by the places of its members, such as training/batch.
  private static func stored(_ toml: String) async throws -> [String: JSONValue] {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    try command.write(toml + "\n", to: "c.toml")
    let outcome = try await command.run(["train", "birds.txt", "--run", "r", "--config", "c.toml", "-q"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let configuration = try JSONValue(parsing: command.directory.read("r/configuration.json"))
    var members: [String: JSONValue] = [:]
    for group in ["model", "training"] {
      for member in configuration[group]?.objectValue ?? [] { members["\(group)/\(member.name)"] = member.value }
    }
    members["find_temperature"] = configuration["find_temperature"]
    return members
  }

  /// The options of a file, each of whose values is one of JSON, too.
  private static func options(_ toml: String) throws -> [(name: String, value: JSONValue)] {
    try toml.split(separator: "\n").map { line in
      let parts = line.split(separator: " = ", maxSplits: 1)
      try #require(parts.count == 2, "\(line)")
      return (String(parts[0]), try JSONValue(parsing: Array(parts[1].utf8)))
    }
  }

  @Test("Every option reaches its member, and no other one", arguments: files.indices)
  func members(_ file: Int) async throws {
    let (plain, stored) = (try await Self.plain.value, try await Self.stored(Self.files[file]))
    let options = try Self.options(Self.files[file])
    var expected = plain
    for (name, value) in options {
      let usual = "training/" + name.replacing("-", with: "_")
      guard let place = Self.places[name, default: usual] else { continue }
      #expect(plain[place] != value, "\(name) says its default, which shows nothing")
      expected[place] = value
    }
    let values = options.filter { $0.value.boolValue == nil }.map { $0.value.serialized() }
    #expect(Set(values).count == values.count, "two options of a file have one value")
    for place in Set(expected.keys).union(stored.keys).sorted() {
      #expect(stored[place] == expected[place], "\(place)")
    }
  }

  @Test("Every option of the help is in one of the files, or among the others")
  func everyOption() async throws {
    let help = try await Command().run(["train", "--help"])
    let lines = help.text.split(separator: "\n").filter { $0.hasPrefix("  --") }
    let names = Set(lines.map { line in String(line.dropFirst(4).prefix { $0 == "-" || $0.isLetter || $0.isNumber }) })
    let said = Set(try Self.files.flatMap { try Self.options($0).map(\.name) })
    let others = Set(Self.others.split(separator: " ").map(String.init))
    #expect(names.count > 80, "the help has another form than this test reads: \(help.text)")
    #expect(said.isDisjoint(with: others))
    let missing = names.subtracting(said).subtracting(others).sorted()
    #expect(missing.isEmpty, "\(missing): add them to the files of this test, with values that are not their defaults")
    let unknown = said.union(others).subtracting(names).sorted()
    #expect(unknown.isEmpty, "\(unknown): the help lacks them; take them out of this test")
  }
}
