import ArgumentParser
import Longhand

/// The command: what it is for, and its subcommands.
@main
struct LonghandCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "longhand",
    abstract: "Character and word LSTM language models: tokenize, train, sample, score.",
    discussion: """
      The short way from a text to a model:

        longhand train story.txt --run runs/story
        longhand sample runs/story --prompt "Once"
        longhand score runs/story other.txt

      Results go to standard output, everything else to standard error.
      Exit status: 0 done, 64 usage, 65 bad data, 66 no input, 73 cannot create, 74 input or output failed, \
      75 busy, 129 hung up, 130 interrupted, 143 terminated.
      """,
    version: longhandVersion,
    subcommands: [
      VocabCommand.self, TokenizeCommand.self, TrainCommand.self, SampleCommand.self, ScoreCommand.self,
      InspectCommand.self, ExportCommand.self, ImportCommand.self, BenchCommand.self,
    ])

  /// Parses, runs and turns a failure into a message and its exit status.
  static func main() {
    occupyStandardStreams()
    StopRequest.prepareSignals()
    var places = OptionPlaces()
    do {
      let arguments: [String]
      (arguments, places) = try ConfigurationFile.expand(typedArguments())
      GivenOptions.note(arguments)
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch let error as DataError {
      printError("longhand: \(error.code == .usage ? places.located(error.message) : error.message)")
      endProcess(error.code.rawValue)
    } catch {
      // What excludes another option is refused by the parser, whose message stands before how the command is used.
      let said = message(for: error)
      let located = places.located(said)
      if located == said { exit(withError: error) }
      printError(fullMessage(for: error).replacing(said, with: located, maxReplacements: 1))
      endProcess(exitCode(for: error).rawValue)
    }
  }

  /// What was typed behind the command's name; bytes that are no text would otherwise become the name of another file.
  private static func typedArguments() throws(DataError) -> [String] {
    var arguments: [String] = []
    for i in 1..<max(1, Int(CommandLine.argc)) {
      guard let bytes = unsafe CommandLine.unsafeArgv[i], let argument = unsafe String(validatingCString: bytes) else {
        throw DataError(
          .usage,
          "argument \(i), \(DataError.shown(CommandLine.arguments[i])), is not UTF-8; type it in UTF-8, or rename the "
            + "file")
      }
      arguments.append(argument)
    }
    return arguments
  }
}
