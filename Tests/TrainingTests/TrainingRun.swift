import Compute
import DataFiles
import Foundation
import LanguageModeling
import ScratchFiles
import Synchronization
import TensorFiles
import TokenFiles

@testable import Training

/// Tokens in memory.
struct TokenArray: TokenSequence {
  let tokens: [TokenID]

  init(_ tokens: [TokenID]) { self.tokens = tokens }

  /// Random tokens below V, each often the one after its predecessor, so that there is something to learn.
  init(count: Int, below V: Int, seed: UInt64) {
    var generator = Philox4x32(seed: seed, stream: 99)
    var last: TokenID = 0
    tokens = (0..<count).map { _ in
      let jumps = Int.random(in: 0..<4, using: &generator) == 0
      last = jumps ? .random(in: 0..<UInt32(V), using: &generator) : (last + 1) % UInt32(V)
      return last
    }
  }

  var count: Int { tokens.count }

  func read(_ range: Range<Int>, into tokens: inout [TokenID], at offset: Int) {
    tokens.replaceSubrange(offset..<offset + range.count, with: self.tokens[range])
  }
}

/// Asks a run to stop after so many steps; nil never does.
final class StopAfter: StopSignal {
  private let asked = Mutex(0)
  private let steps: Int?

  init(_ steps: Int?) { self.steps = steps }

  /// A run asks once before each step.
  var isRequested: Bool {
    asked.withLock { asked in
      asked += 1
      return steps.map { asked > $0 } ?? false
    }
  }
}

/// A training run in a folder of its own, with a small model and a small text.
struct TrainingRun {
  let scratch: ScratchDirectory
  var configuration = TrainingConfiguration()
  var model: ModelConfiguration
  var data: TrainingData

  init() throws {
    scratch = try ScratchDirectory()
    model = try ModelConfiguration(vocabularySize: 7, embeddingSize: 5, hiddenSize: 6, layers: 2, peepholes: true)
    data = TrainingData(
      training: TokenArray(count: 331, below: 7, seed: 1), validation: TokenArray(count: 83, below: 7, seed: 2),
      boundary: 0)
    configuration.batch = 6
    configuration.window = 5
    configuration.shards = 3
    configuration.schedule.kind = .constant
    configuration.schedule.warmup = 0
    configuration.logEvery = 2
    configuration.evaluateEvery = 3
    configuration.limits = TrainingLimits(steps: 12)
  }

  var path: String { scratch.path("run") }

  /// Drops and penalizes all that can be, in a model whose output is tied through a projection.
  mutating func regularize() throws {
    model = try ModelConfiguration(vocabularySize: 7, embeddingSize: 5, hiddenSize: 6, layers: 2, tied: true)
    configuration.inputDropout = 0.1
    configuration.layerDropout = 0.3
    configuration.outputDropout = 0.4
    configuration.lockedDropout = true
    configuration.embeddingDropout = 0.2
    configuration.weightDropout = 0.5
    configuration.activationPenalty = 2
    configuration.temporalPenalty = 1
  }

  /// Trains on a text that the one which validates says nothing of, so that its losses rise.
  mutating func trainOnOneToken() {
    data = TrainingData(
      training: TokenArray([UInt32](repeating: 3, count: 331)), validation: data.validation, boundary: 0)
  }

  /// The model that learns a text in so many steps, where nothing validates.
  mutating func model(ofText text: [TokenID], boundary: TokenID, steps: Int) throws -> LSTMLanguageModel<CPUDevice> {
    data = TrainingData(training: TokenArray(text), validation: nil, boundary: boundary)
    configuration.batch = 16
    configuration.window = 50
    configuration.optimizer = OptimizerConfiguration(.adam, learningRate: 0.01)
    configuration.schedule = ScheduleConfiguration(.cosine, warmup: 0)
    configuration.limits = TrainingLimits(steps: steps)
    configuration.evaluateEvery = steps / 2
    try train()
    return try ModelFile(path: RunDirectory.lastModel(of: path)).model(on: CPUDevice())
  }

  /// A trainer on a device; the folder is open for as long as it lives.
  func trainer<D: Device>(
    on device: D, observe: @escaping (TrainingEvent) -> Void = { _ in }
  ) throws -> Trainer<D> {
    try Trainer(
      configuration, model: model, data: data, run: RunDirectory(path), metadata: [("longhand.note", "a test")],
      on: device, observe: observe)
  }

  /// Starts, or goes on from the newest checkpoint, and runs until the end or for so many steps.
  @discardableResult
  func train(threads: Int = 1, resuming: Bool = false, steps: Int? = nil) throws -> TrainingOutcome {
    let trainer = try trainer(on: CPUDevice(configuration.precision, team: ThreadTeam(threads: threads)))
    if resuming { try trainer.resume(from: newestCheckpoint()) }
    return try trainer.train(until: StopAfter(steps))
  }

  func newestCheckpoint() throws -> String {
    guard let path = try RunDirectory.checkpoints(of: path).first else {
      throw DataError(.noInput, "there is no checkpoint in \(path)")
    }
    return path
  }

  /// The files of the run that do not depend on the clock, by name, each as its SHA-256.
  func digests() throws -> [String: String] {
    var digests: [String: String] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) where name.hasSuffix(".safetensors") {
      var hash = SHA256()
      hash.update(Array(try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))))
      digests[name] = SHA256.hex(hash.finalize())
    }
    return digests
  }

  /// The lines of the metrics without the members that depend on the clock.
  func metrics() throws -> [String] {
    try String(contentsOfFile: path + "/metrics.jsonl", encoding: .utf8).split(separator: "\n").map { line in
      let members = try JSONValue(parsing: Array(line.utf8)).objectValue ?? []
      return JSONValue.object(members.filter { !["seconds", "tokens_per_second"].contains($0.name) }).serialized()
    }
  }
}
