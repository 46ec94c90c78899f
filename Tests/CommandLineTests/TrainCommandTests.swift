import DataFiles
import ScratchFiles
import Testing

@Suite struct TrainCommandTests {
  private func command() throws -> Command {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    return command
  }

  private func lines(_ command: Command, _ path: String) throws -> [JSONValue] {
    try command.directory.read(path).split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
  }

  @Test("A run leaves metrics, checkpoints, models, vocabulary, tokens and its configuration")
  func files() async throws {
    let command = try await TrainedRun.characters.value
    for name in [
      "best.safetensors", "model.safetensors", "configuration.json", "metrics.jsonl", "vocabulary.json",
      "vocabulary.txt", "corpus.tokens", "checkpoints/step-000000030.safetensors",
    ] {
      #expect(command.exists("run/\(name)"))
    }
    let metrics = try lines(command, "run/metrics.jsonl")
    #expect(metrics.compactMap { $0["loss"] == nil ? nil : $0["step"]?.intValue } == [10, 20, 30])
    let evaluation = try #require(metrics.last)
    #expect(evaluation["step"] == .integer(30))
    #expect(evaluation["best"] == .bool(true))
    #expect((evaluation["validation_loss"]?.doubleValue ?? 99) < 3.6)
  }

  @Test("What people read goes to standard error, results to standard output")
  func streams() async throws {
    let command = try command()
    let plain = try await command.run(["train", "birds.txt", "--run", "a"] + Corpus.tiny)
    #expect(plain.status == 0)
    #expect(plain.output.isEmpty)
    #expect(plain.errors.contains("parameters") && plain.errors.contains("validation"))
    #expect(!plain.errors.contains("\u{1b}") && !plain.errors.contains("\r"))
    let quiet = try await command.run(["train", "birds.txt", "--run", "b", "--quiet"] + Corpus.tiny)
    #expect(quiet.output.isEmpty && quiet.errors.isEmpty)
    let json = try await command.run(["train", "birds.txt", "--run", "c", "--json", "-q"] + Corpus.tiny)
    #expect(json.errors.isEmpty)
    let outcome = try json.json
    #expect(
      outcome.objectValue?.map(\.name) == [
        "reason", "steps", "tokens", "seconds", "roll_backs", "skipped_steps", "averaged_steps", "best_step",
        "validation_loss", "test_loss", "training_tokens", "training_unknown", "validation_tokens",
        "validation_unknown", "run",
      ])
    #expect(outcome["reason"] == .string("finished"))
    #expect(outcome["steps"] == .integer(30))
    #expect(outcome["tokens"] == .integer(30 * 4 * 16))
    #expect(outcome["test_loss"] == .null)
  }

  @Test(
    "A run says what its average is of",
    arguments: [("ema", "the mean of the values of 30 steps"), ("nt-asgd", "it did not start")])
  func average(_ kind: String, _ said: String) async throws {
    let command = try command()
    let outcome = try await command.run(["train", "birds.txt", "--run", "run", "--average", kind] + Corpus.tiny)
    #expect(outcome.status == 0 && outcome.errors.contains(said), "\(outcome.errors)")
  }

  @Test("A plan and a range test print what they found and leave nothing")
  func rehearsals() async throws {
    let command = try command()
    let planned = try await command.run(["train", "birds.txt", "--plan", "--json"] + Corpus.tiny)
    let plan = try planned.json
    #expect(plan["steps"] == .integer(30) && plan["hidden"] == .integer(16))
    #expect((plan["tokens_per_second"]?.doubleValue ?? 0) > 0)
    let text = try await command.run(["train", "birds.txt", "--plan"] + Corpus.tiny)
    for name in ["model", "memory", "step", "epoch", "evaluation", "run"] { #expect(text.text.contains(name)) }
    let range = try await command.run(["train", "birds.txt", "--find-rate", "--json"] + Corpus.tiny)
    #expect((try range.json["suggestion"]?.doubleValue ?? 0) > 0.0001)
    let shown = try await command.run(["train", "birds.txt", "--find-rate"] + Corpus.tiny)
    #expect(shown.text.contains("--learning-rate 0.0") && shown.errors.isEmpty)
    #expect(try command.directory.names() == ["birds.txt"])
    for wrong in [["birds.txt"], ["birds.txt", "--plan", "--find-rate"], ["--plan", "--resume"]] {
      #expect(try await command.run(["train"] + wrong).status == 64)
    }
  }

  @Test(
    "A build without MPI refuses to be one of several processes, and leaves no folder", .enabled(if: !hasMPI),
    arguments: ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"])
  func oneOfSeveral(variable: String) async throws {
    let command = try command()
    let options = Corpus.tiny.joined(separator: " ")
    let refused = try await command.shell("\(variable)=2 $LONGHAND train birds.txt --run run \(options)")
    #expect(refused.status == 64)
    #expect(refused.errors.contains("one of 2 processes") && refused.errors.contains("make build-mpi"))
    #expect(!command.exists("run"))
    let alone = try await command.shell("\(variable)=1 $LONGHAND train birds.txt --run run \(options)")
    #expect(alone.status == 0)
  }

  #if MPI
    private static let hasMPI = true
  #else
    private static let hasMPI = false
  #endif

  @Test("A run from a model reports what became of it, and takes no other shape")
  func fineTuning() async throws {
    let command = try command()
    try command.write(Corpus.birds.replacing("sang", with: "søng"), to: "others.txt")
    #expect(try await command.run(["train", "birds.txt", "--run", "old", "-q"] + Corpus.tiny).status == 0)
    let steps = ["--max-steps", "20", "--batch", "4", "--window", "16"]
    let tuned = try await command.run(["train", "others.txt", "--from", "old", "--run", "new", "--json", "-q"] + steps)
    let report = try tuned.json["fine_tuning"]
    #expect(report?["new_tokens"] == .integer(1) && report?["changes"]?["decoder.bias"]?.doubleValue ?? 0 > 0)
    let shown = try await command.run(
      ["train", "others.txt", "--from", "old", "--run", "kept", "--keep-vocabulary"] + steps)
    #expect(shown.errors.contains("started from") && shown.errors.contains("and 0 new ones"))
    for wrong in [["--from", "old", "--hidden", "8"], ["--from", "old", "--level", "word"], ["--keep-vocabulary"]] {
      #expect(try await command.run(["train", "others.txt", "--run", "x"] + wrong).status == 64)
    }
    #expect(try await command.run(["train", "others.txt", "--run", "x", "--from", "nowhere"]).status == 66)
    #expect(!command.exists("x"))
  }

  @Test("Any number of threads gives the same bytes, another seed others")
  func threads() async throws {
    let command = try command()
    var digests: [[String]] = []
    for (threads, seed) in [("1", "5"), ("2", "5"), ("4", "5"), ("2", "6")] {
      let run = "run\(threads)-\(seed)"
      let options = ["--threads", threads, "--seed", seed, "--shards", "4"]
      #expect(try await command.run(["train", "birds.txt", "--run", run, "-q"] + Corpus.tiny + options).status == 0)
      digests.append(
        try ["best.safetensors", "model.safetensors", "checkpoints/step-000000030.safetensors"].map {
          try command.digest("\(run)/\($0)")
        })
    }
    #expect(digests[0] == digests[1])
    #expect(digests[0] == digests[2])
    #expect(Set(digests[0]).isDisjoint(with: digests[3]))
  }

  @Test("Texts of their own validate and test")
  func splitByFiles() async throws {
    let command = try command()
    try command.write("The red bird sang.\n", to: "valid.txt")
    try command.write("The old fox sang.\n", to: "test.txt")
    let outcome = try await command.run(
      ["train", "birds.txt", "--run", "r", "--valid", "valid.txt", "--test", "test.txt", "--json", "-q"]
        + ["--find-temperature"] + Corpus.tiny)
    #expect(outcome.status == 0)
    let configuration = try JSONValue(parsing: command.directory.read("r/configuration.json"))
    #expect(configuration["texts"]?["training"] == .array([.string("birds.txt")]))
    #expect(configuration["texts"]?["test"] == .array([.string("test.txt")]))
    for (key, text) in [("validation_loss", "valid.txt"), ("test_loss", "test.txt")] {
      let score = try await command.run(["score", "r", text, "--format", "json"]).json
      let tokens = Double(try #require(score["tokens"]?.intValue))
      let loss = try #require(try outcome.json[key]?.doubleValue)
      #expect(abs(loss - (score["nats"]?.doubleValue ?? 0) / tokens) < 1e-5)
      // At the temperature that the validation text likes best.
      let found = try outcome.json["evaluation_temperature"]
      let temperature = try #require(found?["temperature"]?.doubleValue)
      let at = try await command.run(["score", "r", text, "--temperature", "\(temperature)", "--format", "json"]).json
      #expect(abs((found?[key]?.doubleValue ?? 0) - (at["nats"]?.doubleValue ?? 0) / tokens) < 1e-5)
    }
  }

  @Test("The last shares of the corpus validate and test")
  func splitByFractions() async throws {
    let command = try command()
    let outcome = try await command.run(
      ["train", "birds.txt", "--run", "r", "--valid-fraction", "0.2", "--test-fraction", "0.1"] + Corpus.tiny)
    #expect(outcome.status == 0)
    let count = Double(Corpus.birds.unicodeScalars.count)
    let configuration = try JSONValue(parsing: command.directory.read("r/configuration.json"))
    let corpus = try #require(configuration["corpus"])
    #expect(corpus["training_end"] == .integer(Int(count * 0.7)))
    #expect(corpus["validation_end"] == .integer(Int(count) - Int(count * 0.1)))
    #expect(corpus["test_end"] == .integer(Int(count)))
  }

  @Test("Shares are cut where they say, whatever their sum is in binary", arguments: [(0.05, 90, 95), (0.1, 80, 90)])
  func exactShares(_ share: Double, _ training: Int, _ validation: Int) async throws {
    let command = try Command()
    try command.write(String(repeating: "abcde", count: 20), to: "a.txt")
    let options = ["--valid-fraction", "\(share)", "--test-fraction", "\(share)"]
    #expect(try await command.run(["train", "a.txt", "--run", "r", "-q"] + Corpus.tiny + options).status == 0)
    let corpus = try JSONValue(parsing: command.directory.read("r/configuration.json"))["corpus"]
    #expect(corpus?["training_end"] == .integer(training) && corpus?["validation_end"] == .integer(validation))
  }

  @Test(
    "Of unknown tokens it is said whether the model met any",
    arguments: [("", "met none in training"), ("2", "easy to")])
  func unknownTokens(_ minimum: String, _ message: String) async throws {
    let command = try Command()
    try command.write(Corpus.birds + "Zz", to: "birds.txt")
    try command.write("Quiet xylophones sang.", to: "valid.txt")
    let options = minimum.isEmpty ? [] : ["--min-count", minimum]
    let outcome = try await command.run(
      ["train", "birds.txt", "--run", "r", "--valid", "valid.txt"] + Corpus.tiny + options)
    #expect(outcome.status == 0 && outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test(
    "Every choice of the contract trains",
    arguments: [
      "--level byte", "--level grapheme", "--level word", "--level word --no-lossless", "--level whitespace",
      "--level bpe", "--level bpe --max-size 300 --min-count 3",
      "--layers 2 --peepholes --dropout 0.3", "--tie --embedding 16", "--tie --embedding 9",
      "--layers 2 --input-dropout 0.1 --layer-dropout 0.1 --output-dropout 0 --locked-dropout --weight-dropout 0.2",
      "--embedding-dropout 0.1 --activation-penalty 2 --temporal-penalty 1", "--optimizer sgd --learning-rate 0.5",
      "--optimizer adam --schedule constant", "--schedule step", "--schedule plateau --patience 3", "--clip 0",
      "--epochs 1", "--max-seconds 5", "--precision f32", "--normalize nfd --lowercase", "--valid-fraction 0",
      "--forget-bias -1", "--min-count 2", "--max-size 20",
    ])
  func choices(_ options: String) async throws {
    let command = try command()
    let typed = options.split(separator: " ").map(String.init)
    let outcome = try await command.run(["train", "birds.txt", "--run", "r"] + Corpus.tiny + typed)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let score = try await command.run(["score", "r", "birds.txt", "--format", "json"]).json
    let perplexity = try #require(score["perplexity"]?.doubleValue)
    let size = try #require(try await command.run(["inspect", "r", "--json"]).json["vocabulary_size"]?.intValue)
    #expect(perplexity < Double(size))
  }

  @Test("One distinct symbol is learned to certainty")
  func oneSymbol() async throws {
    let command = try Command()
    try command.write(String(repeating: "a", count: 600), to: "a.txt")
    let options = ["--hidden", "8", "--max-steps", "200", "--batch", "4", "--window", "8", "--learning-rate", "0.05"]
    #expect(try await command.run(["train", "a.txt", "--run", "r"] + options).status == 0)
    let score = try await command.run(["score", "r", "a.txt", "--format", "json"]).json
    #expect((score["perplexity"]?.doubleValue ?? 9) < 1.05)
    #expect(try await command.run(["sample", "r", "--length", "20"]).text == String(repeating: "a", count: 20) + "\n")
  }

  @Test("A corpus of random bytes is no matter at the byte level")
  func binary() async throws {
    let command = try Command()
    try command.directory.write((0..<2000).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 >> 3) }, to: "b.bin")
    #expect(try await command.run(["train", "b.bin", "--run", "r", "--level", "byte"] + Corpus.tiny).status == 0)
  }

  @Test(
    "A model that no memory holds is refused with its size, by a plan, too",
    arguments: [["--run", "new"], ["--plan"]])
  func tooLarge(_ way: [String]) async throws {
    let command = try command()
    let outcome = try await command.run(["train", "birds.txt", "--hidden", "60000", "--layers", "60"] + way)
    #expect(outcome.status == 64 && outcome.hasProperMessage, "\(outcome.errors)")
    #expect(outcome.errors.contains("training takes at least 27") && outcome.errors.contains(" GB of memory"))
  }

  @Test("A vocabulary that no model's file can carry is refused before anything is trained")
  func vocabularyTooLarge() async throws {
    let command = try command()
    // 40 words of half a megabyte.
    let words = (0..<40).map { "\($0)" + String(repeating: "x", count: 500_000) }.joined(separator: " ")
    try command.write(words + "\n", to: "words.txt")
    let outcome = try await command.run(["train", "words.txt", "--run", "new", "--level", "whitespace"] + Corpus.tiny)
    #expect(outcome.status == 64 && outcome.hasProperMessage, "\(outcome.errors)")
    #expect(outcome.errors.contains("no room for a vocabulary of 4") && outcome.errors.contains("takes 19 MiB"))
  }

  @Test("A vocabulary that is ready goes without what it says itself")
  func readyVocabulary() async throws {
    let command = try command()
    #expect(try await command.run(["vocab", "birds.txt", "-o", "v.vocab"]).status == 0)
    for (options, message) in [
      ("--level word", "and not by --level"), ("--lowercase", "and not by --lowercase"),
      ("--min-count 3", "leave out --min-count and --max-size"),
    ] {
      let outcome = try await command.run(
        ["train", "birds.txt", "--run", "r", "--vocab", "v.vocab"] + options.split(separator: " ").map(String.init))
      #expect(outcome.status == 64 && outcome.errors.contains(message), "\(outcome.errors)")
    }
    #expect(try await command.run(["vocab", "birds.txt", "-o", "words.vocab", "--level", "word"]).status == 0)
    let other = try await command.run(
      ["train", "birds.txt", "--run", "r", "--vocab", "words.vocab", "--level", "character"])
    #expect(other.status == 64 && other.errors.contains("and not by --level"), "\(other.errors)")
    let options = ["--vocab", "v.vocab", "--level", "character", "-q"]
    #expect(try await command.run(["train", "birds.txt", "--run", "r"] + Corpus.tiny + options).status == 0)
  }

  @Test("A plan and a range test that are interrupted leave nothing behind", arguments: ["--plan", "--find-rate"])
  func interruptedRehearsal(_ way: String) async throws {
    let command = try command()
    let outcome = try await command.shell(
      """
      mkdir tmp
      TMPDIR=$PWD/tmp "$LONGHAND" train birds.txt \(way) --hidden 600 --layers 4 --threads 1 > out &
      until ls tmp/*/corpus.tokens > list 2>&1; do sleep 0.01; done
      kill -INT $!
      wait $!
      echo $? $(ls tmp | wc -l) $(cat out | wc -c)
      """)
    #expect(outcome.text == "130 0 0\n", "\(outcome.text)")
  }

  @Test("What a model to go on from says itself is refused by name")
  func shapeOfTheBase() async throws {
    let command = try await TrainedRun.characters.value
    let outcome = try await command.run(
      ["train", "birds.txt", "--from", "run", "--run", "from", "--hidden", "8", "--zoneout-hidden", "0.3"])
    #expect(
      outcome.status == 64 && outcome.errors.contains("leave out --hidden, --zoneout-hidden."), "\(outcome.errors)")
  }
}
