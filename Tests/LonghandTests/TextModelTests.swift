import Foundation
import Longhand
import ScratchFiles
import Testing

@Suite struct TextModelTests {
  @Test(
    "A model of every level samples and scores",
    arguments: [
      (TokenizerLevel.byte, Bool?.none), (.character, nil), (.grapheme, nil), (.word, true), (.word, false),
      (.whitespace, true), (.whitespace, false),
    ])
  func levels(_ level: TokenizerLevel, _ isLossless: Bool?) throws {
    let scratch = try ScratchDirectory()
    let model = try trainedModel(Texts.languages, level, isLossless: isLossless, in: scratch)
    #expect(model.vocabulary.configuration.level == level)
    #expect(try model.sample(length: 30, seed: 3) == model.sample(length: 30, seed: 3))
    let report = try model.score(Texts.languages)
    #expect(report.unknown == 0)
    #expect(report.counts.bytes == Texts.languages.utf8.count)
    #expect(report.counts.characters == Texts.languages.unicodeScalars.count)
    let perplexity = try #require(report.perplexity)
    #expect(perplexity > 1 && perplexity < Double(model.vocabulary.count))
    let bits = try #require(report.bitsPerCharacter)
    #expect(abs(bits * Double(report.counts.characters) - report.nats / log(2)) < 1e-6)
  }

  @Test(
    "A text is written and scored the same by any number of threads, in every format", arguments: WeightFormat.allCases)
  func threads(_ format: WeightFormat) throws {
    let scratch = try ScratchDirectory()
    _ = try trainedModel(Texts.story, hidden: 200, steps: 3, in: scratch)
    let texts = [Texts.story, "The ferry left."].map { CorpusInput.bytes(Array($0.utf8), name: "text") }
    func figures(_ threads: Int) throws -> [String] {
      let model = try TextModel(path: scratch.path("run"), weights: format, threads: threads)
      var lines: [Double] = []
      _ = try model.score(linesOf: [texts[0]]) { lines.append($0.report.nats) }
      var each: [Double] = []
      let total = try model.score(eachOf: texts) { number, report in
        #expect(number == each.count)
        each.append(report.nats)
      }
      #expect(try each[0] == model.score(Texts.story).nats && abs(total.nats - each.reduce(0, +)) < 1e-9)
      return [try model.sample(length: 50, seed: 3), "\(lines)", "\(each)", "\(try model.score(texts).nats)"]
    }
    let alone = try figures(1)
    for threads in [2, 3] { #expect(try figures(threads) == alone) }
    let error = #expect(throws: DataError.self) { try TextModel(path: scratch.path("run"), threads: 0) }
    #expect(error?.code == .usage)
  }

  @Test("Several texts are those that would be written alone, the first that of a single one")
  func severalTexts() throws {
    let scratch = try ScratchDirectory()
    let model = try trainedModel(Texts.languages, .byte, in: scratch)
    var options = SamplingOptions()
    options.length = 40
    options.prompt = "q"
    func texts(_ count: Int) throws -> [String] {
      var texts = [String](repeating: "", count: count)
      let reports = try model.sample(options, texts: count) { text, piece in
        texts[text] += piece
        return true
      }
      #expect(reports.count == count && reports.allSatisfy { $0.tokens == 40 && $0.logProbability < 0 })
      return texts
    }
    let five = try texts(5)
    #expect(try texts(2) == Array(five[..<2]))
    #expect(try model.sample(prompt: "q", length: 40) == five[0])
    #expect(Set(five).count == 5)
    for count in [0, -1, 1025] {
      #expect(throws: DataError.self) { try model.sample(options, texts: count) { _, _ in true } }
    }
  }

  @Test("A text scores the same in one piece and in many")
  func pieces() throws {
    let scratch = try ScratchDirectory()
    let model = try trainedModel(Texts.story, in: scratch)
    let whole = try model.score(Texts.story)
    let bytes = Array(Texts.story.utf8)
    for cut in [1, 7, 1000, bytes.count - 1] {
      let parts = try model.score([
        .bytes(Array(bytes[..<cut]), name: "a"), .bytes(Array(bytes[cut...]), name: "b"),
      ])
      #expect(parts.nats == whole.nats)
      #expect(parts.tokens == whole.tokens)
    }
  }

  @Test("ln p(ab) = ln p(a) + ln p(b|a)")
  func chainRule() throws {
    let scratch = try ScratchDirectory()
    let model = try trainedModel(Texts.story, in: scratch)
    let (a, b) = ("The ferry left ", "at dawn, and nobody waved.")
    var scores: [Double] = []
    let joint = try model.score([.bytes(Array((a + b).utf8), name: "ab")]) { scores.append($0.logProbability) }
    #expect(scores.count == joint.tokens)
    let first = try model.score(a)
    let conditional = scores.dropFirst(first.tokens).reduce(0, +)
    #expect(abs(joint.nats - (first.nats - conditional)) < 1e-9)
    #expect(conditional < 0)
  }

  @Test("The lines of a text add up to its sum, each scored as a text of its own")
  func lines() throws {
    let scratch = try ScratchDirectory()
    let model = try trainedModel(Texts.story, in: scratch)
    let text = "The ferry left.\n\nAt dawn\n"
    var parts: [ScoreReport] = []
    let total = try model.score(linesOf: [.bytes(Array(text.utf8), name: "text")]) { parts.append($0.report) }
    #expect(parts.map(\.tokens) == [16, 1, 8])
    #expect(abs(parts.map(\.nats).reduce(0, +) - total.nats) < 1e-9)
    #expect(abs(parts[0].nats - (try model.score("The ferry left.\n").nats)) < 1e-9)
    #expect(total.counts.bytes == text.utf8.count)
    #expect(total.counts.words == 5)
  }

  @Test("Documents score as each does alone, with its end", arguments: WeightFormat.allCases)
  func documents(_ format: WeightFormat) throws {
    let scratch = try ScratchDirectory()
    let trained = try trainedModel(Texts.story, documents: .line, in: scratch)
    #expect(trained.configuration.documentBoundary == trained.vocabulary.boundary)
    let model = try TextModel(path: scratch.path("run"), weights: format)
    let boundary = model.vocabulary.boundary
    func score(_ text: String) throws -> [TokenScore] {
      var scores: [TokenScore] = []
      _ = try model.score([.bytes(Array(text.utf8), name: "text")]) { scores.append($0) }
      return scores
    }
    let lines = ["The ferry left.\n", "At dawn\n", "\n", "the ferry."]
    let together = try score(lines.joined())
    #expect(together.filter { $0.token == boundary }.count == 3)
    var rest = together[...]
    for line in lines {
      let alone = try score(line)
      #expect(alone.map(\.logProbability) == rest.prefix(alone.count).map(\.logProbability))
      rest = rest.dropFirst(alone.count + 1)
    }
    #expect(rest.isEmpty)
  }

  @Test("What a model writes has the probability that it reports")
  func sampledProbability() throws {
    let scratch = try ScratchDirectory()
    let model = try trainedModel(Texts.story, in: scratch)
    var options = SamplingOptions()
    options.length = 60
    options.temperature = 0.7
    var text = ""
    let report = try model.sample(options) { piece in
      text += piece
      return true
    }
    #expect(report.tokens == 60)
    #expect(abs(report.logProbability + (try model.score(text).nats)) < 1e-5)
  }

  @Test("No piece of a streamed text ends within a character", arguments: UInt64(1)...20)
  func wholeCharacters(_ seed: UInt64) throws {
    let scratch = try ScratchDirectory()
    let model = try trainedModel(Texts.languages, .byte, steps: 20, in: scratch)
    var options = SamplingOptions()
    options.length = 400
    options.seed = seed
    options.prompt = seed % 2 == 0 ? "नम" : ""
    var bytes: [UInt8] = []
    var pieces = 0
    _ = try model.sample(options) { piece in
      pieces += 1
      #expect(!piece.isEmpty)
      bytes += Array(piece.utf8)
      return true
    }
    // Bytes that are no UTF-8 come as U+FFFD; all else is as written, so reading it again changes nothing.
    #expect(String(validating: bytes, as: UTF8.self) != nil)
    #expect(pieces > 1)
  }

  @Test("Sampling stops when the receiver has had enough")
  func stops() throws {
    let scratch = try ScratchDirectory()
    let model = try trainedModel(Texts.story, in: scratch)
    var pieces = 0
    let report = try model.sample(SamplingOptions()) { _ in
      pieces += 1
      return pieces < 5
    }
    #expect(pieces == 5)
    #expect(report.tokens == 5)
  }

  @Test("The temperature that is found makes a text likelier than any other")
  func temperature() throws {
    let scratch = try ScratchDirectory()
    let model = try trainedModel(Texts.story, steps: 60, in: scratch)
    let inputs = [CorpusInput.bytes(Array(Texts.story.utf8.prefix(500)), name: "text")]
    let found = try model.findTemperature(inputs)
    #expect(model.scoringTemperature == found.temperature)
    #expect(try model.score(inputs).nats == found.score.nats)
    for temperature in stride(from: 0.5, through: 2, by: 0.1) {
      model.scoringTemperature = temperature
      #expect(try model.score(inputs).nats > found.score.nats - 1e-3)
    }
    for step in [-0.05, 0.05] {
      model.scoringTemperature = found.temperature + step
      #expect(try model.score(inputs).nats > found.score.nats)
    }
  }

  @Test("What is no model is refused", arguments: ["missing", "corpus.txt", "run/corpus.tokens"])
  func noModel(_ name: String) throws {
    let scratch = try ScratchDirectory()
    _ = try trainedModel(Texts.story, steps: 1, in: scratch)
    #expect(throws: DataError.self) { try TextModel(path: scratch.path(name)) }
  }

  @Test("Texts each alone may be empty, as long as one is not")
  func emptyTexts() throws {
    let scratch = try ScratchDirectory()
    let model = try trainedModel(Texts.story, steps: 1, in: scratch)
    func inputs(_ texts: [String]) -> [CorpusInput] { texts.map { .bytes(Array($0.utf8), name: "text") } }
    var tokens: [Int] = []
    let total = try model.score(eachOf: inputs(["The ferry", "", "left."])) { tokens.append($1.tokens) }
    #expect(tokens == [9, 0, 5] && total.tokens == 14)
    #expect(throws: DataError.self) { try model.score(eachOf: inputs(["", ""])) }
  }

  @Test("A prompt's document begins anew, as it does in training")
  func documentsOfAPrompt() throws {
    let scratch = try ScratchDirectory()
    let model = try trainedModel(Texts.story, documents: .separator([0x7C]), in: scratch)
    func logProbability(_ prompt: String) throws -> Double {
      var options = SamplingOptions()
      (options.prompt, options.length, options.temperature) = (prompt, 5, 0)
      return try model.sample(options) { _ in true }.logProbability
    }
    #expect(try logProbability("The| ferry") == logProbability(" ferry"))
    #expect(try logProbability("The ferry") != logProbability(" ferry"))
    #expect(try logProbability("The|") == logProbability(""))
  }

  @Test("A text that can be read once gives no temperature, and one that is missing leaves the model's as it was")
  func noTemperature() throws {
    let scratch = try ScratchDirectory()
    let model = try trainedModel(Texts.story, steps: 1, in: scratch)
    model.scoringTemperature = 1.25
    for inputs in [[CorpusInput.standardInput], [.file(scratch.path("missing"))]] {
      #expect(throws: DataError.self) { try model.findTemperature(inputs) }
      #expect(model.scoringTemperature == 1.25)
    }
  }
}
