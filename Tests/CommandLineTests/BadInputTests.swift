import DataFiles
import ScratchFiles
import Testing

/// A command line that must fail: with which status, saying what, and leaving what alone.
struct BadInput: Sendable, CustomTestStringConvertible {
  let arguments: String
  let status: Int32
  let message: String

  init(_ arguments: String, _ status: Int32, _ message: String) {
    self.arguments = arguments
    self.status = status
    self.message = message
  }

  var testDescription: String { arguments }

  /// Expects the status and the message, and that the message is a proper one.
  func expect(_ outcome: Command.Outcome) {
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.hasProperMessage, "\(outcome.errors)")
  }
}

@Suite struct BadInputTests {
  /// Inputs of every bad kind, beside a good run.
  private func command() async throws -> Command {
    let good = try await TrainedRun.characters.value
    let command = try Command()
    _ = try await command.shell(
      "cp -R '\(good.directory.path)/.' . && mkdir folder && mkfifo pipe && ln -s loop loop && mkdir remains && cp run/model.safetensors remains"
    )
    try command.write("", to: "empty.txt")
    try command.write("abcdefgh", to: "short.txt")
    try command.write("Once upon a time", to: "other.txt")
    try command.write(" \n \n", to: "blank.txt")
    try command.directory.write([0x61, 0x0A, 0x62, 0xFF, 0xFE, 0x00], to: "junk.bin")
    #expect(try await command.run(["vocab", "other.txt", "-o", "other.vocab"]).status == 0)
    return command
  }

  @Test(
    "Bad input ends in a message and a status, and nothing is lost or left",
    arguments: [
      BadInput("vocab empty.txt -o new", 65, "empty.txt is empty: give a text with at least one character"),
      BadInput("vocab folder -o new", 66, "cannot read folder: it is a directory"),
      BadInput("vocab missing.txt -o new", 66, "cannot open missing.txt: No such file or directory"),
      BadInput("vocab birds.txt/below -o new", 66, "birds.txt/below: Not a directory"),
      BadInput("vocab loop -o new", 66, "loop: Too many levels of symbolic links"),
      BadInput("vocab junk.bin -o new", 65, "junk.bin is not UTF-8: byte offset 3 (line 2) holds 0xFF"),
      BadInput("vocab birds.txt -o folder", 73, "cannot write folder: it is a directory"),
      BadInput("vocab birds.txt -o missing/new", 73, "cannot write missing/new"),
      BadInput("vocab birds.txt -o birds.txt/new", 73, "birds.txt/new"),
      BadInput("vocab birds.txt -o new --min-count 100000", 65, "no token is left"),
      BadInput("vocab blank.txt -o new --level whitespace", 65, "no token of level whitespace; give another text"),
      BadInput("vocab birds.txt -o -", 64, "a file and a listing beside it"),
      BadInput("vocab birds.txt -o new --min-count 0", 64, "minimum count of 0"),
      BadInput("vocab birds.txt -o new --max-size 1", 64, "at most 1 tokens has no room"),
      BadInput("vocab birds.txt -o new --level sentence", 64, "'sentence' is invalid for '--level"),
      BadInput("vocab birds.txt -o new --level word --locale %%", 64, "%% is no locale"),
      BadInput("tokenize birds.txt -o new --vocab missing", 66, "missing does not exist; give a vocabulary's file"),
      BadInput(
        "tokenize birds.txt -o new --vocab birds.txt", 65,
        "birds.txt, line 1, column 1: no value begins like this; give a vocabulary that `longhand vocab`"),
      BadInput("tokenize empty.txt -o new --vocab other.vocab", 65, "empty.txt is empty"),
      BadInput("tokenize junk.bin -o new --vocab other.vocab", 65, "byte offset 3"),
      BadInput("tokenize birds.txt --vocab other.vocab", 64, "Say where the tokens go"),
      BadInput("tokenize --vocab other.vocab -o new", 64, "Give texts to tokenize"),
      BadInput("tokenize --decode run/corpus.tokens --vocab other.vocab -o new", 64, "leave -o out"),
      BadInput("tokenize --decode run/corpus.tokens --vocab other.vocab", 65, "vocabulary"),
      BadInput("tokenize --decode run/corpus.tokens --vocab run --json", 64, "leave --json and --invalid out"),
      BadInput("tokenize --decode birds.txt --vocab other.vocab", 65, "birds.txt is not a token file"),
      BadInput("tokenize --decode pipe --vocab other.vocab", 66, "pipe: it is not a regular file"),
      BadInput("train missing.txt --run new", 66, "cannot open missing.txt"),
      BadInput("train folder --run new", 66, "cannot read folder: it is a directory"),
      BadInput("train birds.txt/below --run new", 66, "Not a directory"),
      BadInput("train - --run new", 64, "reads its corpus twice"),
      BadInput("train pipe --run new", 64, "reads its corpus twice"),
      BadInput("train --run new", 64, "Give a text to train on, or --resume"),
      BadInput("train --run new --resume", 66, "new is no folder of a run"),
      BadInput("train --run folder --resume", 66, "folder holds no run yet"),
      BadInput("train birds.txt --run run --resume", 64, "A resumed run has its corpus"),
      BadInput("train birds.txt --run remains", 73, "model.safetensors is of another run"),
      BadInput("train birds.txt --run run", 73, "run holds a run already; go on with it by --resume"),
      BadInput("train birds.txt --run birds.txt", 73, "a file stands there"),
      BadInput("train birds.txt --run birds.txt/below", 73, "birds.txt/below"),
      BadInput("train birds.txt --run new --test other.txt", 64, "--test FILE goes with --valid FILE"),
      BadInput("train birds.txt --run new --valid missing.txt", 66, "cannot open missing.txt"),
      BadInput("train birds.txt --run new --config missing.toml", 66, "cannot open missing.toml"),
      BadInput("train birds.txt --run new --vocab run/corpus.tokens", 65, "run/corpus.tokens"),
      BadInput("sample missing", 66, "missing does not exist"),
      BadInput("sample folder", 66, "folder has no model yet"),
      BadInput("sample birds.txt", 65, "are read; give a model's file or a run's folder"),
      BadInput("sample run/corpus.tokens", 65, "not a safetensors file"),
      BadInput("score run missing.txt", 66, "cannot open missing.txt"),
      BadInput("score run birds.txt missing.txt", 66, "cannot open missing.txt"),
      BadInput("score run empty.txt", 65, "empty.txt is empty"),
      BadInput("score run folder", 66, "folder: it is a directory"),
      BadInput("score run junk.bin", 65, "byte offset 3"),
      BadInput("score run birds.txt --format xml", 64, "'xml' is invalid for '--format"),
      BadInput("score run", 64, "Missing expected argument"),
      BadInput("inspect missing", 66, "missing does not exist"),
      BadInput("inspect folder", 66, "folder has no model yet"),
      BadInput("inspect empty.txt", 65, "empty.txt"),
      BadInput("inspect pipe", 66, "nobody writes to this pipe"),
      BadInput("inspect birds.txt --sizes 10,x", 64, "'10,x' is invalid for '--sizes"),
      BadInput("inspect birds.txt --sizes 0", 64, "a vocabulary of 0 words"),
      BadInput("inspect run --sizes 10", 64, "--against and --sizes go with texts, and run is none"),
      BadInput("inspect birds.txt run/best.safetensors", 64, "run/best.safetensors is no text (model)"),
      BadInput("inspect run run", 64, "run is no text (run)"),
      BadInput("vocab birds.txt -o new --unknown bytes --level whitespace", 64, "--unknown bytes needs --lossless"),
      BadInput("vocab birds.txt -o new --documents file --document-separator x", 64, "exclude one another"),
      BadInput("vocab birds.txt -o new --document-separator \\x", 64, "can stand in a separator"),
      BadInput("vocab birds.txt -o new --lowercase --casefold", 64, "exclude one another"),
      BadInput("frobnicate", 64, "Unexpected argument 'frobnicate'"),
    ])
  func refused(_ bad: BadInput) async throws {
    let command = try await command()
    let (names, runNames) = (try command.directory.names(), try runFiles(command))
    let outcome = try await command.run(bad.arguments.split(separator: " ").map(String.init))
    bad.expect(outcome)
    #expect(outcome.output.isEmpty)
    #expect(try command.directory.names() == names)
    #expect(try runFiles(command) == runNames)
    #expect(try command.directory.read("birds.txt") == Array(Corpus.birds.utf8))
  }

  /// Digests of what a run holds that may not be lost.
  private func runFiles(_ command: Command) throws -> [String] {
    try ["best.safetensors", "model.safetensors", "configuration.json", "metrics.jsonl", "corpus.tokens"].map {
      try command.digest("run/\($0)")
    }
  }

  @Test(
    "A text that is too short or damaged says so, and the folder is free for another start",
    arguments: [
      BadInput("train empty.txt --run new", 65, "empty.txt is empty"),
      BadInput("train junk.bin --run new", 65, "byte offset 3 (line 2)"),
      BadInput(
        "train short.txt --run new", 65, "too few for 32 lanes of at least 2; take a longer text, a smaller --batch or"),
      BadInput("train birds.txt --run new --valid empty.txt", 65, "empty.txt is empty"),
      BadInput("train birds.txt --run new --valid-fraction 0.9999", 65, "too few for 32 lanes"),
      BadInput("train birds.txt --run new --accumulate 1000", 64, "accumulate is 1000, and an epoch has 2 windows"),
    ])
  func unusableText(_ bad: BadInput) async throws {
    let command = try await command()
    let outcome = try await command.run(bad.arguments.split(separator: " ").map(String.init))
    bad.expect(outcome)
    #expect(try await command.run(["train", "birds.txt", "--run", "new"] + Corpus.tiny).status == 0)
  }

  @Test("A name that is empty is refused as such", arguments: [["birds.txt", "--run", ""], ["", "--run", "new"]])
  func emptyName(_ arguments: [String]) async throws {
    let command = try await command()
    BadInput("", 64, "A name is empty").expect(try await command.run(["train"] + arguments))
  }

  @Test("A corpus shorter than one window trains")
  func shorterThanWindow() async throws {
    let command = try await command()
    let options = ["--batch", "1", "--window", "500", "--hidden", "4", "--max-steps", "3"]
    #expect(try await command.run(["train", "short.txt", "--run", "new"] + options).status == 0)
  }

  @Test("A file that may not be read is named")
  func unreadable() async throws {
    let command = try await command()
    // Root may read everything until it lays that right down.
    let outcome = try await command.shell(
      """
      chmod 000 birds.txt
      if [ "$(id -u)" = 0 ]; then set -- setpriv --bounding-set=-all --inh-caps=-all; fi
      "$@" "$LONGHAND" score run birds.txt
      """)
    #expect(outcome.status == 66)
    #expect(outcome.errors == "longhand: cannot open birds.txt: Permission denied\n")
  }

  @Test("A name that is not UTF-8 is refused, rather than taken for another")
  func badName() async throws {
    let outcome = try await command().shell("\"$LONGHAND\" train birds.txt --run \"$(printf 'q\\377')\" --max-steps 1")
    #expect(outcome.status == 64 && outcome.errors.contains("argument 4, q\u{FFFD}, is not UTF-8"), "\(outcome.errors)")
    #expect(outcome.hasProperMessage)
  }

  @Test("Names from outside are shown without control characters")
  func names() async throws {
    let command = try await command()
    let outcome = try await command.run(["sample", "evil\u{1b}[31m\nname\u{202e}"])
    #expect(outcome.status == 66)
    #expect(outcome.errors.hasPrefix("longhand: evil\\u{1b}[31m\\u{a}name\\u{202e} does not exist"))
    try command.write("abc", to: "a\nb.txt")
    let made = try await command.run(["vocab", "a\nb.txt", "-o", "c\nd"])
    #expect(made.status == 0)
    #expect(made.errors == "5 tokens of level character in c\\u{a}d\n")
  }
}
