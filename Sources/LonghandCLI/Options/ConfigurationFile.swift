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
/// They are read as if they stood before the options that were typed, so what was typed wins. Each is first parsed
/// alone, by the parser of the command line itself, so that what is wrong with it is told with its place in the file.
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
    return try table.keys.sorted().flatMap { key in
      let place = "\(DataError.shown(path)), \(place(of: key, in: text))"
      let options = try options(key, table[key], place)
      do {
        // A corpus, a run and a validation text, without which some options are refused whatever their value.
        _ = try TrainCommand.parse(["text", "--run=run", "--valid=text"] + options)
      } catch {
        throw DataError(.usage, "\(place): \(TrainCommand.message(for: error))")
      }
      return options
    }
  }

  /// The options that a key and its value stand for.
  private static func options(
    _ key: String, _ value: (any TOMLValueConvertible)?, _ place: String
  ) throws -> [String] {
    if key == "config" {
      throw DataError(.data, "\(place): a configuration cannot name another one; leave config out")
    }
    if let values = value?.array {
      let numbers = values.compactMap(\.int)
      if !numbers.isEmpty && numbers.count == values.count {
        return ["--\(key)=\(numbers.map(String.init).joined(separator: ","))"]
      }
      return try values.map { try option(key, $0, place) }
    }
    return [try option(key, value, place)]
  }

  private static func option(_ key: String, _ value: (any TOMLValueConvertible)?, _ place: String) throws -> String {
    if let flag = value?.bool { return flag ? "--\(key)" : "--no-\(key)" }
    if let number = value?.int { return "--\(key)=\(number)" }
    if let number = value?.double { return "--\(key)=\(number)" }
    if let text = value?.string { return "--\(key)=\(text)" }
    throw DataError(
      .data,
      "\(place): \(DataError.shown(key)) is neither a number, a text, true or false, nor a list of them; options stand "
        + "at the top of the file, without tables")
  }

  /// The line and column where a key of the top table stands, which the TOML library does not keep.
  private static func place(of key: String, in text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
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
