import DataFiles
import ScratchFiles
import Testing

/// Disks without room, played by a limit on the size of files and by /dev/full.
@Suite struct FullDiskTests {
  private func command() async throws -> Command {
    let good = try await TrainedRun.characters.value
    let command = try Command()
    _ = try await command.shell("cp -R '\(good.directory.path)/.' .")
    return command
  }

  @Test(
    "Results that cannot be written end in status 74",
    arguments: [
      "sample run --length 20", "score run birds.txt", "inspect run", "sample run --json",
      "tokenize --decode run/corpus.tokens --vocab run/vocabulary.json",
    ])
  func output(_ arguments: String) async throws {
    let command = try await command()
    let full = try await command.shell("\"$LONGHAND\" \(arguments) > /dev/full")
    #expect(full.status == 74)
    #expect(full.errors == "longhand: cannot write to standard output: No space left on device\n")
    let closed = try await command.shell("\"$LONGHAND\" \(arguments) >&-")
    #expect(closed.status == 74)
    #expect(closed.errors == "longhand: cannot write to standard output: Bad file descriptor\n")
  }

  @Test(
    "A file that cannot be finished leaves the old one as it was",
    arguments: [
      ("vocab big.txt -o run/vocabulary.json", "run/vocabulary.json"),
      ("tokenize big.txt -o run/corpus.tokens --vocab run/vocabulary.json", "run/corpus.tokens"),
    ])
  func file(_ arguments: String, _ file: String) async throws {
    let command = try await command()
    try command.write(String(repeating: Corpus.birds, count: 20) + Corpus.languages, to: "big.txt")
    let before = try command.digest(file)
    let names = try await command.shell("ls -A run").text
    let outcome = try await command.shell("ulimit -f 1; exec \"$LONGHAND\" \(arguments)")
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("File too large"), "\(outcome.errors)")
    #expect(outcome.hasProperMessage)
    #expect(try command.digest(file) == before)
    #expect(try await command.shell("ls -A run").text == names)
  }

  @Test("A run whose disk is full stops, loses nothing, and goes on when there is room")
  func run() async throws {
    let command = try await command()
    let saved = ["best.safetensors", "checkpoints/step-000000030.safetensors", "metrics.jsonl"]
    let before = try saved.map { try command.digest("run/\($0)") }
    let resume = "train --run run --resume --max-steps 60 -q"
    let outcome = try await command.shell("ulimit -f 2; exec \"$LONGHAND\" \(resume)")
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("File too large"), "\(outcome.errors)")
    #expect(outcome.hasProperMessage)
    let after = try saved.map { try command.digest("run/\($0)") }
    #expect(after.prefix(2) == before.prefix(2))
    #expect(try await command.run(resume.split(separator: " ").map(String.init)).status == 0)
    let other = try await self.command()
    #expect(try await other.run(resume.split(separator: " ").map(String.init)).status == 0)
    #expect(try command.digest("run/best.safetensors") == other.digest("run/best.safetensors"))
  }

  @Test("Closed standard streams are not taken by the run's own files")
  func closedStreams() async throws {
    let command = try await command()
    let options = Corpus.tiny.joined(separator: " ")
    let outcome = try await command.shell("\"$LONGHAND\" train birds.txt --run other \(options) <&- 2>&-")
    #expect(outcome.status == 0)
    let lock = String(decoding: try command.directory.read("other/.lock"), as: UTF8.self)
    #expect(Int32(lock.dropLast()) != nil)
    #expect(try command.digest("other/best.safetensors") == command.digest("run/best.safetensors"))
  }
}
