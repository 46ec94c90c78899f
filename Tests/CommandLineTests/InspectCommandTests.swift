import DataFiles
import Testing

@Suite struct InspectCommandTests {
  @Test(
    "All four kinds are told apart",
    arguments: [
      ("run", "run"), ("run/best.safetensors", "model"), ("run/corpus.tokens", "tokens"),
      ("run/vocabulary.json", "vocabulary"),
    ])
  func kinds(_ path: String, _ kind: String) async throws {
    let command = try await TrainedRun.characters.value
    let outcome = try await command.run(["inspect", path, "--json"])
    #expect(outcome.status == 0)
    #expect(try outcome.json["kind"] == .string(kind))
    #expect(try outcome.json["vocabulary_size"] == .integer(37))
    let text = try await command.run(["inspect", path])
    #expect(text.text.contains(kind) && text.text.contains("37"))
  }

  @Test("A tokenizer says whether it keeps white space, and what becomes of the unknown")
  func whiteSpace() async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    for (level, isKept) in [("word", true), ("whitespace", false)] {
      try await command.run(["vocab", "birds.txt", "-o", level, "--level", level])
      #expect(try await command.run(["inspect", level, "--json"]).json["lossless"] == .bool(isKept))
      let lines = try await command.run(["inspect", level]).text.split(separator: "\n")
      #expect(lines.contains { $0.hasPrefix("white space  ") && $0.hasSuffix(isKept ? " kept" : " dropped") })
      #expect(lines.contains { $0.hasPrefix("unknown  ") && $0.hasSuffix(" symbol") })
      #expect(!lines.contains { $0.hasPrefix("lossless") })
    }
  }

  @Test("A model says its shape, a token file its tokens")
  func facts() async throws {
    let command = try await TrainedRun.characters.value
    let model = try await command.run(["inspect", "run/model.safetensors", "--json"]).json
    #expect(model["hidden_size"] == .integer(16))
    #expect(model["embedding_size"] == .integer(8))
    #expect(model["layers"] == .integer(1))
    #expect(model["level"] == .string("character"))
    // 37·8 of the embedding, 4·16·(8+16) and two biases of 4·16 of the layer, 37·(16+1) of the softmax.
    #expect(model["parameters"] == .integer(37 * 8 + 4 * 16 * (8 + 16) + 2 * 4 * 16 + 37 * 17))
    let tokens = try await command.run(["inspect", "run/corpus.tokens", "--json"]).json
    #expect(tokens["tokens"] == .integer(Corpus.birds.unicodeScalars.count))
    let checkpoint = try await command.run(
      ["inspect", "run/checkpoints/step-000000030.safetensors", "--json"]
    ).json
    #expect(checkpoint["step"] == .integer(30))
  }

  @Test("A text is counted")
  func corpus() async throws {
    let command = try Command()
    try command.write("One two, two.\nOne two, two.\n", to: "text.txt")
    try command.write("two three", to: "other.txt")
    let report = try await command.run(
      ["inspect", "text.txt", "--against", "other.txt", "--sizes", "1", "--json"]
    ).json
    #expect(report["kind"] == .string("corpus"))
    #expect(report["bytes"] == .integer(28))
    #expect(report["duplicate_lines"] == .integer(1))
    #expect((report["words"], report["distinct_words"]) == (.integer(6), .integer(2)))
    let coverage = try #require(report["coverage"]?.arrayValue)
    #expect(coverage.map { $0["size"] } == [.integer(1), .integer(2)])
    #expect(coverage[0]["share"]?.doubleValue == 4.0 / 6)
    #expect(coverage.map { $0["out_of_vocabulary"]?.doubleValue } == [0.5, 0.5])
    let table = try await command.run(["inspect", "text.txt", "other.txt"])
    #expect(table.text.contains("a second time 1") && table.text.contains("NFC, NFD, NFKC, NFKD"))
    #expect(table.errors.isEmpty)
    try command.write("{}", to: "text.json")
    #expect(try await command.run(["inspect", "text.json"]).status == 65)
    #expect(try await command.run(["inspect", "text.json", "--corpus"]).status == 0)
  }

  @Test("A gradient is followed back from the last token of every line")
  func gradients() async throws {
    let command = try await TrainedRun.characters.value
    try command.write("the owl\n\nlark\nthe wren", to: "gradient-lines.txt")
    let found = try await command.run(["inspect", "run", "--gradients", "gradient-lines.txt", "--json"]).json
    let (lines, layers) = (try #require(found["lines"]?.arrayValue), try #require(found["norms"]?.arrayValue))
    #expect(lines.map { $0.intValue } == [3, 3, 3, 3, 2, 2, 2, 1] && layers.count == 1)
    let norms = (layers[0].arrayValue ?? []).compactMap { $0.doubleValue }
    #expect(norms.count == 8 && norms.allSatisfy { $0 > 0 } && norms[0] > norms[7])
    let table = try await command.run(["inspect", "run", "--gradients", "gradient-lines.txt"]).text
    #expect(table.hasPrefix("steps back  layer 0  lines\n0 ") && table.contains("\n5 "))
    try command.write("\n\n", to: "gradient-nothing.txt")
    let nothing = try await command.run(["inspect", "run", "--gradients", "gradient-nothing.txt"])
    #expect(nothing.status == 65 && nothing.errors.contains("no line with a token to predict"))
    try command.write(String(repeating: "the ", count: 2501), to: "gradient-long.txt")
    let long = try await command.run(["inspect", "run", "--gradients", "gradient-long.txt"])
    #expect(long.status == 65 && long.errors.contains("line 1 has 10004 tokens"))
    let twice = try await command.run(["inspect", "run", "run", "--gradients", "gradient-lines.txt"])
    #expect(twice.status == 64 && twice.errors.contains("--gradients goes with one model"))
  }
}
