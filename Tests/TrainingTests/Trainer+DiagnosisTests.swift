import Compute
import DataFiles
import LanguageModeling
import NeuralNetwork
import TensorFiles
import Testing

@testable import Training

struct TrainerDiagnosisTests {
  /// Trains to the first refusal; what was saved before it is finite.
  private func failure(
    of run: TrainingRun, after steps: Int = 0, breaking change: (Trainer<CPUDevice>) throws -> Void = { _ in }
  ) throws -> DataError? {
    var run = run
    run.configuration.rollBacks = 0
    if steps > 0 { try run.train(steps: steps) }
    let trainer = try run.trainer(on: CPUDevice())
    if steps > 0 { try trainer.resume(from: run.newestCheckpoint()) }
    try change(trainer)
    trainer.packWeights()
    let error = #expect(throws: DataError.self) { try trainer.train(until: StopAfter(nil)) }
    for name in try run.digests().keys {
      let file = try TensorFile(path: run.path + "/" + name)
      for tensor in file.tensors { #expect(try file.floats(tensor.name).allSatisfy { $0.isFinite }, "\(tensor.name)") }
    }
    return error
  }

  @Test(arguments: ["lstm.weight_hh_l1", "decoder.bias", "embedding.weight"], [Float.nan, .infinity])
  func aValueThatIsNotFiniteIsNamed(name: String, value: Float) throws {
    let run = try TrainingRun()
    let error = try failure(of: run, after: 4) { trainer in
      let parameter = try #require(trainer.network.layout.parameters.first { $0.name == name })
      trainer.device.upload([value], to: parameter.view(in: trainer.weights.values).rows(0..<1).columns(1..<2))
    }
    #expect(error?.code == .data)
    #expect(error?.message.contains("the values of \(name) are not finite") == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("step 5 ") == true)
    #expect(try RunDirectory.checkpoints(of: run.path).count == 2)
  }

  @Test(arguments: ["lstm.weight_hh_l1", "decoder.bias", "embedding.weight"], [0, 1])
  func aMomentThatIsNotFiniteIsNamed(name: String, moment: Int) throws {
    let run = try TrainingRun()
    let trainer = try run.trainer(on: CPUDevice())
    let parameter = try #require(trainer.network.layout.parameters.first { $0.name == name })
    let place = parameter.view(in: trainer.optimizer.moments[moment])
    trainer.device.upload([.nan], to: place.rows(0..<1).columns(1..<2))
    let error = #expect(throws: DataError.self) { try trainer.saveModel(to: run.path + "/model.safetensors") }
    let message = "step 0 left numbers that are not finite: a moment of \(name) is not finite. "
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    #expect(try run.digests().isEmpty)
  }

  /// The layer whose weights are at fault, though all the gradients below it are spoiled.
  @Test func aGradientThatIsNotFiniteIsNamedWhereItArises() throws {
    let error = try failure(of: TrainingRun()) { trainer in
      // All h are 0, so that the large weights are felt on the way back alone.
      let (network, values) = (trainer.network, trainer.weights.values)
      trainer.device.clear(network.layout.all(of: values))
      let recurrent = network.layers[1].recurrentWeight
      trainer.device.upload([Float](repeating: 1e30, count: recurrent.count), to: recurrent.view(in: values))
      guard case .full(let output) = network.output else { return }
      trainer.device.upload([1], to: output.weight.view(in: values).rows(0..<1).columns(0..<1))
    }
    let message = error?.message ?? ""
    #expect(message.hasPrefix("step 1 gave a loss of 1.94"), "\(message)")
    #expect(message.contains("the gradient of lstm.") && message.contains("_l1 is not finite"), "\(message)")
  }

  @Test func whereAllElseIsFiniteThatIsSaid() throws {
    let run = try TrainingRun()
    let error = try run.trainer(on: CPUDevice()).notFinite("step 1 gave a loss of inf")
    #expect(error.message.hasPrefix("step 1 gave a loss of inf: every single value and gradient is finite. "))
  }

  /// The loss and the gradient of a step may be finite and its result not: that must not be saved either.
  @Test(arguments: [1, 2, 3])
  func aStepTooLargeIsNotSaved(steps: Int) throws {
    var run = try TrainingRun()
    run.configuration.optimizer = OptimizerConfiguration(.sgd, learningRate: 1000, momentum: 0.9, clip: 0)
    run.configuration.limits.steps = steps
    let error = try failure(of: run) { trainer in
      guard case .full(let output) = trainer.network.output else { return }
      let decoder = output.weight.view(in: trainer.weights.values)
      trainer.device.upload([Float](repeating: 1e37, count: 3), to: decoder.rows(0..<1).columns(0..<3))
    }
    #expect(error?.code == .data)
    #expect(error?.message.contains("the values of ") == true, "\(error?.message ?? "")")
  }

  /// The training text never meets the symbol that is broken.
  @Test(arguments: [(true, "step 3 gave a validation loss of "), (false, "step 12 left numbers that are not finite")])
  func whatTrainingDoesNotMeetIsNotSavedEither(measured: Bool, message: String) throws {
    var run = try TrainingRun()
    run.data = TrainingData(
      training: TokenArray([UInt32](repeating: 3, count: 331)), validation: measured ? TokenArray([2, 2, 2]) : nil,
      boundary: 0)
    run.configuration.evaluateEvery = measured ? 3 : 100
    run.configuration.checkpointEvery = measured ? nil : 12
    let error = try failure(of: run) { trainer in
      let table = trainer.network.embedding.weight.view(in: trainer.weights.values)
      trainer.device.upload([.nan], to: table.rows(2..<3).columns(0..<1))
    }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("the values of embedding.weight are not finite") == true)
    #expect(try run.digests().isEmpty)
  }
}
