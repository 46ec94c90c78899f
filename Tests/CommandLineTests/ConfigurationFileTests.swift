import DataFiles
import ScratchFiles
import Testing

@Suite struct ConfigurationFileTests {
  private func train(_ toml: String, _ typed: [String] = []) async throws -> (Command, Command.Outcome) {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    try command.write(toml, to: "c.toml")
    let outcome = try await command.run(["train", "birds.txt", "--run", "r", "--config", "c.toml"] + typed)
    return (command, outcome)
  }

  @Test("Options stand in a file; those typed win")
  func typedWins() async throws {
    let toml = """
      # A tiny model.
      hidden = 12
      embedding = 6
      max-steps = 5
      batch = 4
      window = 8
      learning-rate = 1e-2
      peepholes = true
      level = "byte"
      """
    let (command, outcome) = try await train(toml, ["--hidden", "8", "--no-peepholes"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let configuration = try JSONValue(parsing: command.directory.read("r/configuration.json"))
    #expect(configuration["model"]?["hidden_size"] == .integer(8))
    #expect(configuration["model"]?["embedding_size"] == .integer(6))
    #expect(configuration["model"]?["peepholes"] == .bool(false))
    #expect(try await command.run(["inspect", "r", "--json"]).json["level"] == .string("byte"))
  }

  @Test("What a file turns on or off, a typed option turns back")
  func flagsGoBothWays() async throws {
    let tiny = "hidden = 8\nmax-steps = 3\nbatch = 4\nwindow = 8\nvalid-fraction = 0.3\n"
    for (value, typed, finds) in [
      ("true", [], true), ("false", [], false), ("true", ["--no-find-temperature"], false),
      ("false", ["--find-temperature"], true),
    ] {
      let (_, outcome) = try await train(tiny + "find-temperature = \(value)\n", typed + ["--json", "-q"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try (outcome.json["evaluation_temperature"]?["temperature"] != nil) == finds, "\(value) \(typed)")
    }
  }

  @Test("A flag that has no --no- may be false, which says nothing")
  func flagsAreOff() async throws {
    let flags = ["find-rate", "json", "plan", "quiet", "resume"].map { "\($0) = false\n" }.joined()
    let (_, outcome) = try await train(flags, Corpus.tiny)
    #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.contains("epoch 1"), "\(outcome.errors)")
  }

  @Test(
    "What comes later, typed or in another file, takes the place of what it would add to or exclude",
    arguments: [
      ("valid = 'missing.txt'", "--valid birds.txt", "valid = 'birds.txt'"),
      ("valid = ['missing.txt', 'gone.txt']", "--valid-fraction 0.3", "valid-fraction = 0.3"),
      (
        "valid = 'missing.txt'\ntest = 'missing.txt'", "--valid-fraction 0.3 --test-fraction=0.2",
        "valid-fraction = 0.3\ntest-fraction = 0.2"
      ),
      ("valid-fraction = 0.3\ntest-fraction = 0.3", "--valid=birds.txt", "valid = 'birds.txt'"),
      (
        "valid = 'birds.txt'\ntest = 'missing.txt'", "--valid birds.txt --test birds.txt",
        "valid = 'birds.txt'\ntest = 'birds.txt'"
      ), ("parameters = '20k'", "--hidden 8", "hidden = 8"), ("hidden = 8", "--parameters 20k", "parameters = '20k'"),
      ("softmax = 'sampled'\nsoftmax-samples = 4", "--softmax full", "softmax = 'full'"),
      ("softmax = 'adaptive'\nsoftmax-divisor = 2", "--softmax=full", "softmax = 'full'"),
      ("softmax = 'sampled'\nsoftmax-samples = 4", "--softmax sampled", "softmax = 'sampled'"),
      ("schedule = 'step'\ndecay = 0.9\ndecay-after = 1", "--schedule constant", "schedule = 'constant'"),
      ("schedule = 'step'\ndecay = 0.9", "--schedule=plateau", "schedule = 'plateau'"),
      ("optimizer = 'adam'\nbeta1 = 0", "--optimizer rmsprop", "optimizer = 'rmsprop'"),
      ("average = 'ema'\naverage-decay = 0.9", "--average two-tailed", "average = 'two-tailed'"),
      ("mogrifier-rounds = 2\ninput-gate = 'capped'\nforget-bias = 2", "--cell gru", "cell = 'gru'"),
      ("layers = 2\nlayer-dropout = 0.3\noutput-dropout = 0.1", "--layers 1", "layers = 1"),
      ("mogrifier-rounds = 2\nmogrifier-rank = 3", "--mogrifier-rounds 0", "mogrifier-rounds = 0"),
      ("peepholes = true", "--cell rnn", "cell = 'rnn'"),
      (
        "dropout = 0.4\nlayers = 2", "--layer-dropout 0.1 --output-dropout 0.2",
        "layer-dropout = 0.1\noutput-dropout = 0.2"
      ), ("level = 'word'\nlocale = 'de'\nmin-count = 2\nmax-size = 99", "--level byte", "level = 'byte'"),
      ("lowercase = true", "--casefold", "casefold = true"), ("casefold = true", "--lowercase", "lowercase = true"),
      ("document-separator = 'x'", "--documents line", "documents = 'line'"),
      ("documents = 'line'", "--document-separator x", "document-separator = 'x'"),
    ])
  func replaced(_ toml: String, _ typed: String, _ later: String) async throws {
    let tiny = ["--max-steps", "2", "--batch", "4", "--window", "8"]
    let (command, outcome) = try await train(toml + "\n", tiny + typed.split(separator: " ").map(String.init))
    #expect(outcome.status == 0, "\(outcome.errors)")
    try command.write(later + "\n", to: "later.toml")
    let files = try await command.run(
      ["train", "birds.txt", "--run", "files", "--config", "c.toml", "--config=later.toml"] + tiny)
    #expect(files.status == 0, "\(files.errors)")
    #expect(try command.digest("files/model.safetensors") == command.digest("r/model.safetensors"))
  }

  @Test(
    "A number of parameters is written in thousands, or with a power of ten",
    arguments: [("parameters = 1e4", ""), ("parameters = '10K'", ""), ("seed = 1", "10K"), ("seed = 1", "1e4")])
  func parameters(_ toml: String, _ typed: String) async throws {
    let options =
      ["--max-steps", "2", "--batch", "4", "--window", "8"] + (typed.isEmpty ? [] : ["--parameters", typed])
    let (command, outcome) = try await train(toml + "\n", options)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let count = try await command.run(["inspect", "r", "--json"]).json["parameters"]?.intValue ?? 0
    #expect((9_000...10_000).contains(count), "\(count)")
  }

  @Test(
    "What is wrong with the file is said, with its place",
    arguments: [
      ("hidden = 8\nbogus = 3\n", Int32(64), "c.toml, line 2, column 1: Unknown option '--bogus'"),
      ("hidden = 8\n\n  'hiden' = 3\n", 64, "c.toml, line 3, column 3: Unknown option '--hiden'. Did you mean"),
      ("hidden = 8\nlayers == 2\n", 65, "c.toml, line 2, column 9"),
      ("hidden = 8\nhidden = 9\n", 65, "c.toml, line 2"),
      ("seed = [1, 'x']\n", 64, "c.toml, line 1, column 1: The value 'x' is invalid for '--seed"),
      ("seed = 1\n[model]\nhidden = 8\n", 65, "c.toml, line 2, column 1: model is neither a number"),
      ("seed = 1\nmodel.hidden = 8\n", 65, "c.toml, line 2, column 1: model is neither a number"),
      ("seed = 1979-05-27\n", 65, "c.toml, line 1, column 1: seed is neither a number"),
      ("seed = 1\nhidden = 'many'\n", 64, "line 2, column 1: The value 'many' is invalid for '--hidden"),
      ("seed = 1\nhidden = 3.5\n", 64, "line 2, column 1: The value '3.5' is invalid for '--hidden"),
      ("peepholes = 'yes'\n", 64, "line 1, column 1: peepholes is turned on or off; give it true or false"),
      ("quiet = 1\n", 64, "line 1, column 1: quiet is turned on or off; give it true or false"),
      ("hidden = true\n", 64, "line 1, column 1: hidden is neither on nor off; give it a value"),
      ("seed = 1\nno-tie = false\n", 65, "line 2, column 1: no-tie is said by tie = false"),
      ("hidden = false\n", 64, "line 1, column 1: Unknown option '--no-hidden'"),
      ("help = true\n", 64, "line 1, column 1: Unknown option '--help'"),
      ("version = true\n", 64, "line 1, column 1: Unknown option '--version'"),
      ("hidden = 8\nparameters = '10k'\n", 64, "line 2, column 1 and c.toml, line 1, column 1: --param"),
      ("documents = 'line'\ndocument-separator = 'x'\n", 64, "c.toml, line 2, column 1: --documents and"),
      ("valid-fraction = 0.1\ntest-fraction = 0.95\n", 64, "line 1, column 1 and c.toml, line 2, column 1: valid-"),
      ("softmax-divisor = 4\n", 64, "longhand: c.toml, line 1, column 1: --softmax-cutoffs"),
      ("seed = 1\r\nlayers = 0\r\n", 64, "longhand: c.toml, line 2, column 1: the number of layers is 0"),
      ("hidden = 0\ntie = true\n", 64, "longhand: c.toml, line 1, column 1: the hidden size is 0"),
      ("keep-vocabulary = true\n", 64, "Error: c.toml, line 1, column 1: --keep-vocabulary goes with --from MODEL"),
      ("test = 'birds.txt'\n", 64, "Error: c.toml, line 1, column 1: --test FILE goes with --valid FILE"),
      ("resume = true\n", 64, "A resumed run has its corpus"),
      ("layers = 0\n", 64, "longhand: c.toml, line 1, column 1: the number of layers is 0"),
      ("seed = 1\nhidden = 0\n", 64, "longhand: c.toml, line 2, column 1: the hidden size is 0"),
      ("seed = 1\n  embedding = 0\n", 64, "longhand: c.toml, line 2, column 3: the embedding size is 0"),
      ("dropout = nan\n", 64, "longhand: c.toml, line 1, column 1: dropout is nan"),
      ("parameters = 10\n", 64, "longhand: c.toml, line 1, column 1: parameters is 10, too few"),
      ("softmax = 'adaptive'\nsoftmax-cutoffs = [9, 3]\n", 64, "line 2, column 1: the cut-offs of the adaptive"),
      ("softmax = 'adaptive'\nsoftmax-divisor = 0\n", 64, "line 2, column 1: the divisor of the adaptive softmax is 0"),
      ("cell = 'gru'\n'peepholes' = true\n", 64, "c.toml, line 2, column 1: peepholes is of the cell lstm"),
      ("momentum = 0.9\n", 64, "longhand: c.toml, line 1, column 1: --momentum goes with --optimizer sgd"),
      ("locale = 'de'\n", 64, "longhand: c.toml, line 1, column 1: a locale (de) divides words"),
      ("document-separator = '\\x'\n", 64, "c.toml, line 1, column 1: --document-separator \\x: only"),
      ("config = 'd.toml'\n", 65, "line 1, column 1: a configuration cannot name another one"),
    ])
  func refused(_ toml: String, _ status: Int32, _ message: String) async throws {
    let (command, outcome) = try await train(toml, ["--max-steps", "2"])
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.hasProperMessage)
    #expect(!command.exists("r"))
  }

  @Test(
    "What only the text shows to be wrong is said with its place, too",
    arguments: [
      ("seed = 1\nmin-count = 0\n", "longhand: c.toml, line 2, column 1: a minimum count of 0"),
      ("\nmax-size = 1\n", "longhand: c.toml, line 2, column 1: a vocabulary of at most 1"),
      (
        "softmax = 'adaptive'\nsoftmax-cutoffs = [9, 300]\n",
        "longhand: c.toml, line 2, column 1: the last cut-off of the adaptive softmax is 300"
      ), ("accumulate = 9999\n", "longhand: c.toml, line 1, column 1: accumulate is 9999, and an epoch has"),
    ])
  func refusedByTheText(_ toml: String, _ message: String) async throws {
    let (_, outcome) = try await train(toml, ["--max-steps", "2"])
    #expect(outcome.status == 64 && outcome.hasProperMessage)
    #expect(outcome.errors.hasPrefix(message), "\(outcome.errors)")
  }

  @Test(
    "The place is that of the entry which counts, and what was typed has none",
    arguments: [
      ("layers = 2\n", "# Deeper.\nlayers = 0\n", "", "longhand: d.toml, line 2, column 1: the number of layers is 0"),
      ("seed = 3\n\nlayers = 0\n", "seed = 4\n", "", "longhand: c.toml, line 3, column 1: the number of layers is 0"),
      ("layers = 0\n", "layers = 65\n", "--layers -1", "longhand: the number of layers is -1"),
      ("dropout = 2\n", "seed = 4\n", "--dropout=nan", "longhand: dropout is nan"),
      (
        "dropout = 0\nlocked-dropout = false\n", "locked-dropout = true\n", "",
        "longhand: d.toml, line 1, column 1: --locked-dropout has nothing to lock"
      ),
      (
        "dropout = 0\nlocked-dropout = false\n", "seed = 4\n", "--locked-dropout",
        "longhand: --locked-dropout has nothing to lock"
      ),
      ("test = 'a'\n", "test = 'birds.txt'\n", "", "Error: d.toml, line 1, column 1: --test FILE goes with --valid"),
      ("test = 'a'\n", "test = 'b'\n", "--test birds.txt", "Error: --test FILE goes with --valid FILE."),
    ])
  func places(_ toml: String, _ later: String, _ typed: String, _ message: String) async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    try command.write(toml, to: "c.toml")
    try command.write(later, to: "d.toml")
    let outcome = try await command.run(
      ["train", "birds.txt", "--run", "r", "--config", "c.toml", "--config=d.toml"]
        + typed.split(separator: " ").map(String.init))
    #expect(outcome.status == 64 && outcome.hasProperMessage)
    #expect(outcome.errors.hasPrefix(message), "\(outcome.errors)")
    #expect(!command.exists("r"))
  }

  @Test("A file may say that a run goes on")
  func resumption() async throws {
    let (command, outcome) = try await train("hidden = 8\n", ["--max-steps", "2", "--batch", "4", "--window", "8"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    try command.write("run = 'r'\nresume = true\nmax-steps = 4\n", to: "resume.toml")
    let resumed = try await command.run(["train", "--config", "resume.toml", "--json", "-q"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try resumed.json["steps"]?.intValue == 4)
  }
}
