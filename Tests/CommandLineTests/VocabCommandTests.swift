import DataFiles
import ScratchFiles
import Testing

@Suite struct VocabCommandTests {
  @Test(
    "Every level writes a vocabulary and its listing",
    arguments: [
      ("byte", 257), ("character", 8), ("grapheme", 8), ("word", 6), ("whitespace", 4), ("bpe", 262),
    ])
  func levels(_ level: String, _ size: Int) async throws {
    let command = try Command()
    try command.write("aab ccd\naab ccd\n", to: "corpus.txt")
    let outcome = try await command.run(["vocab", "corpus.txt", "-o", "v.json", "--level", level])
    #expect(outcome.status == 0)
    #expect(outcome.output.isEmpty)
    let facts = try await command.run(["inspect", "v.json", "--json"]).json
    #expect(facts["kind"] == .string("vocabulary"))
    #expect(facts["level"] == .string(level))
    #expect(facts["vocabulary_size"] == .integer(size))
    let listing = String(decoding: try command.directory.read("v.txt"), as: UTF8.self)
    #expect(listing.split(separator: "\n").count == size + 1)
  }

  @Test("--min-count and --max-size bound the vocabulary, the rarest leave first")
  func bounds() async throws {
    let command = try Command()
    try command.write("aaaabbbccd", to: "corpus.txt")
    for (options, listed) in [
      (["--min-count", "2"], "a b c"), (["--max-size", "4"], "a b"), (["--min-count", "2", "--max-size", "3"], "a"),
    ] {
      #expect(try await command.run(["vocab", "corpus.txt", "-o", "v"] + options).status == 0)
      let listing = String(decoding: try command.directory.read("v.txt"), as: UTF8.self)
      let tokens = listing.split(separator: "\n").dropFirst(3).compactMap { $0.split(separator: "\t").last }
      #expect(tokens.joined(separator: " ") == listed)
    }
  }

  @Test("Normalization and lower case are those that were asked for")
  func normalization() async throws {
    let command = try Command()
    try command.write("ÀB", to: "corpus.txt")
    for (options, size) in [
      (["--normalize", "none"], 4), (["--normalize", "nfd"], 5), (["--normalize", "nfkc-casefold"], 4),
    ] {
      #expect(try await command.run(["vocab", "corpus.txt", "-o", "v"] + options).status == 0)
      #expect(try await command.run(["inspect", "v", "--json"]).json["vocabulary_size"] == .integer(size))
    }
    try command.write("Aa", to: "corpus.txt")
    #expect(try await command.run(["vocab", "corpus.txt", "-o", "v", "--lowercase"]).status == 0)
    #expect(try await command.run(["inspect", "v", "--json"]).json["vocabulary_size"] == .integer(3))
  }

  // By itself, ICU lets U+30FC begin a Japanese word until it has met a character of Chinese or Japanese alone.
  @Test("The first words of a process are divided like all others")
  func firstWords() async throws {
    let command = try Command()
    try command.write("ー日本", to: "corpus.txt")
    #expect(try await command.run(["vocab", "corpus.txt", "-o", "v", "--level", "word"]).status == 0)
    #expect(try await command.run(["inspect", "v", "--json"]).json["vocabulary_size"] == .integer(4))
  }

  @Test("--json tells what inspect tells of the file")
  func json() async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "text")
    let made = try await command.run(["vocab", "text", "-o", "v", "--level", "word", "--json"])
    #expect(made.errors.isEmpty)
    #expect(try made.json["level"] == .string("word"))
    #expect(made.output == (try await command.run(["inspect", "v", "--json"]).output))
  }

  @Test("The same texts give the same bytes, from files or standard input")
  func repeatable() async throws {
    let command = try Command()
    try command.write(Corpus.languages, to: "corpus.txt")
    #expect(try await command.run(["vocab", "corpus.txt", "-o", "a"]).status == 0)
    #expect(try await command.run(["vocab", "-", "-o", "b"], input: Array(Corpus.languages.utf8)).status == 0)
    #expect(try command.digest("a") == command.digest("b"))
    #expect(try command.digest("a.txt") == command.digest("b.txt"))
  }

  @Test("No output takes the place of an input", arguments: ["story", "story.txt", "link"])
  func inputIsKept(_ output: String) async throws {
    let command = try Command()
    try command.write("once upon", to: "story.txt")
    _ = try await command.shell("ln -s story.txt link")
    let outcome = try await command.run(["vocab", "story.txt", "-o", output])
    #expect(outcome.status == 73)
    #expect(outcome.errors.contains("it is the input story.txt"))
    #expect(try command.directory.read("story.txt") == Array("once upon".utf8))
  }

  @Test("A listing takes no other text's place")
  func listingOverAText() async throws {
    let command = try Command()
    try command.write("aab ccd\n", to: "corpus.txt")
    try command.write("a story of its own\n", to: "story.txt")
    let refused = try await command.run(["vocab", "corpus.txt", "-o", "story.json"])
    #expect(refused.status == 73 && refused.errors.contains("story.txt, which is another text"), "\(refused.errors)")
    #expect(try command.directory.read("story.txt") == Array("a story of its own\n".utf8))
    for _ in 1...2 { #expect(try await command.run(["vocab", "corpus.txt", "-o", "v.json"]).status == 0) }
  }

  @Test("A gzip file may be padded with zeros, and a pattern stands for one file as for many")
  func paddedFile() async throws {
    let command = try Command()
    try command.write("aab ccd\n", to: "corpus.txt")
    #expect(try await command.shell("gzip -k corpus.txt && head -c 1000 /dev/zero >> corpus.txt.gz").text.isEmpty)
    for name in ["corpus.txt", "corpus.txt.gz"] {
      #expect(try await command.run(["vocab", name, "-o", name + ".vocab"]).status == 0)
    }
    var prints: [JSONValue?] = []
    for name in ["corpus.txt.vocab", "corpus.txt.gz.vocab"] {
      prints.append(try await command.run(["inspect", name, "--json"]).json["fingerprint"])
    }
    #expect(prints[0] == prints[1])
    let inspected = try await command.run(["inspect", "corpus.*t", "--json"])
    #expect(inspected.status == 0)
    #expect(try inspected.json["lines"] != nil, "\(inspected.text)")
  }
}
