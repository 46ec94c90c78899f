import DataFiles
import ScratchFiles
import Testing

@Suite struct SoftmaxTests {
  @Test("A run with an adaptive softmax is stopped, resumed, sampled, scored and inspected")
  func adaptive() async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    try command.write("softmax = 'adaptive'\nsoftmax-cutoffs = [9, 30]\nsoftmax-divisor = 2\n", to: "c.toml")
    let options = ["--level", "word", "--config", "c.toml", "--schedule", "constant", "-q"] + Corpus.tiny
    #expect(try await command.run(["train", "birds.txt", "--run", "whole"] + options).status == 0)
    let short = ["train", "birds.txt", "--run", "run"] + options + ["--max-steps", "10", "--threads", "2"]
    #expect(try await command.run(short).status == 0)
    let resumed = try await command.run(["train", "--run", "run", "--resume", "--max-steps", "30", "-q"])
    #expect(resumed.status == 0)
    #expect(try command.digest("run/model.safetensors") == command.digest("whole/model.safetensors"))

    let inspected = try await command.run(["inspect", "run", "--json"]).json
    #expect(inspected["softmax_cutoffs"] == .array([.integer(9), .integer(30)]))
    #expect(inspected["softmax_divisor"] == .integer(2))
    #expect(inspected["tied"] == .bool(false))
    for format in ["f32", "bf16", "int8"] {
      let score = try await command.run(["score", "run", "birds.txt", "--weights", format, "--format", "json"]).json
      #expect((1..<6).contains(score["bits_per_token"]?.doubleValue ?? 0), "\(format)")
      let sample = try await command.run(["sample", "run", "--length", "5", "--top-k", "3", "--weights", format])
      #expect(sample.status == 0 && !sample.output.isEmpty)
    }
    let beam = try await command.run(["sample", "run", "--length", "5", "--beam-width", "3"])
    #expect(beam.status == 0 && !beam.output.isEmpty)
  }

  @Test("Cut-offs that are typed stand for those of a file")
  func typedWins() async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    try command.write("softmax-cutoffs = [9, 30]\n", to: "c.toml")
    let typed = ["--softmax", "adaptive", "--softmax-cutoffs", "5", "--config", "c.toml", "-q"]
    #expect(try await command.run(["train", "birds.txt", "--run", "run"] + typed + Corpus.tiny).status == 0)
    let inspected = try await command.run(["inspect", "run", "--json"]).json
    #expect(inspected["softmax_cutoffs"] == .array([.integer(5)]))
  }

  @Test("A sampled softmax says which loss it shows, and leaves a model as any other")
  func sampled() async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    let options = ["--level", "word", "--softmax", "sampled", "--softmax-samples", "20"] + Corpus.tiny
    let trained = try await command.run(["train", "birds.txt", "--run", "run"] + options)
    #expect(trained.status == 0, "\(trained.errors)")
    for text in ["trained on samples of 20 tokens", "sampled loss ", "validation perplexity "] {
      #expect(trained.errors.contains(text), "\(trained.errors)")
    }
    let metrics = try String(decoding: command.directory.read("run/metrics.jsonl"), as: UTF8.self)
    #expect(metrics.contains("\"sampled_loss\":") && metrics.contains("\"validation_loss\":"))
    let configuration = try JSONValue(parsing: command.directory.read("run/configuration.json"))
    #expect(configuration["training"]?["softmax_samples"] == .integer(20))
    #expect(configuration["model"]?.objectValue?.contains { $0.name.contains("softmax") } == false)
    let score = try await command.run(["score", "run", "birds.txt", "--format", "json"]).json
    #expect((1..<6).contains(score["bits_per_token"]?.doubleValue ?? 0))
  }

  @Test("A sample of more than half of the vocabulary is refused")
  func largeSample() async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    let outcome = try await command.run(
      ["train", "birds.txt", "--run", "run", "--softmax", "sampled", "--softmax-samples", "999"] + Corpus.tiny)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("softmax-samples is 999; it must be at most half of the"), "\(outcome.errors)")
    #expect(outcome.hasProperMessage)
  }

  @Test("Cut-offs that the vocabulary has no tokens for are refused")
  func refused() async throws {
    let command = try Command()
    try command.write(Corpus.birds, to: "birds.txt")
    let outcome = try await command.run(
      ["train", "birds.txt", "--run", "run", "--softmax", "adaptive", "--softmax-cutoffs", "9,300"] + Corpus.tiny)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("the last cut-off of the adaptive softmax is 300"), "\(outcome.errors)")
    #expect(outcome.hasProperMessage)
  }
}
