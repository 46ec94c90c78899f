import Compute
import Foundation
import Longhand
import NeuralNetwork
import ScratchFiles
import TensorFiles
import Testing

/// Training that goes on from a model, on another text.
@Suite struct FineTuningTests {
  /// The story in another port, with letters that it has not.
  private let other = Texts.story.replacing("ferry", with: "Färje").replacing("b", with: "ö")

  private func options(from base: BaseModel, steps: Int = 30) -> TrainingOptions {
    var options = TrainingOptions()
    options.base = base
    options.training.batch = 4
    options.training.window = 16
    options.training.limits.steps = steps
    return options
  }

  @Test("A vocabulary grows by the new text's tokens, and they share out what unknown ones had")
  func growth() throws {
    let scratch = try ScratchDirectory()
    let old = try trainedModel(Texts.story + "q\n", minimumCount: 2, in: scratch)
    let unknown = try #require(old.vocabulary.unknown)
    #expect(try #require(old.vocabulary.occurrences(of: unknown)) > 0)
    let corpus = try scratch.write(other.utf8, to: "other.txt")
    let base = try BaseModel(path: scratch.path("run"))
    var options = options(from: base, steps: 80)
    options.learningRate = 0.01
    let run = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("tuned"), options: options)
    #expect(run.model == (try old.configuration.withVocabulary(old.vocabulary.count + 4)))
    #expect(["F", "ä", "j", "ö"].allSatisfy { run.vocabulary.id(of: Array($0.utf8)) != nil })
    for id in 0..<UInt32(old.vocabulary.count) { #expect(run.vocabulary.bytes(of: id) == old.vocabulary.bytes(of: id)) }

    let report = try run.report(run.train())
    let tuning = try #require(report.fineTuning)
    #expect(tuning.oldTokens == old.vocabulary.count && tuning.newTokens == 4)
    // Four new tokens and the unknown one share out its probability.
    let scalars = Array(other.unicodeScalars)
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[Int(Double(scalars.count) * 0.9)...])
    let score = try old.score(String(text))
    #expect(score.unknown > 5)
    let expected = (score.nats + Double(score.unknown) * log(5)) / Double(score.tokens)
    let before = try #require(tuning.changes.validationLoss)
    #expect(abs(before - expected) < 1e-4)
    let after = try #require(report.validationLoss)
    #expect(after < before - 0.3)
    #expect(tuning.changes.changes.map(\.name).contains("lstm.weight_hh_l0"))
    #expect(tuning.changes.changes.allSatisfy { $0.change > 0.001 && $0.change < 2 })
    // The tuned model knows the letters.
    #expect(try TextModel(path: scratch.path("tuned")).score("Färje ö").unknown == 0)
  }

  /// What has grown meets no unknown token any more, and forgets what it gave to one.
  @Test("A model that has grown once starts the next new tokens by their frequency")
  func secondGrowth() throws {
    let scratch = try ScratchDirectory()
    _ = try trainedModel(Texts.story + "qqqq\n", minimumCount: 5, in: scratch)
    let corpora = [
      try scratch.write(other.utf8, to: "other.txt"),
      try scratch.write(other.replacing("t", with: "þ").utf8, to: "third.txt"),
    ]
    func tuned(from: String, to: String, _ corpus: String, steps: Int) throws -> TrainingRun {
      var options = options(from: try BaseModel(path: scratch.path(from)), steps: steps)
      options.learningRate = 0.02
      return try TrainingRun(corpus: [.file(corpus)], directory: scratch.path(to), options: options)
    }
    _ = try tuned(from: "run", to: "second", corpora[0], steps: 400).train()
    let second = try TextModel(path: scratch.path("second"))
    let unknown = try #require(second.vocabulary.unknown)
    #expect(try #require(second.vocabulary.occurrences(of: unknown)) > 0)
    let run = try tuned(from: "second", to: "third", corpora[1], steps: 1)
    // Of þ, as frequent as t, and of <unk>: what the model gives them over the text.
    let grown = try TextModel(path: scratch.path("third/base.safetensors"))
    let text = String(decoding: try scratch.read("third.txt"), as: UTF8.self)
    var (nats, count) = (0.0, 0)
    let new = try #require(run.vocabulary.id(of: Array("þ".utf8)))
    _ = try grown.score([.bytes(Array(text.utf8), name: "text")]) { token in
      if token.token == new { (nats, count) = (nats - token.logProbability, count + 1) }
    }
    #expect(count > 100 && nats / Double(count) < 6, "\(nats / Double(count)) nats each")
  }

  @Test("Where nothing was unknown, new tokens are at first as likely as they are frequent")
  func unmetTokens() throws {
    let scratch = try ScratchDirectory()
    let old = try trainedModel(Texts.story, in: scratch)
    let corpus = try scratch.write(other.utf8, to: "other.txt")
    let base = try BaseModel(path: scratch.path("run"))
    var options = options(from: base)
    options.split = .fractions(validation: 0, test: 0)
    _ = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("tuned"), options: options)
    let grown = try ModelFile(path: scratch.path("tuned/base.safetensors"))
    let new = grown.configuration.vocabularySize - old.vocabulary.count
    #expect(new == 4)

    // The loss of the text's pieces is least as it is: with other biases it is greater.
    let bias = try grown.floats("decoder.bias", shape: [old.vocabulary.count + new])
    #expect(Set(bias.suffix(new)).count > 1)
    let scalars = Array(other.unicodeScalars)
    let pieces = (0..<16).map { piece in
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[scalars.count / 16 * piece..<scalars.count / 16 * (piece + 1)])
      return CorpusInput.bytes(Array(String(text).utf8), name: "piece")
    }
    let network = LSTMNetwork(grown.configuration)
    func nats(_ shift: Float) throws -> Double {
      let device = CPUDevice()
      let values = device.allocate(network.parameterCount)
      try grown.load(into: values, of: network, on: device)
      let shifted = bias.enumerated().map { $0 < old.vocabulary.count ? $1 : $1 + shift }
      device.upload(shifted, to: network.output.bias.view(in: values))
      let metadata = grown.metadata.map { (name: $0, value: $1) }
      try ModelFile.writer(of: network, values: values, metadata: metadata, on: device).write(
        replacing: scratch.path("shifted"))
      return try TextModel(path: scratch.path("shifted")).score(eachOf: pieces).nats
    }
    let (less, same, more) = (try nats(-0.3), try nats(0), try nats(0.3))
    #expect(same < less && same < more)
    // It is far from what the model gave to what it had not met.
    let before = try old.score(eachOf: pieces)
    #expect(before.unknown > 5 && same < before.nats)
  }

  @Test("What would limit a vocabulary that cannot grow is refused")
  func wholeVocabulary() throws {
    let scratch = try ScratchDirectory()
    let old = try trainedModel(Texts.story, .byte, in: scratch)
    let corpus = try scratch.write(other.utf8, to: "other.txt")
    var options = options(from: try BaseModel(path: scratch.path("run")))
    options.maximumSize = 100
    let error = #expect(throws: DataError.self) {
      try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("tuned"), options: options)
    }
    #expect(error?.message.contains("does not grow") == true)
    options.maximumSize = nil
    let run = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("tuned"), options: options)
    #expect(run.model == old.configuration)
  }

  @Test("A model with an adaptive softmax goes on where there is no new token")
  func adaptiveSoftmax() throws {
    let scratch = try ScratchDirectory()
    let old = try trainedModel(Texts.story, softmax: .adaptive(), in: scratch)
    let corpora = [scratch.path("corpus.txt"), try scratch.write(other.utf8, to: "other.txt")]
    let base = try BaseModel(path: scratch.path("run"))
    let run = try TrainingRun(
      corpus: [.file(corpora[0])], directory: scratch.path("same"), options: options(from: base))
    #expect(run.model == old.configuration)
    let error = #expect(throws: DataError.self) {
      try TrainingRun(corpus: [.file(corpora[1])], directory: scratch.path("new"), options: options(from: base))
    }
    #expect(error?.message.contains("whose tables take no new tokens") == true)
  }

  @Test("A vocabulary that is kept has the tokens of the model")
  func keptVocabulary() throws {
    let scratch = try ScratchDirectory()
    let old = try trainedModel(Texts.story, in: scratch)
    let corpus = try scratch.write(other.utf8, to: "other.txt")
    let base = try BaseModel(path: scratch.path("run"), growsVocabulary: false)
    let run = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("tuned"), options: options(from: base))
    #expect(run.vocabulary.fingerprint == old.vocabulary.fingerprint)
    #expect(run.model == old.configuration)
    // A quarter of what a new model takes.
    #expect(run.configuration.optimizer.learningRate == 0.0015)
  }

  @Test(
    "A run from a model goes on in the same bytes, even from before its first step", arguments: [nil, 0, 11] as [Int?])
  func resume(_ steps: Int?) throws {
    let scratch = try ScratchDirectory()
    _ = try trainedModel(Texts.story, in: scratch)
    let corpus = try scratch.write(other.utf8, to: "other.txt")
    let options = options(from: try BaseModel(path: scratch.path("run")))
    _ = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("whole"), options: options).train()
    do {
      let run = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("resumed"), options: options)
      if let steps { #expect(try run.train(until: StopAfter(steps)).step == steps) }
    }
    let run = try TrainingRun(resuming: scratch.path("resumed"), threads: 2)
    _ = try run.train()
    for name in ["model.safetensors", "best.safetensors", "base.safetensors"] {
      #expect(try scratch.read("whole/\(name)") == scratch.read("resumed/\(name)"))
    }
    #expect(try run.report(run.train()).fineTuning?.newTokens == 4)
  }
}
