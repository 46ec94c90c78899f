import ArgumentParser

extension ParsableArguments {
  /// Whether every option is at its default, as far as it is shown.
  var areDefault: Bool {
    guard let defaults = try? Self.parse([]) else { return false }
    return String(reflecting: defaults) == String(reflecting: self)
  }
}
