import Foundation
import Longhand
import ScratchFiles
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

  @Test("A vocabulary grows by the new text's tokens, and the model says at first what it said")
  func growth() throws {
    let scratch = try ScratchDirectory()
    let old = try trainedModel(Texts.story, in: scratch)
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

  @Test("A run from a model goes on in the same bytes, even from before its first step")
  func resume() throws {
    let scratch = try ScratchDirectory()
    _ = try trainedModel(Texts.story, in: scratch)
    let corpus = try scratch.write(other.utf8, to: "other.txt")
    let options = options(from: try BaseModel(path: scratch.path("run")))
    _ = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("whole"), options: options).train()
    do { _ = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("resumed"), options: options) }
    let run = try TrainingRun(resuming: scratch.path("resumed"))
    _ = try run.train()
    for name in ["model.safetensors", "base.safetensors"] {
      #expect(try scratch.read("whole/\(name)") == scratch.read("resumed/\(name)"))
    }
    #expect(try run.report(run.train()).fineTuning?.newTokens == 4)
  }
}
