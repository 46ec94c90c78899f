import DataFiles
import Foundation
import ScratchFiles
import Testing

/// The built `longhand`, run in a directory of its own.
struct Command: Sendable {
  /// What a run of the command left.
  struct Outcome {
    let status: Int32
    let output: [UInt8]
    let errors: String
    var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// Where relative paths begin.
  let directory: ScratchDirectory

  init() throws { directory = try ScratchDirectory() }

  /// Runs `longhand` with arguments to its end.
  @discardableResult
  func run(_ arguments: [String], input: [UInt8] = []) async throws -> Outcome {
    try finish([Self.binary.path] + arguments, input: input)
  }

  /// Runs a line of `sh`, in which `$LONGHAND` is the command.
  func shell(_ line: String) async throws -> Outcome {
    try finish(["/bin/sh", "-c", line], input: [])
  }

  /// Starts `longhand` and does not wait; with `status()` of the result one does.
  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Running {
    try Running([Self.binary.path] + arguments, in: directory.path, environment: environment, streams: [:])
  }

  private func finish(_ words: [String], input: [UInt8]) throws -> Outcome {
    let streams = try ScratchDirectory()
    try streams.write(input, to: "in")
    let running = try Running(
      words, in: directory.path, environment: ["LONGHAND": Self.binary.path],
      streams: [0: streams.path("in"), 1: streams.path("out"), 2: streams.path("err")])
    let status = running.status()
    return Outcome(
      status: status, output: try streams.read("out"), errors: String(decoding: try streams.read("err"), as: UTF8.self))
  }

  /// The command stands beside the tests.
  private static let binary: URL = {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? .main
    let folder =
      bundle.bundlePath.hasSuffix(".xctest") ? bundle.bundleURL.deletingLastPathComponent() : bundle.bundleURL
    return folder.appendingPathComponent("longhand")
  }()
}

/// A command that was started, by `posix_spawn`: Foundation's `Process` keeps descriptors open and, after some hundred
/// of them, reads beyond its list of them.
struct Running {
  let process: pid_t

  /// Starts words as a command; streams that are not given lead to /dev/null.
  fileprivate init(
    _ words: [String], in directory: String, environment: [String: String], streams: [Int32: String]
  ) throws {
    // The shell goes to the directory and becomes the command.
    let arguments = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, directory] + words
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
    #if canImport(Glibc)
      var actions = posix_spawn_file_actions_t()
    #else
      var actions: posix_spawn_file_actions_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for stream in Int32(0)...2 {
      let mode = stream == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC
      posix_spawn_file_actions_addopen(&actions, stream, streams[stream] ?? "/dev/null", mode, 0o666)
    }
    let argv = arguments.map { strdup($0) } + [nil]
    let envp = variables.map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var child = pid_t()
    let failure = posix_spawn(&child, "/bin/sh", &actions, nil, argv, envp)
    try #require(failure == 0, "posix_spawn: \(String(cString: strerror(failure)))")
    process = child
  }

  /// Sends a signal.
  func send(_ signal: Int32) { kill(process, signal) }

  /// Waits for the end: the exit status, or less than zero for a signal.
  func status() -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
  }
}

extension Command {
  /// Puts a text into the directory.
  func write(_ text: String, to name: String) throws { try directory.write(Array(text.utf8), to: name) }

  /// SHA-256 of a file of the directory.
  func digest(_ name: String) throws -> String { SHA256.hex(SHA256.digest(try directory.read(name))) }

  /// Waits until something stands there; ten seconds at most.
  func waitFor(_ name: String) async throws {
    for _ in 0..<2000 where !exists(name) { try await Task.sleep(for: .milliseconds(5)) }
  }

  /// Whether something stands there.
  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: directory.path(name)) }
}

extension Command {
  /// Expects that options of a run on a small text are refused with a message, before a folder is made.
  static func expectRefusal(ofTraining options: [String], _ message: String) async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    let outcome = try await command.run(["train", "birds.txt", "--run", "new"] + options)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.hasProperMessage)
    #expect(!command.exists("new"))
  }
}

extension Command.Outcome {
  /// The output as one JSON value.
  var json: JSONValue { get throws { try JSONValue(parsing: output) } }

  /// Whether the message is what a person can use: prefixed, and no trap of the program.
  var hasProperMessage: Bool {
    !errors.contains("Fatal error") && !errors.contains("Thread 0") && !errors.contains("Stack dump")
      && (errors.hasPrefix("longhand: ") ? errors.dropLast().contains("\n") == false : errors.hasPrefix("Error: "))
  }
}
