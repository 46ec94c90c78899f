/// Where options stand that files of `--config` say; those that were typed stand nowhere.
struct OptionPlaces {
  /// The file, line and column, by the option's name without dashes.
  var places: [String: String] = [:]

  /// How messages begin that call an option by another name.
  private static let openings: [(words: String, option: String)] = [
    ("the number of layers is", "layers"), ("the hidden size is", "hidden"), ("the embedding size is", "embedding"),
    ("the cut-offs of the adaptive softmax", "softmax-cutoffs"),
    ("the last cut-off of the adaptive softmax", "softmax-cutoffs"),
    ("the divisor of the adaptive softmax", "softmax-divisor"), ("a minimum count of", "min-count"),
    ("a vocabulary of at most", "max-size"), ("a locale (", "locale"),
  ]

  /// A message with the place of the option that it begins with; as it is where there is none.
  func located(_ message: String) -> String {
    let first = message.prefix { $0 != " " }
    let option =
      Self.openings.first { message.hasPrefix($0.words) }?.option
      ?? String(first.hasPrefix("--") ? first.dropFirst(2) : first)
    return places[option].map { "\($0): \(message)" } ?? message
  }
}
