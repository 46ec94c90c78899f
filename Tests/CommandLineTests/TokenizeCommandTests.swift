import DataFiles
import ScratchFiles
import Testing

@Suite struct TokenizeCommandTests {
  @Test(
    "What was tokenized is decoded to the same bytes",
    arguments: [
      ("byte", []), ("character", []), ("grapheme", []), ("word", ["--lossless"]), ("whitespace", ["--lossless"]),
      ("bpe", []),
    ])
  func roundTrip(_ level: String, _ options: [String]) async throws {
    let command = try Command()
    try command.write(Corpus.languages, to: "corpus.txt")
    #expect(try await command.run(["vocab", "corpus.txt", "-o", "v", "--level", level] + options).status == 0)
    #expect(try await command.run(["tokenize", "corpus.txt", "-o", "c.tokens", "--vocab", "v"]).status == 0)
    let decoded = try await command.run(["tokenize", "--decode", "c.tokens", "--vocab", "v"])
    #expect(decoded.status == 0)
    #expect(decoded.output == Array(Corpus.languages.utf8))
  }

  @Test("Bytes that are not UTF-8 come back at the byte level")
  func invalidBytes() async throws {
    let command = try Command()
    let bytes = (0...255).map { UInt8(255 - $0) } + [0xC0, 0x80, 0xED, 0xA0, 0x80, 0x0D, 0x0A]
    try command.directory.write(bytes, to: "corpus.bin")
    #expect(try await command.run(["vocab", "corpus.bin", "-o", "v", "--level", "byte"]).status == 0)
    #expect(try await command.run(["tokenize", "corpus.bin", "-o", "t", "--vocab", "v"]).status == 0)
    #expect(try await command.run(["tokenize", "--decode", "t", "--vocab", "v"]).output == bytes)
  }

  @Test("--json counts tokens, unknown ones, characters, bytes and words")
  func counts() async throws {
    let command = try Command()
    try command.write("ab ab", to: "small.txt")
    try command.write("ab €c a", to: "other.txt")
    #expect(try await command.run(["vocab", "small.txt", "-o", "v"]).status == 0)
    let outcome = try await command.run(["tokenize", "other.txt", "-o", "t", "--vocab", "v", "--json"])
    #expect(outcome.text == #"{"tokens":7,"unknown":2,"characters":7,"bytes":9,"words":3}"# + "\n")
  }

  @Test("--invalid replace reads bytes that are not UTF-8 as U+FFFD")
  func replaced() async throws {
    let command = try Command()
    try command.directory.write([0x61, 0xFF, 0x62], to: "corpus.bin")
    for verb in ["vocab", "tokenize"] {
      let options = verb == "vocab" ? ["-o", "v"] : ["-o", "t", "--vocab", "v"]
      #expect(try await command.run([verb, "corpus.bin", "--invalid", "replace"] + options).status == 0)
    }
    #expect(try await command.run(["tokenize", "--decode", "t", "--vocab", "v"]).text == "a\u{FFFD}b")
  }

  @Test("Neither corpus nor vocabulary is written over", arguments: ["corpus.txt", "v"])
  func inputIsKept(_ output: String) async throws {
    let command = try Command()
    try command.write("once upon", to: "corpus.txt")
    #expect(try await command.run(["vocab", "corpus.txt", "-o", "v"]).status == 0)
    let before = try command.digest(output)
    #expect(try await command.run(["tokenize", "corpus.txt", "-o", output, "--vocab", "v"]).status == 73)
    #expect(try command.digest(output) == before)
  }

  @Test("Bytes that are not UTF-8 are what --invalid says at the level of bytes, too")
  func invalidByteTokens() async throws {
    let command = try Command()
    try command.directory.write([0x61, 0xFF, 0x0A], to: "f")
    #expect(try await command.run(["vocab", "f", "-o", "v", "--level", "byte"]).status == 0)
    let refused = try await command.run(["tokenize", "f", "--vocab", "v", "-o", "t", "--invalid", "error"])
    #expect(refused.status == 65 && refused.errors.contains("byte offset 1"), "\(refused.errors)")
    for (policy, bytes) in [("replace", Array("a\u{FFFD}\n".utf8)), ("bytes", [0x61, 0xFF, 0x0A])] {
      #expect(try await command.run(["tokenize", "f", "--vocab", "v", "-o", "t", "--invalid", policy]).status == 0)
      #expect(try await command.run(["tokenize", "--decode", "t", "--vocab", "v"]).output == bytes)
    }
  }
}
