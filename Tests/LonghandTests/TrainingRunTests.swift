import Longhand
import ScratchFiles
import Testing

/// A signal that comes after so many looks.
final class StopAfter: StopSignal, @unchecked Sendable {
  private var left: Int
  init(_ steps: Int) { left = steps }
  var isRequested: Bool {
    left -= 1
    return left < 0
  }
}

@Suite struct TrainingRunTests {
  private func options(_ steps: Int) -> TrainingOptions {
    var options = TrainingOptions()
    options.hiddenSize = 16
    options.training.batch = 4
    options.training.window = 16
    options.dropout = 0.2
    options.training.limits.steps = steps
    return options
  }

  private let results = ["best.safetensors", "model.safetensors", "checkpoints/step-000000090.safetensors"]

  @Test("A run that is stopped and resumed ends in the bytes of one that never was", arguments: [1, 17, 89])
  func resume(_ steps: Int) throws {
    let scratch = try ScratchDirectory()
    let corpus = try scratch.write(Texts.story.utf8, to: "story.txt")
    _ = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("a"), options: options(90)).train()
    let stopped = try TrainingRun(
      corpus: [.file(corpus)], directory: scratch.path("b"), options: options(90), threads: 1
    )
    .train(until: StopAfter(steps))
    #expect(stopped.reason == .interrupted)
    #expect(stopped.step == steps)
    let outcome = try TrainingRun(resuming: scratch.path("b"), threads: 2).train()
    #expect(outcome.reason == .finished)
    #expect(outcome.step == 90)
    for name in results { #expect(try scratch.read("a/\(name)") == scratch.read("b/\(name)")) }
  }

  @Test("Parts that a failed start left behind are not the next run's")
  func leftovers() throws {
    let scratch = try ScratchDirectory()
    let corpus = try scratch.write(Texts.story.utf8, to: "story.txt")
    var wrong = options(20)
    wrong.split = .files(
      validation: [.bytes(Array("a text of its own".utf8), name: "valid")],
      test: [.bytes(Array("another".utf8), name: "test")])
    wrong.training.batch = 4096
    #expect(throws: DataError.self) {
      try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("run"), options: wrong)
    }
    let run = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("run"), options: options(20))
    let report = try run.report(run.train())
    let count = Texts.story.unicodeScalars.count
    #expect(report.validationTokens?.count == count - Int(Double(count) * 0.9) && report.testTokens == nil)
    #expect(try scratch.names(in: "run").allSatisfy { !["validation.tokens", "test.tokens"].contains($0) })
  }

  @Test("Where nothing validates, what does not test trains", arguments: [0.1, 0.123, 0.3])
  func noValidation(_ test: Double) throws {
    let scratch = try ScratchDirectory()
    let corpus = try scratch.write(Texts.story.utf8, to: "story.txt")
    var options = options(1)
    options.split = .fractions(validation: 0, test: test)
    let run = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("run"), options: options)
    let report = try run.report(run.train())
    #expect(report.validationLoss == nil && report.validationTokens == nil)
    #expect(report.testTokens?.count == Int(Double(Texts.story.unicodeScalars.count) * test))
  }

  @Test("New limits are kept, so that what is stopped again goes on to them")
  func newLimits() throws {
    let scratch = try ScratchDirectory()
    let corpus = try scratch.write(Texts.story.utf8, to: "story.txt")
    var first = options(10)
    first.findsTemperature = true
    _ = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("run"), options: first).train()
    let stopped = try TrainingRun(resuming: scratch.path("run"), limits: TrainingLimits(steps: 40)).train(
      until: StopAfter(9))
    #expect(stopped.reason == .interrupted && stopped.step == 19)
    let run = try TrainingRun(resuming: scratch.path("run"))
    let outcome = try run.train()
    #expect(outcome.reason == .finished && outcome.step == 40)
    #expect(try run.report(outcome).temperature != nil)
  }

  @Test("Tokens that the vocabulary lacks are counted")
  func unknownTokens() throws {
    let scratch = try ScratchDirectory()
    let corpus = try scratch.write(Texts.story.utf8, to: "story.txt")
    var options = options(2)
    options.split = .files(validation: [.bytes(Array("žlutý kůň, řeka".utf8), name: "valid")], test: [])
    let run = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("run"), options: options)
    let report = try run.report(run.train())
    let known = Set(Texts.story.unicodeScalars)
    let text = "žlutý kůň, řeka".unicodeScalars
    #expect(report.validationTokens?.count == text.count)
    #expect(report.validationTokens?.unknown == text.filter { !known.contains($0) }.count)
    #expect(report.json["validation_unknown"] == .integer(text.filter { !known.contains($0) }.count))
  }

  @Test("The final losses are those that the model gives the parts of the text")
  func finalLosses() throws {
    let scratch = try ScratchDirectory()
    let corpus = try scratch.write(Texts.story.utf8, to: "story.txt")
    var options = options(40)
    options.split = .fractions(validation: 0.2, test: 0.1)
    let run = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("run"), options: options)
    let report = try run.report(run.train())
    let losses = (validation: report.validationLoss, test: report.testLoss)
    let model = try TextModel(path: scratch.path("run"))
    #expect(report.sample == (try model.sample(temperature: 0.8, seed: run.configuration.seed)))
    #expect(try scratch.read("run/samples.txt") == Array((report.sample + "\n").utf8))
    let stored = try JSONValue(parsing: scratch.read("run/report.json"))
    #expect(stored["steps"] == .integer(40))
    #expect(stored["test_loss"]?.doubleValue == report.testLoss)
    let scalars = Array(Texts.story.unicodeScalars)
    let (first, second) = (Int(Double(scalars.count) * 0.7), scalars.count - Int(Double(scalars.count) * 0.1))
    for (loss, range) in [(losses.validation, first..<second), (losses.test, second..<scalars.count)] {
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[range])
      let report = try model.score(String(text))
      #expect(abs(try #require(loss) - report.nats / Double(report.tokens)) < 1e-5)
    }
  }

  @Test("A folder holds one run, and one process at a time")
  func folders() throws {
    let scratch = try ScratchDirectory()
    let corpus = try scratch.write(Texts.story.utf8, to: "story.txt")
    do {
      let run = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("run"), options: options(2))
      #expect(error { _ = try TrainingRun(resuming: scratch.path("run")) }?.code == .busy)
      _ = try run.train()
    }
    #expect(
      error { _ = try TrainingRun(corpus: [.file(corpus)], directory: scratch.path("run")) }?.code == .cannotCreate)
    #expect(error { _ = try TrainingRun(resuming: scratch.path("none")) }?.code == .noInput)
  }

  private func error(_ body: () throws -> Void) -> DataError? {
    do { try body() } catch { return error as? DataError }
    return nil
  }
}
