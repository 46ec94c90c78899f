import ArgumentParser
import Longhand

/// `longhand inspect`: what a file holds.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a model, a run, a token file or a vocabulary holds, after checking that it is whole.")

  @Argument(help: "A model file, a run's folder, a token file or a vocabulary.")
  var path: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let inspection = try Inspection(path: path)
    if json {
      try printResult(inspection.json.serialized())
    } else {
      try printResult(
        table(
          [("kind", inspection.kind)] + inspection.facts.map { ($0.name.replacing("_", with: " "), text($0.value)) }))
    }
  }

  private func text(_ value: JSONValue) -> String {
    switch value {
    case .integer(let number): grouped(number)
    case .bool(let flag): flag ? "yes" : "no"
    case .string(let string): DataError.shown(string)
    case .array(let values): values.isEmpty ? "none" : values.map(text).joined(separator: "\n  ")
    default: value.serialized()
    }
  }
}
