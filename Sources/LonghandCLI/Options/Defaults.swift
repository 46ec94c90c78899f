import ArgumentParser

extension ParsableArguments {
  /// Whether every option is at its default, as far as it is shown.
  var areDefault: Bool { changedOptions.isEmpty }

  /// The options that are not at their defaults, as they are typed: --weight-decay.
  var changedOptions: [String] {
    guard let defaults = try? Self.parse([]) else { return [] }
    return zip(Mirror(reflecting: defaults).children, Mirror(reflecting: self).children).flatMap { before, now in
      if let group = now.value as? any GroupOfOptions { return group.changedOptions }
      return String(reflecting: before.value) == String(reflecting: now.value) ? [] : [optionName(now.label ?? "")]
    }
  }
}

/// Options that a command has together, whatever they are.
private protocol GroupOfOptions {
  var changedOptions: [String] { get }
}

extension OptionGroup: GroupOfOptions {
  fileprivate var changedOptions: [String] { wrappedValue.changedOptions }
}

/// The option of a property: --weight-decay of _weightDecay.
private func optionName(_ property: String) -> String {
  property.drop { $0 == "_" }.reduce(into: "--") { name, letter in
    name += letter.isUppercase ? "-" + letter.lowercased() : String(letter)
  }
}
