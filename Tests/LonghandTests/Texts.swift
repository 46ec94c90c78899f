import Longhand
import ScratchFiles

/// Texts to train on in a moment.
enum Texts {
  /// Short sentences about a ferry.
  static let story: String = {
    var text = ""
    for day in 0..<60 {
      text += "The ferry left at dawn on day \(day), \(["late", "full", "slow"][day % 3]) and "
      text += "\(["blue", "loud"][day % 2]).\n"
    }
    return text
  }()

  /// Scripts whose characters take one to four bytes and several scalars.
  static let languages = String(
    repeating: "Grüße! Привет. नमस्ते 안녕하세요 ภาษาไทย שלום 👩‍👩‍👧‍👦 🇫🇷 👍🏽 q\u{0323}\u{0307}\n", count: 12)
}

/// A model of a text at a level, trained for some steps.
func trainedModel(
  _ text: String, _ level: TokenizerLevel = .character, isLossless: Bool? = nil, documents: DocumentBoundary = .none,
  minimumCount: Int? = nil, hidden: Int = 16, cell: CellConfiguration = CellConfiguration(), steps: Int = 40,
  softmax: TrainingSoftmax = .full, in scratch: ScratchDirectory
) throws -> TextModel {
  let corpus = try scratch.write(text.utf8, to: "corpus.txt")
  var options = TrainingOptions()
  options.tokenizer = try TokenizerConfiguration(level: level, isLossless: isLossless, documents: documents)
  options.minimumCount = minimumCount
  options.hiddenSize = hidden
  options.cell = cell
  options.embeddingSize = 8
  options.softmax = softmax
  options.training.batch = 4
  options.training.window = 16
  options.training.limits.steps = steps
  _ = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("run"), options: options).train()
  return try TextModel(path: scratch.path("run"))
}
