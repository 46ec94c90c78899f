import DataFiles
import ScratchFiles
import Testing

@Suite struct SampleCommandTests {
  private func sample(_ options: String..., prompt: String? = nil) async throws -> Command.Outcome {
    let command = try await TrainedRun.characters.value
    return try await command.run(["sample", "run"] + options + (prompt.map { ["--prompt", $0] } ?? []))
  }

  @Test("The same seed writes the same bytes, another seed others")
  func seeds() async throws {
    let first = try await sample("--seed", "7", "--length", "80")
    #expect(first.status == 0)
    #expect(first.errors.isEmpty)
    #expect(first.text.unicodeScalars.count == 81)
    #expect(try await sample("--seed", "7", "--length", "80").output == first.output)
    #expect(try await sample("--seed", "8", "--length", "80").output != first.output)
  }

  @Test("Temperature 0 and top-k 1 are the likeliest token every time, whatever the seed")
  func greedy() async throws {
    let greedy = try await sample("--temperature", "0", "--length", "30", "--seed", "1").output
    #expect(try await sample("--temperature", "0", "--length", "30", "--seed", "2").output == greedy)
    #expect(try await sample("--top-k", "1", "--length", "30", "--seed", "3").output == greedy)
    #expect(try await sample("--top-p", "1e-9", "--length", "30", "--seed", "3").output == greedy)
    #expect(try await sample("--beam-width", "1", "--length", "30").output == greedy)
  }

  @Test("A seed that was not given is told, and writes the same again; where nothing is drawn, or in JSON, it is not")
  func drawnSeed() async throws {
    let first = try await sample("--length", "60", prompt: "The")
    let words = first.errors.split(separator: " ")
    let seed = try #require(words.firstIndex(of: "--seed").map { String(words[$0 + 1]) })
    #expect(first.errors == "longhand: drawn by chance; --seed \(seed) writes the same again\n")
    #expect(try await sample("--length", "60", "--seed", seed, prompt: "The").output == first.output)
    for options in [["--temperature", "0"], ["--beam-width", "2"], ["--json"]] {
      let command = try await TrainedRun.characters.value
      #expect(try await command.run(["sample", "run", "--length", "5"] + options).errors.isEmpty)
    }
  }

  @Test(
    "What cannot be is refused before anything is written",
    arguments: [
      ("--texts 0", "--texts is 0; it must be from 1 to 1024"), ("--texts -3", "--texts is -3"),
      ("--texts 1025", "--texts is 1025"), ("--texts 9223372036854775807", "--texts is 9223372036854775807"),
      ("--best 2", "--best goes with --beam-width"), ("--length-penalty 1", "--length-penalty goes with --beam-width"),
      ("--beam-width 2 --best 3", "--best is 3; it must be from 1 to the beam's width (2)"),
      ("--temperature -1", "give 0 or more"), ("--temperature 0 --top-k 3", "takes the likeliest token always"),
      ("--temperature 0 --top-p 0.9", "leave --top-k, --top-p, --min-p and --texts out"),
      ("--temperature 0 --min-p 0.1", "takes the likeliest token always"),
      ("--temperature 0 --texts 2", "takes the likeliest token always"),
    ])
  func refused(_ options: String, _ message: String) async throws {
    let command = try await TrainedRun.characters.value
    let outcome = try await command.run(["sample", "run"] + options.split(separator: " ").map(String.init))
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.hasProperMessage)
  }

  @Test("The prompt stands before the text, and length 0 leaves it alone")
  func prompt() async throws {
    #expect(try await sample("--length", "0", prompt: "The fox").text == "The fox\n")
    #expect(try await sample("--length", "9", prompt: "The fox").text.hasPrefix("The fox"))
    let dialogue = try await sample("--length", "0", prompt: "- Who?")
    #expect(dialogue.text == "- Who?\n")
  }

  @Test("A symbol that the model does not know is reported, and no error")
  func unknownSymbols() async throws {
    let outcome = try await sample("--length", "5", "--seed", "1", prompt: "The 日本 fox\u{7}")
    #expect(outcome.status == 0)
    #expect(outcome.errors == "longhand: the model does not know \"日\" \"本\" \"\\u{7}\" of the prompt; read as <unk>\n")
  }

  @Test("--json says text, tokens, log-probability and seed")
  func json() async throws {
    let outcome = try await sample("--json", "--length", "5", "--seed", "3", prompt: "The")
    let json = try outcome.json
    #expect(json.objectValue?.map(\.name) == ["prompt", "text", "tokens", "log_probability", "seed", "unknown"])
    #expect(json["tokens"] == .integer(5))
    #expect(json["seed"] == .string("3"))
    let plain = try await sample("--length", "5", "--seed", "3", prompt: "The").text
    #expect("The" + (json["text"]?.stringValue ?? "") + "\n" == plain)
    #expect((json["log_probability"]?.doubleValue ?? 0) < 0)
  }

  @Test("--texts writes several, the first that of a single one; --threads and beams do not change a byte")
  func severalTexts() async throws {
    let one = try await sample("--length", "20", "--seed", "3", prompt: "The").text
    let json = try await sample("--json", "--length", "20", "--seed", "3", "--texts", "4", prompt: "The").json
    #expect(json.objectValue?.map(\.name) == ["prompt", "texts", "seed", "unknown"])
    let texts = try #require(json["texts"]?.arrayValue)
    #expect(texts.count == 4 && texts.allSatisfy { $0["tokens"] == .integer(20) })
    #expect("The" + (texts[0]["text"]?.stringValue ?? "") + "\n" == one)
    let plain = try await sample("--length", "20", "--seed", "3", "--texts", "4", prompt: "The")
    #expect(plain.text == texts.map { "The" + ($0["text"]?.stringValue ?? "") + "\n" }.joined())
    #expect(
      plain.errors.split(separator: "\n").map { $0.prefix(8) } == ["text 1, ", "text 2, ", "text 3, ", "text 4, "])
    #expect(try await sample("--length", "20", "--seed", "3", "--threads", "3", prompt: "The").text == one)
  }

  @Test("Weights of fewer bits write a text of the same length", arguments: ["f32", "bf16", "int8"])
  func weights(_ format: String) async throws {
    let outcome = try await sample("--length", "80", "--seed", "7", "--weights", format)
    #expect(outcome.status == 0 && outcome.text.unicodeScalars.count == 81)
    #expect(
      try await sample("--length", "80", "--seed", "7", "--weights", format, "--threads", "2").output == outcome.output)
  }

  @Test("A beam's n-best come best first, each once")
  func beam() async throws {
    let json = try await sample("--json", "--beam-width", "5", "--best", "5", "--length", "8").json
    let hypotheses = try #require(json["hypotheses"]?.arrayValue)
    #expect(hypotheses.count == 5)
    let scores = hypotheses.compactMap { $0["score"]?.doubleValue }
    #expect(scores == scores.sorted(by: >))
    #expect(Set(hypotheses.compactMap { $0["text"]?.stringValue }).count == 5)
    let greedy = try await sample("--json", "--temperature", "0", "--length", "8").json
    let best = try #require(hypotheses.first?["log_probability"]?.doubleValue)
    #expect(best >= (greedy["log_probability"]?.doubleValue ?? 0) - 1e-9)
  }

  @Test("A request to stop ends the text where it is, and says so")
  func interrupted() async throws {
    let command = try await TrainedRun.characters.value
    let outcome = try await command.shell(
      """
      "$LONGHAND" sample run --length 100000000 --seed 1 > stopped.txt & writer=$!
      for n in $(seq 1000); do [ -s stopped.txt ] && break; sleep 0.01; done
      kill -TERM $writer; wait $writer
      """)
    #expect(outcome.status == 143)
    #expect(outcome.errors == "\nstopping after this token; once more to stop at once\n")
    #expect(try command.directory.read("stopped.txt").last == UInt8(ascii: "\n"))
  }

  @Test("A reader that has had enough ends the command quietly")
  func closedPipe() async throws {
    let command = try await TrainedRun.characters.value
    let outcome = try await command.shell(#""$LONGHAND" sample run --length 100000000 --seed 1 | head -c 10"#)
    #expect(outcome.status == 0)
    #expect(outcome.output.count == 10)
    #expect(outcome.errors.isEmpty)
  }

  @Test("A beam without a step writes the prompt")
  func beamOfLengthZero() async throws {
    let command = try await TrainedRun.characters.value
    let outcome = try await command.run(["sample", "run", "--prompt", "The", "--beam-width", "2", "--length", "0"])
    #expect(outcome.status == 0 && outcome.text == "The\n", "\(outcome.text)")
  }
}
