import ArgumentParser
import Longhand

/// `longhand import`: a tokenizer of others as a vocabulary.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a vocabulary of a tokenizer.json of Hugging Face's.",
    discussion: """
      Read are models WordLevel and BPE whose normalizer and pre_tokenizer do what a level of Longhand's does: \
      characters, bytes, grapheme clusters, white space, or byte-pair encoding within words as `longhand vocab --level \
      bpe` divides them. The vocabulary makes the same tokens of every text; all else is refused, with its place in the \
      file. Names of special tokens that stand in a text are text.

      Longhand's special tokens come first: <unk>, <eos>, and <s>, which takes the place of the file's token that starts \
      or ends a document. Ids may be others than in the file; --map says which has become which, a line of both for each.

        longhand import tokenizer.json -o corpus.vocab --map ids.tsv

      A list of tokens with their counts is read by longhand vocab --list.
      """)

  @Argument(help: "A tokenizer.json.")
  var file: String

  @Option(name: .shortAndLong, help: "Where the vocabulary goes; beside it, its listing for people.")
  var output: String

  @Option(help: ArgumentHelp("Where a table of the ids in the file and here goes.", valueName: "file"))
  var map: String?

  @Flag(help: "Leave out tokens that no text becomes and that have no counterpart here, such as [PAD].")
  var dropUnused = false

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  func run() throws {
    let outputs = [output, Vocabulary.listingPath(of: output)] + (map.map { [$0] } ?? [])
    for path in outputs { try FileSystem.refuse(writing: path, over: [file]) }
    if Set(outputs).count < outputs.count {
      throw DataError(.usage, "the vocabulary and the table of ids cannot have one name: give --map another")
    }
    let imported = try HuggingFaceImport(path: file, dropsUnused: dropUnused)
    if let map { try write(imported.ids, to: map) }
    try imported.vocabulary.save(to: output)
    guard !quiet else { return }
    for note in imported.notes { printError("note: \(note)") }
    if !imported.keepsIDs {
      printError(
        "note: ids are others than in the file: "
          + (map.map { "\(DataError.shown($0)) says which" } ?? "--map FILE says which"))
    }
    let level = imported.vocabulary.configuration.level.rawValue
    printError("\(grouped(imported.vocabulary.count)) tokens of level \(level) in \(DataError.shown(output))")
  }

  private func write(_ ids: [TokenID?], to path: String) throws(DataError) {
    var table = "file\there\n"
    for (theirs, ours) in ids.enumerated() { table += "\(theirs)\t\(ours.map { String($0) } ?? "-")\n" }
    var file = try DurableFile(replacing: path)
    try file.write(Array(table.utf8))
    try file.commit()
  }
}
