import DataFiles
import Testing

@Suite struct CellOptionTests {
  @Test(
    "A model of any cell is trained, stopped and resumed, inspected, sampled and scored",
    arguments: [
      (["--cell", "gru"], "gru", []), (["--cell", "rnn"], "rnn", ["--zoneout-hidden", "0.1"]),
      (["--cell", "lstm", "--peepholes"], "lstm", ["--state-dropout", "0.1"]),
      (
        [
          "--projection", "8", "--layer-norm", "--input-gate", "capped", "--mogrifier-rounds", "3", "--mogrifier-rank",
          "4",
        ], "lstm", ["--zoneout-cell", "0.1", "--zoneout-hidden", "0.1", "--state-dropout", "0.2"]
      ),
    ])
  func wholeWay(_ cellOptions: [String], _ cell: String, _ regularization: [String]) async throws {
    let options = cellOptions + regularization
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
      ["bench", "train", "--hidden", "16", "--batch", "3", "--window", "5", "--seconds", "0.05", "--json"] + cellOptions
    )
    #expect(bench.status == 0)
  }

  @Test(
    "What is of another cell is refused before a folder is made",
    arguments: [
      ("--cell gru --peepholes", "peepholes is of the cell lstm"), ("--cell qrnn", "'qrnn' is invalid for '--cell"),
      ("--cell gru --layer-norm", "layer-norm is of the cell lstm"), ("--projection 0", "projection is 0"),
      ("--input-gate shut", "'shut' is invalid for '--input-gate"),
      ("--mogrifier-rank 3", "goes with mogrifier-rounds"),
      ("--zoneout-cell 1", "zoneout-cell is 1.0"), ("--zoneout-hidden -1", "zoneout-hidden is -1.0"),
      ("--state-dropout 1", "state-dropout is 1.0"), ("--parameters 24M --hidden 4", "leave out --hidden"),
      ("--parameters 10", "too few for 2 tokens and these options: the smallest model of them has 22"),
      ("--parameters many", "'many' is invalid for '--parameters"),
    ])
  func refused(_ options: String, _ message: String) async throws {
    try await Command.expectRefusal(ofTraining: options.split(separator: " ").map(String.init), message)
  }

  /// 37 tokens: 2 · 37 · H + 37 of the tables, 4H · 2H + 8H of the layer; H is the largest that fits.
  @Test(
    "A number of parameters decides the sizes of layers and embeddings", arguments: [("10k", 10_000), ("5000", 5_000)])
  func parameters(_ budget: String, _ count: Int) async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    let outcome = try await command.run(
      ["train", "birds.txt", "--run", "run", "--parameters", budget, "--max-steps", "3", "--batch", "4"])
    let facts = try await command.run(["inspect", "run", "--json"]).json
    let H = try #require(facts["hidden_size"]?.intValue)
    func size(_ H: Int) -> Int { 2 * 37 * H + 37 + 8 * H * H + 8 * H }
    #expect(size(H) <= count && size(H + 1) > count)
    #expect(facts["parameters"] == .integer(size(H)) && facts["embedding_size"] == .integer(H))
    #expect(outcome.errors.contains("\(H) units a layer, embeddings of \(H)"))
  }
}
