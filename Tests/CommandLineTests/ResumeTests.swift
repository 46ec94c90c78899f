import DataFiles
import Foundation
import ScratchFiles
import Testing

@Suite struct ResumeTests {
  private static let long = [
    "--hidden", "16", "--embedding", "8", "--max-steps", "8000", "--batch", "4", "--window", "16", "--dropout", "0.1",
    "--evaluate-every", "500", "--checkpoint-every", "125", "-q",
  ]
  private static let results = ["best.safetensors", "model.safetensors", "checkpoints/step-000008000.safetensors"]

  /// A run that was never stopped, made once.
  private static let unstopped = Task {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    _ = try await command.run(["train", "birds.txt", "--run", "run"] + long)
    return (try results.map { try command.digest("run/\($0)") }, try metrics(command))
  }

  /// The metrics without what depends on the clock.
  private static func metrics(_ command: Command) throws -> [JSONValue] {
    try command.directory.read("run/metrics.jsonl").split(separator: UInt8(ascii: "\n")).map { line in
      .object((try JSONValue(parsing: Array(line)).objectValue ?? []).filter { !$0.name.contains("second") })
    }
  }

  @Test(
    "A run that is stopped and resumed ends in the bytes of one that never was",
    arguments: [("INT", "130"), ("TERM", "143"), ("HUP", "129"), ("KILL", "137")])
  func stopped(by signal: String, _ status: String) async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    let stopped = try await command.shell(
      """
      "$LONGHAND" train birds.txt --run run \(Self.long.joined(separator: " ")) &
      until ls run/checkpoints/step-*5.safetensors > list 2>&1; do sleep 0.01; done
      kill -\(signal) $!
      wait $!
      echo $?
      """)
    #expect(stopped.text.hasSuffix("\(status)\n"), "\(stopped.errors)")
    #expect(!command.exists("run/model.safetensors"))
    let resumed = try await command.run(["train", "--run", "run", "--resume"])
    #expect(resumed.status == 0)
    #expect(resumed.errors.contains("resumed    after step"))
    let (digests, metrics) = try await Self.unstopped.value
    #expect(try Self.results.map { try command.digest("run/\($0)") } == digests)
    #expect(try Self.metrics(command) == metrics)
  }

  @Test("A folder in use is refused, whatever is asked of it")
  func busy() async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    let running = try command.start(["train", "birds.txt", "--run", "run"] + Self.long + ["--max-steps", "100000000"])
    try await command.waitFor("run/best.safetensors")
    for arguments in [["--resume"], ["birds.txt"]] {
      let outcome = try await command.run(["train", "--run", "run"] + arguments)
      #expect(outcome.status == 75)
      #expect(outcome.errors.contains("in use by another process (\(running.process))"))
      #expect(outcome.hasProperMessage)
    }
    #expect(try await command.run(["sample", "run", "--length", "3"]).status == 0)
    running.send(SIGKILL)
    #expect(running.status() == -SIGKILL)
  }

  @Test("A finished run goes on when it is given a new limit")
  func further() async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    #expect(try await command.run(["train", "birds.txt", "--run", "run"] + Corpus.tiny).status == 0)
    let outcome = try await command.run(["train", "--run", "run", "--resume", "--max-steps", "45", "--json"])
    #expect(outcome.status == 0)
    #expect(try outcome.json["steps"] == .integer(45))
    #expect(command.exists("run/checkpoints/step-000000045.safetensors"))
  }

  @Test(
    "Limits that the run has behind it are refused, and its own stay",
    arguments: ["--max-steps 29", "--epochs 1", "--max-seconds 0.001"])
  func reachedLimits(_ options: String) async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    #expect(
      try await command.run(["train", "birds.txt", "--run", "run"] + Corpus.tiny + ["--max-steps", "80"]).status == 0)
    let before = try command.digest("run/configuration.json")
    let outcome = try await command.run(
      ["train", "--run", "run", "--resume"] + options.split(separator: " ").map(String.init))
    #expect(
      outcome.status == 64 && outcome.errors.contains("already: limits count from its start"), "\(outcome.errors)")
    #expect(try command.digest("run/configuration.json") == before)
  }

  @Test("A run without its checkpoints is not begun again over its models")
  func noCheckpoints() async throws {
    let good = try await TrainedRun.characters.value
    let command = try Command()
    let copied = try await command.shell("cp -R '\(good.directory.path)/run' . && rm run/checkpoints/*")
    #expect(copied.status == 0)
    let models = try ["best", "model"].map { try command.digest("run/\($0).safetensors") }
    let outcome = try await command.run(["train", "--run", "run", "--resume", "--max-steps", "40"])
    #expect(outcome.status == 66 && outcome.errors.contains("has no checkpoint to go on from"), "\(outcome.errors)")
    #expect(try ["best", "model"].map { try command.digest("run/\($0).safetensors") } == models)
  }

  @Test("What nohup starts is not stopped when its terminal is closed")
  func nohup() async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    let outcome = try await command.shell(
      """
      trap '' HUP
      "$LONGHAND" train birds.txt --run run \(Self.long.joined(separator: " ")) --max-steps 1000 &
      until ls run/checkpoints/step-*5.safetensors > list 2>&1; do sleep 0.01; done
      kill -HUP $!
      wait $!
      """)
    #expect(outcome.status == 0 && command.exists("run/report.json"), "\(outcome.errors)")
  }

  @Test("Progress that nobody reads any more does not end a run")
  func closedPipe() async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    let options = (Self.long.dropLast() + ["--max-steps", "1000", "--json"]).joined(separator: " ")
    let outcome = try await command.shell(
      #"{ "$LONGHAND" train birds.txt --run run \#(options) 2>&1 >out; echo $? > status; } | head -n 1"#)
    #expect(outcome.text.hasPrefix("model "))
    #expect(try command.directory.read("status") == Array("0\n".utf8) && command.exists("run/report.json"))
  }

  @Test("A run that still waits for its texts can be ended")
  func endedWhileReading() async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    let pipe = command.directory.path("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    // A writer comes and never writes.
    let writer = open(pipe, O_RDWR)
    try #require(writer >= 0)
    defer { close(writer) }
    let running = try command.start(["train", "birds.txt", "--run", "run", "--valid", "pipe"])
    try await command.waitFor("run/corpus.tokens")
    running.send(SIGTERM)
    #expect(running.status() == -SIGTERM)
    #expect(try await command.run(["train", "birds.txt", "--run", "run"] + Corpus.tiny).status == 0)
  }

  @Test(
    "What a resumed run would not follow is refused",
    arguments: [
      ("--learning-rate 0.5", "--learning-rate"), ("--hidden 32 --batch 8", "--hidden, --batch"),
      ("--level word", "--level"), ("--peepholes", "--peepholes"), ("--dropout 0.9", "--dropout"),
      ("--valid birds.txt", "--valid"), ("--precision bf16", "--precision"), ("--zoneout-cell 0.1", "--zoneout-cell"),
      // Their defaults are not what the run was started with, or may not be.
      ("--batch 32 --schedule cosine --no-peepholes --patience 0", "--peepholes, --batch, --schedule, --patience"),
      ("--precision f32 --valid-fraction 0.1", "--valid-fraction, --precision"),
      ("--invalid replace", "--invalid"),
    ])
  func ignoredOptions(_ options: String, _ named: String) async throws {
    let command = try await TrainedRun.characters.value
    let outcome = try await command.run(
      ["train", "--run", "run", "--resume"] + options.split(separator: " ").map(String.init))
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("goes on as it was started; leave out \(named). New limits"), "\(outcome.errors)")
  }

  @Test("A run whose newest checkpoint is damaged says how to go on, and does")
  func damagedCheckpoint() async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    let options = ["--max-steps", "20", "--checkpoint-every", "10", "-q"]
    #expect(try await command.run(["train", "birds.txt", "--run", "run"] + Corpus.tiny + options).status == 0)
    let newest = "run/checkpoints/step-000000020.safetensors"
    try command.directory.write(command.directory.read(newest).dropLast(9), to: newest)
    let refused = try await command.run(["train", "--run", "run", "--resume"])
    #expect(refused.status == 65)
    #expect(refused.errors.contains("remove it, and the run goes on from") && refused.errors.contains("step-000000010"))
    try FileManager.default.removeItem(atPath: command.directory.path(newest))
    let resumed = try await command.run(["train", "--run", "run", "--resume", "--json", "-q"])
    #expect(resumed.status == 0)
    #expect(try resumed.json["steps"] == .integer(20))
  }
}
