import DataFiles
import ScratchFiles
import Testing

/// Files that were cut short or changed on the disk.
@Suite struct DamageTests {
  /// What is done to a file, and the command that reads it.
  static let cases: [(file: String, command: [String])] = [
    ("run/best.safetensors", ["sample", "run"]),
    ("run/best.safetensors", ["score", "run", "birds.txt"]),
    ("run/model.safetensors", ["inspect", "run/model.safetensors"]),
    ("run/checkpoints/step-000000030.safetensors", ["train", "--run", "run", "--resume", "--max-steps", "40"]),
    ("run/corpus.tokens", ["inspect", "run/corpus.tokens"]),
    ("run/corpus.tokens", ["tokenize", "--decode", "run/corpus.tokens", "--vocab", "run/vocabulary.json"]),
    ("run/corpus.tokens", ["train", "--run", "run", "--resume", "--max-steps", "40"]),
    ("run/vocabulary.json", ["inspect", "run/vocabulary.json"]),
    ("run/vocabulary.json", ["train", "--run", "run", "--resume", "--max-steps", "40"]),
    ("run/configuration.json", ["train", "--run", "run", "--resume"]),
  ]

  private func command() async throws -> Command {
    let good = try await TrainedRun.characters.value
    let command = try Command()
    _ = try await command.shell("cp -R '\(good.directory.path)/.' .")
    return command
  }

  private func expectRefusal(_ command: Command, _ arguments: [String], _ file: String, _ damage: String) async throws {
    let outcome = try await command.run(arguments)
    #expect(outcome.status == 65, "\(damage): \(outcome.errors)")
    #expect(outcome.errors.contains(file), "\(damage): \(outcome.errors)")
    #expect(outcome.hasProperMessage, "\(damage): \(outcome.errors)")
  }

  @Test("A file that is cut short is refused, wherever the cut", arguments: cases)
  func truncated(_ file: String, _ arguments: [String]) async throws {
    let command = try await command()
    let bytes = try command.directory.read(file)
    for kept in [0, 1, 7, 8, 60, bytes.count / 2, bytes.count - 3] {
      try command.directory.write(bytes.prefix(kept), to: file)
      try await expectRefusal(command, arguments, file, "\(kept) bytes left")
    }
    try command.directory.write(bytes + [0, 0, 0], to: file)
    try await expectRefusal(command, arguments, file, "3 bytes more")
  }

  @Test(
    "A file with one bit changed is refused, wherever the bit", arguments: cases.filter { !$0.file.contains("conf") })
  func flipped(_ file: String, _ arguments: [String]) async throws {
    let command = try await command()
    let bytes = try command.directory.read(file)
    for offset in [0, 9, bytes.count / 3, bytes.count / 2, bytes.count * 3 / 4, bytes.count - 2] {
      var changed = bytes
      changed[offset] ^= 1 << 2
      try command.directory.write(changed, to: file)
      try await expectRefusal(command, arguments, file, "byte \(offset)")
    }
    try command.directory.write(bytes, to: file)
    #expect(try await command.run(arguments).status == 0)
  }

  @Test(
    "Numbers of a run that cannot be are refused, by the name of their file",
    arguments: [
      ("\"validation_end\": [0-9]*", "\"validation_end\": -1", "run does not hold the corpus of its run"),
      ("\"batch\": [0-9]*", "\"batch\": 0", "run/configuration.json: batch is 0"),
      ("\"hidden_size\": [0-9]*", "\"hidden_size\": 0", "run/configuration.json: "),
      (
        "\"find_temperature\"", "\"base\": {\"path\": \"b\", \"tokens\": -9223372036854775808}, \"find_temperature\"",
        "run/configuration.json is damaged"
      ),
    ])
  func numbers(_ old: String, _ new: String, _ message: String) async throws {
    let command = try await command()
    _ = try await command.shell(
      "sed -i 's/\(old)/\(new)/' run/configuration.json && grep -q -F -e '\(new)' run/configuration.json")
    let outcome = try await command.run(["train", "--run", "run", "--resume"])
    #expect(outcome.status == 65 && outcome.hasProperMessage)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test("A token file of another vocabulary says what to do")
  func anotherVocabulary() async throws {
    let command = try await command()
    try command.write("Once upon", to: "other.txt")
    #expect(try await command.run(["vocab", "other.txt", "-o", "other.vocab"]).status == 0)
    let outcome = try await command.run(["tokenize", "--decode", "run/corpus.tokens", "--vocab", "other.vocab"])
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("run/corpus.tokens"))
    #expect(outcome.errors.contains("tokenize"))
    _ = try await command.shell("cp other.vocab run/vocabulary.json")
    #expect(try await command.run(["train", "--run", "run", "--resume", "--max-steps", "40"]).status == 65)
  }
}
