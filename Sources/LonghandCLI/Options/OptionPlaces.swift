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

  /// A message with the places of the options that it names; as it is where there are none.
  func located(_ message: String) -> String {
    var named = Self.openings.filter { message.hasPrefix($0.words) }.map(\.option)
    let words = message.split { !$0.isLetter && !$0.isNumber && $0 != "-" }
    for (number, word) in words.enumerated() {
      // Many an option is a word of its own, but for those with a hyphen.
      if word.hasPrefix("--") {
        named.append(String(word.dropFirst(2)))
      } else if number == 0 || word.contains("-") {
        named.append(String(word))
      }
    }
    var found: [String] = []
    for place in named.compactMap({ places[$0] }) where !found.contains(place) { found.append(place) }
    return found.isEmpty ? message : "\(found.joined(separator: " and ")): \(message)"
  }
}
