import Longhand
import TOMLKit

/// Options in a file: every key of the TOML file is an option of the command line without its dashes.
///
///     hidden = 512
///     learning-rate = 0.004
///     peepholes = true
///
/// They are read as if they stood before the options that were typed, so what was typed wins.
enum ConfigurationFile {
  /// Puts the options of `--config FILE` in its place.
  static func expand(_ arguments: [String]) throws -> [String] {
    guard arguments.first == "train" else { return arguments }
    var rest: [String] = []
    var options: [String] = []
    var index = 1
    while index < arguments.count {
      let argument = arguments[index]
      if argument == "--" {
        rest += arguments[index...]
        break
      } else if argument == "--config", index + 1 < arguments.count {
        options += try read(arguments[index + 1])
        index += 1
      } else if argument.hasPrefix("--config=") {
        options += try read(String(argument.dropFirst("--config=".count)))
      } else {
        rest.append(argument)
      }
      index += 1
    }
    return ["train"] + options + rest
  }

  private static func read(_ path: String) throws -> [String] {
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
    return try table.keys.sorted().flatMap { try option($0, table[$0], path) }
  }

  private static func option(_ key: String, _ value: (any TOMLValueConvertible)?, _ path: String) throws -> [String] {
    if key == "config" {
      throw DataError(.data, "\(DataError.shown(path)): a configuration cannot name another one; leave config out")
    }
    if let flag = value?.bool { return [flag ? "--\(key)" : "--no-\(key)"] }
    if let number = value?.int { return ["--\(key)=\(number)"] }
    if let number = value?.double { return ["--\(key)=\(number)"] }
    if let text = value?.string { return ["--\(key)=\(text)"] }
    throw DataError(
      .data,
      "\(DataError.shown(path)): \(DataError.shown(key)) is neither a number, a text nor true or false; "
        + "give every option one value")
  }
}
