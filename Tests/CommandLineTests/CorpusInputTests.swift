import DataFiles
import Foundation
import ScratchFiles
import Testing

/// Texts as they come: compressed, many, piped, odd; and any bytes at all.
@Suite struct CorpusInputTests {
  /// A corpus, its vocabulary `v` and its tokens `t`.
  private func tokenized(_ options: String = "") async throws -> Command {
    let command = try Command()
    try command.write(Corpus.languages + Corpus.birds, to: "corpus.txt")
    let made = try await command.shell(
      "\"$LONGHAND\" vocab corpus.txt -o v \(options) && \"$LONGHAND\" tokenize corpus.txt --vocab v -o t")
    #expect(made.status == 0, "\(made.errors)")
    return command
  }

  @Test(
    "A text is the same however it comes",
    arguments: [
      ("gzip -k corpus.txt", "corpus.txt.gz", ""), ("zstd -q corpus.txt", "corpus.txt.zst", ""),
      ("split -l 7 corpus.txt part-", "'part-*'", ""), ("split -l 7 corpus.txt part-; gzip part-*", "'part-*.gz'", ""),
      ("head -n 9 corpus.txt | gzip >a.gz; tail -n +10 corpus.txt | gzip >>a.gz", "a.gz", ""),
      ("head -n 9 corpus.txt | zstd -q >a.zst; tail -n +10 corpus.txt | zstd -q >>a.zst", "a.zst", ""),
      ("", "-", "<corpus.txt"), ("", "-", "--threads 5 <corpus.txt"), ("", "corpus.txt", "--threads 1"),
      ("mkfifo pipe; (sleep 0.2; cat corpus.txt >pipe) &", "pipe", ""),
    ])
  func same(_ preparation: String, _ input: String, _ rest: String) async throws {
    let command = try await tokenized()
    let outcome = try await command.shell(
      "{ \(preparation)\ntrue; } && \"$LONGHAND\" tokenize \(input) --vocab v -o again \(rest) && cmp t again")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test(
    "Any bytes come back at every level", arguments: ["byte", "character", "grapheme", "word", "whitespace", "bpe"])
  func anyBytes(_ level: String) async throws {
    let command = try await tokenized("--level \(level) --normalize none --lossless")
    var generator = SystemRandomNumberGenerator()
    let inputs: [[UInt8]] = [
      (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &generator) }, [0xEF, 0xBB, 0xBF, 0x0D, 0x0A, 0x0D],
      [0], Array("e\u{301}é\u{2028}\u{85}\r\n\r\u{FEFF} <unk> <s> <0x41>".utf8), [0xE2, 0x82], [0x1F, 0x8B],
      Array(Corpus.languages.utf8),
    ]
    for input in inputs {
      try command.directory.write(input, to: "input.bin")
      let outcome = try await command.shell(
        "\"$LONGHAND\" tokenize input.bin --vocab v -o i >counts && \"$LONGHAND\" tokenize --decode i --vocab v")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output == input)
    }
  }

  @Test("A vocabulary is the same for any number of threads", arguments: ["character", "word", "bpe"])
  func threads(_ level: String) async throws {
    let command = try await tokenized("--level \(level)")
    for threads in [1, 2, 5] {
      let made = try await command.run(
        ["vocab", "corpus.txt", "-o", "w", "--level", level, "--threads", "\(threads)"])
      #expect(made.status == 0)
      #expect(try command.digest("w") == command.digest("v"))
    }
  }

  @Test("Documents come back with what parts them", arguments: ["--documents line", #"--document-separator '.\n'"#])
  func documents(_ option: String) async throws {
    let command = try await tokenized("--level word \(option)")
    let decoded = try await command.run(["tokenize", "--decode", "t", "--vocab", "v"])
    #expect(decoded.text == Corpus.languages + Corpus.birds)
    let inspected = try await command.run(["inspect", "v", "--json"]).json
    #expect(inspected["documents"] == .string(option.contains("line") ? "line" : "separator"))
  }

  @Test(
    "Odd files end in a message and a status",
    arguments: [
      BadInput("cut.gz", 65, "cut.gz ends too early"), BadInput("plain.gz", 65, "plain.gz is damaged"),
      BadInput("plain.zst", 65, "plain.zst is damaged"), BadInput("empty.gz", 65, "empty.gz ends too early"),
      BadInput("/dev/null", 65, "/dev/null is empty"), BadInput("'*.zip'", 66, "no file matches *.zip"),
      BadInput("pipe", 66, "nobody writes to this pipe"), BadInput(".", 66, "it is a directory"),
      BadInput("loop", 66, "Too many levels"), BadInput("\"$(printf 'x%.0s' $(seq 300))\"", 66, "File name too long"),
      BadInput("-- -", 65, "standard input is empty"), BadInput("-- --", 66, "cannot open --"),
      BadInput("'new\nline'", 66, "cannot open new\\u{a}line"), BadInput("corpus.txt socket", 66, "socket"),
      BadInput("corpus.txt truncated.zst", 65, "truncated.zst ends too early"),
      BadInput("corpus.txt --threads 0", 64, "--threads is 0"),
      BadInput("corpus.txt --invalid bytes", 64, "--unknown bytes"),
    ])
  func odd(_ bad: BadInput) async throws {
    let command = try await tokenized()
    _ = try await command.shell(
      """
      gzip -c corpus.txt | head -c 100 >cut.gz; cp corpus.txt plain.gz; cp corpus.txt plain.zst; : >empty.gz
      zstd -qc corpus.txt | head -c 100 >truncated.zst; mkfifo pipe; ln -s loop loop
      python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
      """)
    let names = try command.directory.names()
    let outcome = try await command.shell("\"$LONGHAND\" tokenize --vocab v -o new \(bad.arguments)")
    bad.expect(outcome)
    #expect(try command.directory.names() == names)
  }

  @Test("Names that are very long or begin with a dash are names like others; one that is no UTF-8 is refused")
  func names() async throws {
    let command = try await tokenized()
    let outcome = try await command.shell(
      """
      for name in "$(printf 'x%.0s' $(seq 255))" ./-o; do
      cp corpus.txt "$name" && "$LONGHAND" tokenize "$name" --vocab v -o again && cmp t again || exit 1; done
      name=$(printf 'caf\\351'); cp corpus.txt "$name"; "$LONGHAND" tokenize "$name" --vocab v -o again
      """)
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(
      outcome.errors
        == "longhand: argument 2, caf\u{FFFD}, is not UTF-8; type it in UTF-8, or rename the file\n")
  }

  @Test(
    "Ctrl-C and its like end the reading and leave nothing behind",
    arguments: [("HUP", 129), ("INT", 130), ("TERM", 143)] as [(String, Int32)])
  func interrupted(_ signal: String, _ status: Int32) async throws {
    let command = try await tokenized()
    let names = try command.directory.names()
    // Two pieces come, then nothing for a while, then the rest.
    let outcome = try await command.shell(
      """
      mkfifo pipe; { for i in $(seq 200); do cat corpus.txt; done; sleep 1; cat corpus.txt; } >pipe &
      "$LONGHAND" tokenize pipe --vocab v -o new & sleep 0.5; kill -\(signal) $!; wait $!; status=$?; rm pipe; exit $status
      """)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains("stopped before the end; nothing was written"))
    #expect(try command.directory.names() == names)
  }
}
