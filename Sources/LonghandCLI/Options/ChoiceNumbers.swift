import Longhand

/// Options that only some values of another option use.
enum ChoiceNumbers {
  /// The option, the choice that decides, and its values that use the option, all by their names without dashes.
  static let users: [(option: String, choice: String, values: [String])] = [
    ("momentum", "optimizer", ["sgd"]), ("beta1", "optimizer", ["adam", "adamw"]),
    ("beta2", "optimizer", ["rmsprop", "adam", "adamw"]), ("epsilon", "optimizer", ["rmsprop", "adam", "adamw"]),
    ("warmup", "schedule", ["constant", "step", "cosine", "linear", "one-cycle", "plateau"]),
    ("decay", "schedule", ["step", "plateau"]), ("decay-after", "schedule", ["step"]),
    ("decay-every", "schedule", ["step"]), ("floor", "schedule", ["cosine", "linear", "one-cycle", "range-test"]),
    ("average-decay", "average", ["ema"]), ("average-trigger", "average", ["nt-asgd"]),
    ("softmax-cutoffs", "softmax", ["adaptive"]), ("softmax-divisor", "softmax", ["adaptive"]),
    ("softmax-samples", "softmax", ["sampled"]),
    ("forget-bias", "cell", ["lstm"]), ("projection", "cell", ["lstm"]), ("layer-norm", "cell", ["lstm"]),
    ("input-gate", "cell", ["lstm"]), ("mogrifier-rounds", "cell", ["lstm"]), ("mogrifier-rank", "cell", ["lstm"]),
    ("zoneout-cell", "cell", ["lstm"]), ("peepholes", "cell", ["lstm"]),
    ("locale", "level", ["word"]), ("min-count", "level", ["character", "grapheme", "word", "whitespace", "bpe"]),
    ("max-size", "level", ["character", "grapheme", "word", "whitespace", "bpe"]),
  ]

  /// Values of an option that leave another one without an effect.
  private static let spares: [(option: String, choice: String, value: String)] = [
    ("layer-dropout", "layers", "1"), ("mogrifier-rank", "mogrifier-rounds", "0"),
  ]

  /// The options that a choice leaves without an effect.
  static func idle(with choice: String, _ value: String) -> [String] {
    users.filter { $0.choice == choice && !$0.values.contains(value) }.map(\.option)
      + spares.filter { $0.choice == choice && $0.value == value }.map(\.option)
  }

  /// Refuses options that were changed and that what was chosen leaves without an effect.
  static func refuseIdle(_ changed: [String], with chosen: [String: String]) throws(DataError) {
    for use in users where changed.contains("--\(use.option)") {
      guard let value = chosen[use.choice], !use.values.contains(value) else { continue }
      let values = [use.values.dropLast().joined(separator: ", "), use.values.suffix(1).joined()]
      throw DataError(
        .usage,
        "--\(use.option) goes with --\(use.choice) \(values.filter { !$0.isEmpty }.joined(separator: " or ")); leave it out"
      )
    }
  }
}
