import DataFiles
import Foundation
import Testing

@Suite struct ScoreCommandTests {
  private static let keys = [
    "tokens", "unknown", "characters", "bytes", "words", "nats", "perplexity", "perplexity_without_unknown",
    "bits_per_token", "bits_per_character", "bits_per_byte", "perplexity_per_word",
  ]

  private func score(_ arguments: [String], input: String = "", words: Bool = false) async throws -> JSONValue {
    let command = try await (words ? TrainedRun.words : TrainedRun.characters).value
    let outcome = try await command.run(["score", "run"] + arguments + ["--format", "json"], input: Array(input.utf8))
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    return try outcome.json
  }

  @Test("The keys are those of the contract, in its order")
  func keys() async throws {
    #expect(try await score(["birds.txt"]).objectValue?.map(\.name) == Self.keys)
  }

  @Test(
    "Characters, bytes and words are what Foundation counts, and the figures follow from them",
    arguments: [Corpus.birds, Corpus.languages, "one", " \n\t ", "a\u{A0}b\u{2003}c\u{85}d"], [false, true])
  func counts(_ text: String, words: Bool) async throws {
    let json = try await score(["-"], input: text, words: words)
    let spaces = CharacterSet.whitespacesAndNewlines
    let wordCount = text.components(separatedBy: spaces).filter { !$0.isEmpty }.count
    #expect(json["characters"] == .integer(text.unicodeScalars.count))
    #expect(json["bytes"] == .integer(text.utf8.count))
    #expect(json["words"] == .integer(wordCount))
    let nats = try #require(json["nats"]?.doubleValue)
    let tokens = try #require(json["tokens"]?.intValue)
    func isClose(_ name: String, _ value: Double) -> Bool {
      json[name]?.doubleValue.map { abs($0 - value) <= 1e-9 * abs(value) } ?? !value.isFinite
    }
    #expect(isClose("perplexity", exp(nats / Double(tokens))))
    #expect(isClose("bits_per_token", nats / log(2) / Double(tokens)))
    #expect(isClose("bits_per_character", nats / log(2) / Double(text.unicodeScalars.count)))
    #expect(isClose("bits_per_byte", nats / log(2) / Double(text.utf8.count)))
    if wordCount > 0 { #expect(isClose("perplexity_per_word", exp(nats / Double(wordCount)))) }
  }

  @Test("Figures of any size are short, and the last line tells of unknown tokens where there are any")
  func text() async throws {
    let command = try await TrainedRun.words.value
    let known = try await command.run(["score", "run", "birds.txt"]).text
    #expect(known.contains("(0 unknown)") && !known.contains("note"))
    let unknown = try await command.run(["score", "run", "-"], input: Array("The zebra sang".utf8)).text
    let note = try #require(unknown.split(separator: "\n").last)
    #expect(note.hasPrefix("note        1 of 5 tokens unknown: the figures compare only with those of models"))
    for temperature in ["0.01", "0.02", "0.05"] {
      let large = try await command.run(["score", "run", "birds.txt", "--temperature", temperature]).text
      let perplexity = try #require(large.split(separator: "\n").first { $0.hasPrefix("perplexity") })
      let figure = try #require(perplexity.dropFirst("perplexity  ".utf8.count).split(separator: " ").first)
      #expect(figure == "above" || figure.utf8.count <= 14, "\(large)")
      #expect(!large.contains("inf") && !large.contains("e+"), "\(large)")
    }
  }

  @Test("Several files are scored one after another; - is standard input")
  func severalFiles() async throws {
    let one = try await score(["birds.txt"])
    let two = try await score(["birds.txt", "-"], input: "The fox")
    for key in ["tokens", "characters", "bytes", "words"] {
      let more = key == "words" ? 2 : 7
      #expect(two[key]?.intValue == one[key]?.intValue.map { $0 + more })
    }
    #expect(try await score(["-"], input: Corpus.birds) == one)
  }

  @Test("The lines of --per-line --details add up to the totals")
  func perLine() async throws {
    let command = try await TrainedRun.characters.value
    let outcome = try await command.run(["score", "run", "birds.txt", "--per-line", "--details", "--format", "json"])
    let lines = try outcome.text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
    #expect(lines.count == 61)
    #expect(lines.dropLast().map { $0["line"]?.intValue } == (1...60).map { $0 })
    let total = try #require(lines.last)
    #expect(total["total"] == .bool(true) && lines.dropLast().allSatisfy { $0["total"] == nil })
    for key in ["tokens", "characters", "bytes", "words", "unknown"] {
      #expect(lines.dropLast().compactMap { $0[key]?.intValue }.reduce(0, +) == total[key]?.intValue)
    }
    let sum = lines.dropLast().compactMap { $0["nats"]?.doubleValue }.reduce(0, +)
    #expect(abs(sum - (total["nats"]?.doubleValue ?? 0)) < 1e-9)
  }

  @Test("The tokens of --per-line --tokens are those of each line, and add up to it")
  func tokensOfLines() async throws {
    let command = try await TrainedRun.characters.value
    func lines(_ option: String) async throws -> [JSONValue] {
      try await command.run(["score", "run", "birds.txt", "--per-line", option, "--json"]).text
        .split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
    }
    let (details, tokens) = (try await lines("--details"), try await lines("--tokens"))
    #expect(details.last == tokens.last && tokens.last?["total"] == .bool(true))
    for line in details.dropLast() {
      let its = tokens.dropLast().filter { $0["line"] == line["line"] }
      #expect(its.map { $0["index"]?.intValue } == (0..<its.count).map { $0 })
      #expect(line["tokens"] == .integer(its.count) && its.last?["token"] == .string("\n"))
      let sum = its.compactMap { $0["log_probability"]?.doubleValue }.reduce(0, +)
      #expect(abs(sum + (line["nats"]?.doubleValue ?? 0)) < 1e-9)
    }
    let text = try await command.run(["score", "run", "birds.txt", "--per-line", "--tokens"]).text
    #expect(text.hasPrefix("1\t\(tokens[0]["token"]?.stringValue ?? "")\t\(decimalOf(tokens[0]["log_probability"]))\n"))
    for wrong in [["--tokens"], ["--per-line", "--tokens", "--details"], ["--json", "--format", "text"]] {
      #expect(try await command.run(["score", "run", "birds.txt"] + wrong).status == 64)
    }
  }

  @Test("--per-text scores each text alone, and their figures add up")
  func perText() async throws {
    let command = try await TrainedRun.characters.value
    let outcome = try await command.run(
      ["score", "run", "birds.txt", "-", "birds.txt", "--per-text", "--details", "--format", "json"],
      input: Array("The fox".utf8))
    let lines = try outcome.text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
    #expect(lines.count == 4 && lines[0] == lines[2])
    #expect(lines.map { $0["text"]?.stringValue } == ["birds.txt", "standard input", "birds.txt", nil])
    func figures(_ line: JSONValue) -> JSONValue { .object((line.objectValue ?? []).filter { $0.name != "text" }) }
    #expect(try await score(["birds.txt"]) == figures(lines[0]))
    #expect(try await score(["-"], input: "The fox") == figures(lines[1]))
    let sum = lines.dropLast().compactMap { $0["nats"]?.doubleValue }.reduce(0, +)
    #expect(abs(sum - (lines[3]["nats"]?.doubleValue ?? 0)) < 1e-9)
    let text = try await command.run(["score", "run", "birds.txt", "--per-text", "--details", "--threads", "2"])
    #expect(text.text.hasPrefix("birds.txt\t"))
    #expect(text.text.contains("\(decimalOf(lines[0]["nats"])) nats"))
    #expect(try await command.run(["score", "run", "birds.txt", "--json"]).json == figures(lines[0]))
    #expect(try await command.run(["score", "run", "birds.txt", "--per-text", "--per-line"]).status == 64)
  }

  @Test("A temperature is said with the figures, and the one that is found is the best")
  func temperature() async throws {
    func nats(_ options: [String]) async throws -> Double {
      try await score(["birds.txt"] + options)["nats"]?.doubleValue ?? 0
    }
    let found = try await score(["birds.txt", "--find-temperature"])
    let temperature = try #require(found["temperature"]?.doubleValue)
    let best = found["nats"]?.doubleValue ?? .infinity
    #expect(abs(try await nats(["--temperature", "\(temperature)"]) - best) < 1e-9)
    #expect(try await nats([]) >= best)
    #expect(try await nats(["--temperature", "1"]) == nats([]))
    let command = try await TrainedRun.characters.value
    for wrong in [["--temperature", "0"], ["--find-temperature", "--per-line"]] {
      #expect(try await command.run(["score", "run", "birds.txt"] + wrong).status == 64)
    }
  }

  @Test("Weights of fewer bits cost little, threads nothing")
  func weights() async throws {
    let exact = try await score(["birds.txt"])
    for (format, bound) in [("bf16", 0.005), ("int8", 0.005)] {
      let rounded = try await score(["birds.txt", "--weights", format])
      let cost = (rounded["bits_per_character"]?.doubleValue ?? 9) - (exact["bits_per_character"]?.doubleValue ?? 0)
      #expect(abs(cost) < bound && cost != 0)
      #expect(try await score(["birds.txt", "--weights", format, "--threads", "2"]) == rounded)
    }
  }

  @Test("--details names every token, and their log-probabilities add up")
  func details() async throws {
    let command = try await TrainedRun.characters.value
    let outcome = try await command.run(
      ["score", "run", "-", "--details", "--format", "json"], input: Array("The fox".utf8))
    let lines = try outcome.text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
    #expect(lines.dropLast().compactMap { $0["token"]?.stringValue }.joined() == "The fox")
    let sum = lines.dropLast().compactMap { $0["log_probability"]?.doubleValue }.reduce(0, +)
    #expect(abs(sum + (lines.last?["nats"]?.doubleValue ?? 0)) < 1e-9)
  }

  @Test("--details tells bytes that spell apart")
  func spelledDetails() async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    let train = ["train", "birds.txt", "--run", "r", "--lossless", "-q"] + Corpus.tiny
    #expect(try await command.run(train).status == 0)
    let outcome = try await command.run(["score", "r", "-", "--details", "--json"], input: Array("a日b".utf8))
    let lines = try outcome.text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
    let tokens = lines.compactMap { $0["token"]?.stringValue }
    #expect(tokens == ["a", "<0xE6>", "<0x97>", "<0xA5>", "b"], "\(tokens)")
    #expect(Set(lines.compactMap { $0["id"]?.intValue }).count == 5)
  }

  /// A number as texts show it, with six decimals.
  private func decimalOf(_ value: JSONValue?) -> String { String(format: "%.6f", value?.doubleValue ?? .nan) }
}
