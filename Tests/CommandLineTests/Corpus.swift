/// Texts for the command, small enough to be trained on in a moment.
enum Corpus {
  /// Sixty short sentences; letters, figures and a full stop.
  static let birds: String = {
    var lines: [String] = []
    for adjective in ["red", "old", "small", "blue", "wise"] {
      for animal in ["bird", "ship", "cat", "fox"] {
        for place in ["sea", "moon", "hill"] {
          lines.append("The \(adjective) \(animal) sang to the \(place), and \(lines.count) people heard.\n")
        }
      }
    }
    return lines.joined()
  }()

  /// Scripts, combining marks, emoji of several scalars; in NFC, with line feeds.
  static let languages = """
    Grüße aus Köln, schöne Straße.
    Привет, как дела?
    नमस्ते दुनिया, कैसे हो?
    안녕하세요 세계.
    ภาษาไทยไม่มีช่องว่าง
    שלום עולם
    👩‍👩‍👧‍👦 family, 🇫🇷 flag, 👍🏽 thumb.
    q\u{0323}\u{0307} dots.

    """

  /// The options that make a run short.
  static let tiny = ["--hidden", "16", "--embedding", "8", "--max-steps", "30", "--batch", "4", "--window", "16"]
}

/// A directory with a corpus and a finished run, made once for all tests that only read it.
enum TrainedRun {
  /// Holds birds.txt and the run `run` of it.
  static let characters = Task {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    _ = try await command.run(["train", "birds.txt", "--run", "run"] + Corpus.tiny)
    return command
  }

  /// The same with words.
  static let words = Task {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    _ = try await command.run(["train", "birds.txt", "--run", "run", "--level", "word"] + Corpus.tiny)
    return command
  }
}
