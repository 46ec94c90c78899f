import DataFiles
import ScratchFiles
import Testing

@Suite struct InterchangeCommandTests {
  /// A vocabulary, and what was made of it.
  private func command(_ options: [String] = []) async throws -> Command {
    let command = try Command()
    try command.write("the cat the hat\n", to: "corpus.txt")
    #expect(try await command.run(["vocab", "corpus.txt", "-o", "v"] + options).status == 0)
    return command
  }

  @Test("A vocabulary goes out as tokenizer.json and comes back as the same")
  func thereAndBack() async throws {
    let command = try await command()
    let exported = try await command.run(["export", "--tokenizer", "v", "-o", "tokenizer.json"])
    #expect(exported.status == 0)
    #expect(exported.output.isEmpty)
    #expect(exported.errors.contains("note: tokenizers takes combining marks newer than Unicode 9"))
    #expect(exported.errors.hasSuffix("9 tokens in tokenizer.json\n"))
    let imported = try await command.run(["import", "tokenizer.json", "-o", "w", "--map", "ids", "--quiet"])
    #expect(imported.status == 0)
    #expect(imported.errors.isEmpty)
    let prints = try await ["v", "w"].asyncMap { try await command.run(["inspect", $0, "--json"]).json["fingerprint"] }
    #expect(prints[0] == prints[1])
    let ids = String(decoding: try command.directory.read("ids"), as: UTF8.self)
    #expect(ids == "file\there\n" + (0..<9).map { "\($0)\t\($0)\n" }.joined())
  }

  @Test("A model file and a run's folder have vocabularies, too")
  func models() async throws {
    let trained = try await TrainedRun.characters.value
    let command = try Command()
    _ = try await command.shell("cp -R '\(trained.directory.path)/.' .")
    let over = try await command.run(["export", "--tokenizer", "run", "-o", "run/best.safetensors"])
    #expect(over.status == 73 && over.errors.contains("run/best.safetensors"), "\(over.errors)")
    for source in ["run", "run/best.safetensors", "run/vocabulary.json"] {
      #expect(try await command.run(["export", "--tokenizer", source, "-o", "t.json"]).status == 0)
      let model = try JSONValue(parsing: try command.directory.read("t.json"))["model"]
      #expect(model?["vocab"]?["<unk>"] == .integer(0))
    }
  }

  @Test("SentencePiece's listing has a token and a score in each line")
  func sentencePiece() async throws {
    let command = try await command(["--level", "whitespace"])
    let outcome = try await command.run(["export", "--tokenizer", "v", "-o", "s.vocab", "--format", "sentencepiece"])
    #expect(outcome.status == 0)
    let text = String(decoding: try command.directory.read("s.vocab"), as: UTF8.self)
    #expect(text == "<unk>\t0\n<eos>\t0\nthe\t-0.69315\ncat\t-1.38629\nhat\t-1.38629\n")
  }

  @Test("A list of tokens and counts is a vocabulary")
  func list() async throws {
    let command = try Command()
    try command.write("the 9\ncat 4\nrare 1\n<unk> 2\n", to: "words.txt")
    let outcome = try await command.run(
      ["vocab", "--list", "words.txt", "-o", "words.vocab", "--level", "whitespace", "--min-count", "2"])
    #expect(outcome.status == 0)
    let listing = String(decoding: try command.directory.read("words.vocab.txt"), as: UTF8.self)
    #expect(listing == "id\tcount\ttoken\n0\t3\t<unk>\n1\t0\t<eos>\n2\t9\tthe\n3\t4\tcat\n")
  }

  @Test(
    "What cannot be said, read or written is refused, and nothing is left",
    arguments: [
      BadInput("export --tokenizer words -o new", 65, "words by the rules and dictionaries of ICU"),
      BadInput("export --tokenizer missing -o new", 66, "missing does not exist"),
      BadInput("export --tokenizer corpus.txt -o new", 65, "corpus.txt, line 1, column 1"),
      BadInput("export --tokenizer v -o v", 73, "it is the input v"),
      BadInput("export --tokenizer v -o missing/new", 73, "cannot write missing/new"),
      BadInput("export --tokenizer v -o new --format xml", 64, "'xml' is invalid"),
      BadInput("import v -o new", 65, "v has a member that tokenizers does not know, \"format\""),
      BadInput("import corpus.txt -o new", 65, "stand here; give a tokenizer.json"),
      BadInput("import missing -o new", 66, "cannot open missing"),
      BadInput("import t.json -o t.json", 73, "it is the input t.json"),
      BadInput("import t.json -o new --map new", 64, "cannot have one name"),
      BadInput("import t.json -o new --map t.json", 73, "it is the input t.json"),
      BadInput("vocab --list twice.txt -o new --level whitespace", 65, "twice.txt, line 2 holds \"a\""),
      BadInput("vocab --list twice.txt -o new --level bpe", 64, "level bpe takes no list"),
      BadInput("vocab --list twice.txt -o twice.txt", 73, "it is the input twice.txt"),
      BadInput("vocab --list twice.txt corpus.txt -o new", 64, "Give texts to count, or --list FILE"),
      BadInput("vocab --list missing -o new", 66, "cannot open missing"),
    ])
  func refused(_ bad: BadInput) async throws {
    let command = try await command()
    try command.write("a 1\na 2\n", to: "twice.txt")
    #expect(try await command.run(["vocab", "corpus.txt", "-o", "words", "--level", "word"]).status == 0)
    #expect(try await command.run(["export", "--tokenizer", "v", "-o", "t.json"]).status == 0)
    let names = try command.directory.names()
    let outcome = try await command.run(bad.arguments.split(separator: " ").map(String.init))
    bad.expect(outcome)
    #expect(outcome.output.isEmpty)
    #expect(try command.directory.names() == names)
  }
}

extension Array {
  fileprivate func asyncMap<Result>(_ body: (Element) async throws -> Result) async throws -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await body(element)) }
    return results
  }
}
