import ArgumentParser
import Synchronization

extension ParsableArguments {
  /// The options that were typed, or stand in a file of `--config`, whatever they say.
  var givenOptions: [String] { options { name, isChanged in isChanged || GivenOptions.names.contains(name) } }

  /// The options that are not at their defaults, as they are typed: --weight-decay.
  var changedOptions: [String] { options { _, isChanged in isChanged } }

  fileprivate func options(where isMeant: (_ name: String, _ isChanged: Bool) -> Bool) -> [String] {
    guard let defaults = try? Self.parse([]) else { return [] }
    return zip(Mirror(reflecting: defaults).children, Mirror(reflecting: self).children).flatMap { before, now in
      if let group = now.value as? any GroupOfOptions { return group.options(where: isMeant) }
      let name = optionName(now.label ?? "")
      return isMeant(name, String(reflecting: before.value) != String(reflecting: now.value)) ? [name] : []
    }
  }
}

/// What the command line of this process says, files of `--config` included.
enum GivenOptions {
  private static let noted = Mutex<Set<String>>([])

  /// The names of its options, a flag that is turned off by that of the flag.
  static var names: Set<String> { noted.withLock { $0 } }

  /// Takes note of the arguments that are going to be parsed.
  static func note(_ arguments: [String]) {
    let options = arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }.map { $0.prefix { $0 != "=" } }
    let names = Set(options.map { $0.hasPrefix("--no-") ? "--" + $0.dropFirst("--no-".count) : String($0) })
    noted.withLock { $0 = names }
  }
}

/// Options that a command has together, whatever they are.
private protocol GroupOfOptions {
  func options(where isMeant: (_ name: String, _ isChanged: Bool) -> Bool) -> [String]
}

extension OptionGroup: GroupOfOptions {
  fileprivate func options(where isMeant: (_ name: String, _ isChanged: Bool) -> Bool) -> [String] {
    wrappedValue.options(where: isMeant)
  }
}

/// The option of a property: --weight-decay of _weightDecay.
private func optionName(_ property: String) -> String {
  property.drop { $0 == "_" }.reduce(into: "--") { name, letter in
    name += letter.isUppercase ? "-" + letter.lowercased() : String(letter)
  }
}
