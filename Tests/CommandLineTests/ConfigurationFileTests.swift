import DataFiles
import ScratchFiles
import Testing

@Suite struct ConfigurationFileTests {
  private func train(_ toml: String, _ typed: [String] = []) async throws -> (Command, Command.Outcome) {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    try command.write(toml, to: "c.toml")
    let outcome = try await command.run(["train", "birds.txt", "--run", "r", "--config", "c.toml"] + typed)
    return (command, outcome)
  }

  @Test("Options stand in a file; those typed win")
  func typedWins() async throws {
    let toml = """
      # A tiny model.
      hidden = 12
      embedding = 6
      max-steps = 5
      batch = 4
      window = 8
      learning-rate = 1e-2
      peepholes = true
      level = "byte"
      """
    let (command, outcome) = try await train(toml, ["--hidden", "8", "--no-peepholes"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let configuration = try JSONValue(parsing: command.directory.read("r/configuration.json"))
    #expect(configuration["model"]?["hidden_size"] == .integer(8))
    #expect(configuration["model"]?["embedding_size"] == .integer(6))
    #expect(configuration["model"]?["peepholes"] == .bool(false))
    #expect(try await command.run(["inspect", "r", "--json"]).json["level"] == .string("byte"))
  }

  @Test("What a file turns on or off, a typed option turns back")
  func flagsGoBothWays() async throws {
    let tiny = "hidden = 8\nmax-steps = 3\nbatch = 4\nwindow = 8\nvalid-fraction = 0.3\n"
    for (value, typed, finds) in [
      ("true", [], true), ("false", [], false), ("true", ["--no-find-temperature"], false),
      ("false", ["--find-temperature"], true),
    ] {
      let (_, outcome) = try await train(tiny + "find-temperature = \(value)\n", typed + ["--json", "-q"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try (outcome.json["evaluation_temperature"]?["temperature"] != nil) == finds, "\(value) \(typed)")
    }
  }

  @Test(
    "What is wrong with the file is said, with its place",
    arguments: [
      ("hidden = 8\nbogus = 3\n", Int32(64), "c.toml, line 2, column 1: Unknown option '--bogus'"),
      ("hidden = 8\n\n  'hiden' = 3\n", 64, "c.toml, line 3, column 3: Unknown option '--hiden'. Did you mean"),
      ("hidden = 8\nlayers == 2\n", 65, "c.toml, line 2, column 9"),
      ("hidden = 8\nhidden = 9\n", 65, "c.toml, line 2"),
      ("seed = [1, 'x']\n", 64, "c.toml, line 1, column 1: The value 'x' is invalid for '--seed"),
      ("seed = 1\n[model]\nhidden = 8\n", 65, "c.toml, line 2, column 1: model is neither a number"),
      ("seed = 1\nmodel.hidden = 8\n", 65, "c.toml, line 2, column 1: model is neither a number"),
      ("seed = 1979-05-27\n", 65, "c.toml, line 1, column 1: seed is neither a number"),
      ("seed = 1\nhidden = 'many'\n", 64, "line 2, column 1: The value 'many' is invalid for '--hidden"),
      ("seed = 1\nhidden = 3.5\n", 64, "line 2, column 1: The value '3.5' is invalid for '--hidden"),
      ("peepholes = 'yes'\n", 64, "line 1, column 1"),
      ("resume = true\n", 64, "line 1, column 1: A resumed run has its corpus"),
      ("layers = 0\n", 64, "the number of layers is 0"),
      ("dropout = nan\n", 64, "dropout is nan"),
      ("config = 'd.toml'\n", 65, "line 1, column 1: a configuration cannot name another one"),
    ])
  func refused(_ toml: String, _ status: Int32, _ message: String) async throws {
    let (command, outcome) = try await train(toml, ["--max-steps", "2"])
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.hasProperMessage)
    #expect(!command.exists("r"))
  }
}
