import ArgumentParser
import Longhand

/// `longhand export`: what others' programs read.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a vocabulary as others' programs read it.",
    discussion: """
      huggingface is a tokenizer.json, with which `tokenizers` makes the same ids of every text. It can say levels byte, \
      character, grapheme, whitespace and bpe; forms nfc, nfd, nfkc and nfkd; lower case and line endings. It cannot say \
      words by ICU's rules and dictionaries, case folding and nfkc-casefold: these are refused, with what to do. Ids \
      differ only where its tables of Unicode are older, in the order of combining marks newer than Unicode 9; what must \
      be known of a vocabulary is printed.

      sentencepiece is a listing of token, tab and score, the natural logarithm of the token's share of all counts.

        longhand export --tokenizer corpus.vocab -o tokenizer.json
        longhand export --tokenizer runs/story -o story.vocab --format sentencepiece
      """)

  /// What is written.
  enum Format: String, ExpressibleByArgument, CaseIterable { case huggingface, sentencepiece }

  @Option(help: ArgumentHelp("The vocabulary: its file, a model file or a run's folder.", valueName: "file"))
  var tokenizer: String

  @Option(name: .shortAndLong, help: "Where it goes.")
  var output: String

  @Option(help: "What to write: huggingface (a tokenizer.json) or sentencepiece (a listing of scores).")
  var format = Format.huggingface

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  func run() throws {
    try FileSystem.refuse(writing: output, over: [tokenizer, Vocabulary.file(at: tokenizer)])
    let vocabulary = try Vocabulary.load(at: tokenizer)
    switch format {
    case .huggingface:
      let export = try HuggingFaceExport(vocabulary)
      try export.write(to: output)
      if !quiet { export.notes.forEach { printError("note: \($0)") } }
    case .sentencepiece:
      var file = try DurableFile(replacing: output)
      try file.write(Array(vocabulary.sentencePieceListing.utf8))
      try file.commit()
    }
    if !quiet { printError("\(grouped(vocabulary.count)) tokens in \(DataError.shown(output))") }
  }
}
