import DataFiles
import Testing

@Suite struct CellOptionTests {
  @Test(
    "A model of any cell is trained, stopped and resumed, inspected, sampled and scored",
    arguments: [
      (["--cell", "gru"], "gru"), (["--cell", "rnn"], "rnn"), (["--cell", "lstm", "--peepholes"], "lstm"),
    ])
  func wholeWay(_ options: [String], _ cell: String) async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    let tiny = Corpus.tiny + ["--layers", "2", "--schedule", "constant", "--warmup", "0", "-q"]
    #expect(try await command.run(["train", "birds.txt", "--run", "run"] + tiny + options).status == 0)
    #expect(
      try await command.run(
        ["train", "birds.txt", "--run", "parts", "--checkpoint-every", "1"] + tiny + options + ["--max-steps", "7"]
      ).status == 0)
    #expect(try await command.run(["train", "--run", "parts", "--resume", "--max-steps", "30", "-q"]).status == 0)
    #expect(try command.digest("parts/model.safetensors") == command.digest("run/model.safetensors"))
    let facts = try await command.run(["inspect", "run", "--json"]).json
    #expect(facts["cell"] == .string(cell))
    let sample = try await command.run(["sample", "run", "--prompt", "The ", "--length", "40", "--seed", "1"])
    #expect(sample.status == 0 && sample.text.hasPrefix("The "))
    let again = try await command.run(
      ["sample", "run", "--prompt", "The ", "--length", "40", "--seed", "1", "--threads", "2"])
    #expect(again.text == sample.text)
    #expect(try await command.run(["score", "run", "birds.txt"]).status == 0)
    let bench = try await command.run(
      ["bench", "train", "--hidden", "16", "--batch", "3", "--window", "5", "--seconds", "0.05", "--json"] + options)
    #expect(bench.status == 0)
  }

  @Test(
    "What is of another cell is refused before a folder is made",
    arguments: [
      ("--cell gru --peepholes", "peepholes are of the cell lstm"), ("--cell qrnn", "'qrnn' is invalid for '--cell"),
    ])
  func refused(_ options: String, _ message: String) async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    let outcome = try await command.run(
      ["train", "birds.txt", "--run", "new"] + options.split(separator: " ").map(String.init))
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.hasProperMessage)
    #expect(!command.exists("new"))
  }
}
