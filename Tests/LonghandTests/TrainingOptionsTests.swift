import Longhand
import ScratchFiles
import Testing

@Suite struct TrainingOptionsTests {
  @Test("What is left out follows the level")
  func defaults() {
    let options = TrainingOptions()
    #expect(options.tokenizer == nil)
    #expect(options.invalidUTF8 == nil)
    #expect(options.minimumCount == nil)
    #expect(options.maximumSize == nil)
    #expect(options.split == .fractions(validation: 0.1, test: 0))
    #expect(options.layers == 1)
    #expect(!options.peepholes)
    #expect(options.tied == nil)
    #expect(options.training.limits == TrainingLimits())
  }

  @Test("A run without a limit ends after about five million tokens, and after 50 epochs")
  func limits() throws {
    let scratch = try ScratchDirectory()
    let corpus = try scratch.write(Texts.story.utf8, to: "story.txt")
    var options = TrainingOptions()
    options.hiddenSize = 4
    let run = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("run"), options: options)
    #expect(run.configuration.limits == TrainingLimits(epochs: 50))
    #expect(run.model.hiddenSize == 4)
    #expect(run.configuration.dropout == 0.5)
    #expect(!run.model.tied)
  }

  @Test(
    "Words and subwords share a table between embedding and softmax, unless the sizes differ",
    arguments: [
      (TokenizerLevel.word, Int?.none, true, 16), (.word, 8, false, 8), (.character, nil, false, 64),
      (.bpe, nil, true, 16),
    ])
  func tying(_ level: TokenizerLevel, _ embedding: Int?, _ isTied: Bool, _ size: Int) throws {
    let scratch = try ScratchDirectory()
    let corpus = try scratch.write(Texts.story.utf8, to: "story.txt")
    var options = TrainingOptions()
    options.tokenizer = try TokenizerConfiguration(level: level)
    options.hiddenSize = 16
    options.embeddingSize = embedding
    let run = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("run"), options: options)
    #expect(run.model.tied == isTied)
    #expect(run.model.embeddingSize == size)
  }
}
