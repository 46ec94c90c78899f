import ArgumentParser
import Longhand
import TOMLKit

/// Options in a file: every key of the TOML file is an option of the command line without its dashes.
///
///     hidden = 512
///     learning-rate = 0.004
///     peepholes = true
///     valid = ["a.txt", "b.txt"]
///     softmax-cutoffs = [2000, 10000]
///
/// They are read as if they stood before the options that were typed, so what was typed wins, and so does a later file.
/// Each is first parsed alone, by the parser of the command line itself, so that what is wrong with it is told with its
/// place in the file; what is refused later in a message that names options is told with their places by `OptionPlaces`.
enum ConfigurationFile {
  /// A key of a file, the options that it stands for, and where it stands.
  private struct Entry {
    let key: String
    let options: [String]
    let place: String
  }

  /// What an option takes the place of when it comes later, besides itself and what its value leaves without an effect:
  /// others that would add to it or exclude it.
  private static let replaced = [
    "valid": ["valid-fraction", "test-fraction"], "test": ["test-fraction"], "valid-fraction": ["valid", "test"],
    "test-fraction": ["test"], "hidden": ["parameters"], "parameters": ["hidden"],
    "documents": ["document-separator"], "document-separator": ["documents"], "lowercase": ["casefold"],
    "casefold": ["lowercase"],
  ]

  /// Flags that are off unless they are given, and have no `--no-`.
  private static let plainFlags = ["find-rate", "json", "plan", "quiet", "resume"]

  /// Options that go with others, without which they are refused whatever their value.
  private static let partners = ["test": ["--valid=text"], "keep-vocabulary": ["--from=model"]]

  /// Puts the options of `--config FILE` in its place, and says where those stand that nothing later takes the place of.
  static func expand(_ arguments: [String]) throws -> (arguments: [String], places: OptionPlaces) {
    guard arguments.first == "train" else { return (arguments, OptionPlaces()) }
    var entries: [Entry] = []
    var typed: [String] = []
    func add(_ path: String) throws {
      let file = try read(path)
      entries = without(entries, whatIsReplacedBy: values(of: file.flatMap(\.options))) + file
    }
    var index = 1
    while index < arguments.count {
      let argument = arguments[index]
      if argument == "--" {
        break
      } else if argument == "--config", index + 1 < arguments.count {
        try add(arguments[index + 1])
        index += 1
      } else if argument.hasPrefix("--config=") {
        try add(String(argument.dropFirst("--config=".count)))
      } else {
        typed.append(argument)
      }
      index += 1
    }
    entries = without(entries, whatIsReplacedBy: values(of: typed))
    typed += arguments[index...]
    let places = Dictionary(entries.map { ($0.key, $0.place) }, uniquingKeysWith: { _, later in later })
    return (["train"] + entries.flatMap(\.options) + typed, OptionPlaces(places: places))
  }

  /// Entries without those that options which come later take the place of.
  private static func without(_ entries: [Entry], whatIsReplacedBy later: [String: String]) -> [Entry] {
    var gone = Set(
      later.flatMap { name, value in [name] + (replaced[name] ?? []) + ChoiceNumbers.idle(with: name, value) })
    // What is turned off now may have been turned on.
    gone.formUnion(later.keys.filter { $0.hasPrefix("no-") }.map { String($0.dropFirst("no-".count)) })
    // The two places that a dropout without a place is for.
    if later["layer-dropout"] != nil && later["output-dropout"] != nil { gone.insert("dropout") }
    return entries.filter { !gone.contains($0.key) }
  }

  /// What options say, by their names without the dashes: what stands behind a = or in the next argument.
  private static func values(of arguments: [String]) -> [String: String] {
    var values: [String: String] = [:]
    for (argument, next) in zip(arguments, arguments.dropFirst() + [""]) where argument.hasPrefix("--") {
      let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      values[String(parts[0])] = parts.count > 1 ? String(parts[1]) : next
    }
    return values
  }

  private static func read(_ path: String) throws -> [Entry] {
    if path.isEmpty { throw DataError(.usage, "--config has no name; see whether a variable of the shell is empty") }
    let bytes = unsafe try MappedFile(path: path).withUnsafeBytes { unsafe Array($0) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw DataError(.data, "\(DataError.shown(path)) is not UTF-8; save it again as UTF-8")
    }
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      let place = error.source.begin
      throw DataError(
        .data, "\(DataError.shown(path)), line \(place.line), column \(place.column): \(error.description)")
    }
    return try table.keys.sorted().map { key in
      let place = "\(DataError.shown(path)), \(place(of: key, in: text))"
      let options = try options(key, table[key], place)
      do {
        let text = options == ["--resume"] ? [] : ["text"]
        _ = try TrainCommand.parse(text + ["--run=run"] + (partners[key] ?? []) + options)
      } catch {
        throw DataError(.usage, "\(place): \(message(error, key))")
      }
      return Entry(key: key, options: options, place: place)
    }
  }

  /// What is wrong with a key or its value, in the words of a file.
  private static func message(_ error: any Error, _ key: String) -> String {
    // --help and the like end well; in a file they are no options.
    if TrainCommand.exitCode(for: error).isSuccess { return "Unknown option '--\(key)'" }
    let message = TrainCommand.message(for: error)
    if message.hasPrefix("Missing value for '--\(key)") { return "\(key) is neither on nor off; give it a value" }
    let isFlag = message.hasPrefix("The option '--\(key)' does not take any value")
    return isFlag ? "\(key) is turned on or off; give it true or false, without quotation marks" : message
  }

  /// The options that a key and its value stand for.
  private static func options(
    _ key: String, _ value: (any TOMLValueConvertible)?, _ place: String
  ) throws -> [String] {
    if key == "config" {
      throw DataError(.data, "\(place): a configuration cannot name another one; leave config out")
    }
    if key.hasPrefix("no-") {
      throw DataError(.data, "\(place): \(key) is said by \(key.dropFirst("no-".count)) = false")
    }
    if let values = value?.array {
      let numbers = values.compactMap(\.int)
      if !numbers.isEmpty && numbers.count == values.count {
        return ["--\(key)=\(numbers.map(String.init).joined(separator: ","))"]
      }
      return try values.flatMap { try options(key, single: $0, place) }
    }
    return try options(key, single: value, place)
  }

  /// The option that a value which is no list stands for; none where a flag without `--no-` is off.
  private static func options(
    _ key: String, single value: (any TOMLValueConvertible)?, _ place: String
  ) throws -> [String] {
    if let isOn = value?.bool { return isOn ? ["--\(key)"] : plainFlags.contains(key) ? [] : ["--no-\(key)"] }
    if let number = value?.int { return ["--\(key)=\(number)"] }
    if let number = value?.double { return ["--\(key)=\(number)"] }
    if let text = value?.string { return ["--\(key)=\(text)"] }
    throw DataError(
      .data,
      "\(place): \(DataError.shown(key)) is neither a number, a text, true or false, nor a list of them; options stand "
        + "at the top of the file, without tables")
  }

  /// The line and column where a key of the top table stands, which the TOML library does not keep.
  private static func place(of key: String, in text: String) -> String {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (number, line) in lines.enumerated() {
      let indent = line.prefix { $0 == " " || $0 == "\t" }.count
      let rest = line.dropFirst(indent)
      for spelling in [key, "\"\(key)\"", "'\(key)'", "[\(key)]"] where rest.hasPrefix(spelling) {
        let behind = rest.dropFirst(spelling.count).first { $0 != " " && $0 != "\t" }
        if spelling.hasPrefix("[") || behind == "=" || behind == "." {
          return "line \(number + 1), column \(indent + 1)"
        }
      }
    }
    return "key \(DataError.shown(key))"
  }
}
