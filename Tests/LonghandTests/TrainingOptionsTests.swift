import NeuralNetwork
import ScratchFiles
import Testing

@testable import Longhand

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

  @Test(
    "A number of parameters gives the most units that it allows, whatever else is chosen",
    arguments: [
      ("tied words", true, 1, CellConfiguration(), Int?.none, TrainingSoftmax.full),
      ("characters", false, 1, CellConfiguration(), nil, .full),
      ("two layers", false, 2, CellConfiguration(), nil, .full),
      ("projection", true, 1, CellConfiguration(projectionSize: 24), nil, .full),
      ("Mogrifier", false, 1, CellConfiguration(mogrifierRounds: 5, mogrifierRank: 8), nil, .full),
      ("fixed embedding", false, 1, CellConfiguration(), 32, .full),
      ("adaptive softmax", true, 1, CellConfiguration(), nil, .adaptive()),
    ])
  func parameters(
    _ name: String, _ isOfWords: Bool, _ layers: Int, _ cell: CellConfiguration, _ embedding: Int?,
    _ softmax: TrainingSoftmax
  ) throws {
    func model(_ options: TrainingOptions) throws -> ModelConfiguration {
      try options.model(
        vocabularySize: 2000, hasManyTokens: isOfWords, documentBoundary: nil, trainingTokens: 1_000_000)
    }
    var options = TrainingOptions()
    options.layers = layers
    options.cell = cell
    options.embeddingSize = embedding
    options.softmax = softmax
    for budget in [150_000, 400_000] {
      options.parameters = budget
      let largest = try model(options)
      #expect(largest.parameterCount <= budget, "\(name)")
      #expect(largest.layers == layers && largest.cell == cell, "\(name)")
      #expect(largest.tied == (isOfWords && softmax == .full), "\(name)")
      #expect((largest.adaptiveSoftmax == nil) == (softmax == .full), "\(name)")
      // An embedding is as large as what a layer hands on, unless its size is given.
      #expect(largest.embeddingSize == embedding ?? largest.layerSize, "\(name)")
      var larger = options
      larger.parameters = nil
      larger.hiddenSize = largest.hiddenSize + 1
      larger.embeddingSize = embedding ?? cell.outputSize(largest.hiddenSize + 1)
      #expect(try model(larger).parameterCount > budget, "\(name): \(largest.hiddenSize) units")
    }
  }

  @Test(
    "Units as many as an embedding has numbers share its table, which a unit less cannot",
    arguments: [(64, 150_000, false), (64, 165_000, true), (8, 19_000, true)])
  func parametersOfASharedTable(_ embedding: Int, _ budget: Int, _ isTied: Bool) throws {
    var options = TrainingOptions()
    options.embeddingSize = embedding
    options.parameters = budget
    let model = try options.model(
      vocabularySize: 2000, hasManyTokens: true, documentBoundary: nil, trainingTokens: 1_000_000)
    #expect(model.tied == isTied && (model.hiddenSize == embedding) == isTied && model.parameterCount <= budget)
  }
}
