import Compute
import DataFiles
import Foundation
import Goldens
import ScratchFiles
import TensorFiles
import Testing

@testable import LanguageModeling
@testable import NeuralNetwork

/// Every cell but the plain LSTM.
let otherCells: [CellConfiguration] = [
  CellConfiguration(.gru), CellConfiguration(.rnn), CellConfiguration(projectionSize: 5),
  CellConfiguration(layerNorm: true), CellConfiguration(inputGate: .coupled), CellConfiguration(inputGate: .capped),
  CellConfiguration(mogrifierRounds: 1), CellConfiguration(mogrifierRounds: 5),
  CellConfiguration(mogrifierRounds: 4, mogrifierRank: 2), CellConfiguration(zoneoutCell: 0.25, zoneoutHidden: 0.5),
  CellConfiguration(.gru, zoneoutHidden: 0.25), CellConfiguration(.rnn, zoneoutHidden: 0.25),
  CellConfiguration(projectionSize: 5, inputGate: .coupled, mogrifierRounds: 2),
  CellConfiguration(
    projectionSize: 5, layerNorm: true, inputGate: .capped, mogrifierRounds: 3, mogrifierRank: 2, zoneoutCell: 0.25,
    zoneoutHidden: 0.5),
]

/// What all cells share: a model that predicts is the one that was trained, by steps, windows and lanes of any number.
struct OtherCellsTests {
  private let V = 37
  private let T = 9
  private let B = 5

  private func model<D: ComparedDevice>(
    _: D.Type, _ cell: CellConfiguration, regularization: Regularization = Regularization(), tied: Bool = false
  ) throws -> TestModel<D> {
    TestModel(
      try ModelConfiguration(
        vocabularySize: V, embeddingSize: 19, hiddenSize: 21, layers: 3, cell: cell, peepholes: cell.kind == .lstm,
        tied: tied, documentBoundary: 7),
      seed: 7, regularization: regularization)
  }

  private func tokens(_ stream: UInt64, boundaries: Bool = true) -> [UInt32] {
    var generator = Philox4x32(seed: 8, stream: stream)
    return randomTokens(T * B, below: V, using: &generator).map { boundaries && $0 % 5 == 0 ? 7 : $0 }
  }

  /// Not only close: the very bits, whether read whole, in parts or step by step.
  @Test(arguments: otherCells, WeightFormat.allCases)
  func partsOfAWindowAreTheWindow(cell: CellConfiguration, format: WeightFormat) throws {
    let test = try model(CPUDevice.self, cell)
    let model = test.model(format)
    let (inputs, targets) = (tokens(0), tokens(1))
    var whole = model.initialState(lanes: B)
    var expected: [Double] = []
    model.logProbabilities(of: targets, given: inputs, state: &whole, into: &expected)
    for length in [1, 2, 4, 8] {
      var parts = model.initialState(lanes: B)
      var found: [Double] = []
      for start in stride(from: 0, to: T, by: length) {
        let part = start * B..<min(start + length, T) * B
        var some: [Double] = []
        model.logProbabilities(of: Array(targets[part]), given: Array(inputs[part]), state: &parts, into: &some)
        found += some
      }
      #expect(found == expected)
      #expect(test.numbers(parts) == test.numbers(whole))
    }
  }

  @Test(arguments: otherCells, [false, true])
  func itIsTheWindowOfTraining(cell: CellConfiguration, tied: Bool) throws {
    let test = try model(CPUDevice.self, cell, tied: tied)
    let (inputs, targets) = (tokens(0), tokens(1))
    let window = Window(test.network, weights: test.weights, steps: T, lanes: B, trained: false, on: test.device)
    let trained = test.zeroState(lanes: B)
    var (expected, found) = ([Double](repeating: 0, count: T * B), [Double]())
    let y = window.forward(inputs, weights: test.weights, state: trained)
    window.logProbabilities(y, targets: targets, weights: test.weights, into: &expected)
    var state = test.model.initialState(lanes: B)
    test.model.logProbabilities(of: targets, given: inputs, state: &state, into: &found)
    #expect(found == expected)
    #expect(test.numbers(state) == test.numbers(trained))
  }

  @Test(arguments: otherCells)
  func lanesDoNotSeeEachOther(cell: CellConfiguration) throws {
    let model = try model(CPUDevice.self, cell).model
    let inputs = tokens(0)
    var together = model.initialState(lanes: B)
    var logits: [[Float]] = []
    for t in 0..<T {
      logits.append([])
      model.step(Array(inputs[t * B..<(t + 1) * B]), state: &together, logits: &logits[t])
    }
    for b in 0..<B {
      var (alone, found) = (model.initialState(lanes: 1), [Float]())
      for t in 0..<T {
        model.step([inputs[t * B + b]], state: &alone, logits: &found)
        #expect(found == Array(logits[t][b * V..<(b + 1) * V]))
      }
    }
  }

  /// A lane may be chosen several times; what is chosen goes on by itself and leaves the rest as it was.
  @Test(arguments: otherCells)
  func selectedLanesGoOnAlone(cell: CellConfiguration) throws {
    let test = try model(CPUDevice.self, cell)
    let model = test.model
    var (state, logits) = (model.initialState(lanes: 3), [Float]())
    model.step([1, 2, 3], state: &state, logits: &logits)
    let before = test.numbers(state)
    var chosen = model.select([2, nil, 2], from: state)
    model.step([5, 6, 5], state: &chosen, logits: &logits)
    #expect(test.numbers(state) == before)
    #expect(Array(logits[..<V]) == Array(logits[(2 * V)...]))
    var (alone, found) = (model.initialState(lanes: 1), [Float]())
    model.step([6], state: &alone, logits: &found)
    #expect(found == Array(logits[V..<2 * V]))
    alone = model.initialState(lanes: 1)
    for token in [3, 5] as [UInt32] { model.step([token], state: &alone, logits: &found) }
    #expect(found == Array(logits[..<V]))
  }

  /// What rounding the weights moves a log-probability by, and that it moves it.
  @Test(arguments: otherCells, [(WeightFormat.bfloat16, 0.05), (.int8, 0.1)])
  func formatsAreClose(cell: CellConfiguration, format: (WeightFormat, bound: Double)) throws {
    let test = try model(CPUDevice.self, cell)
    let (inputs, targets) = (tokens(0), tokens(1))
    func logProbabilities(_ format: WeightFormat) -> [Double] {
      let model = test.model(format)
      var (state, found) = (model.initialState(lanes: B), [Double]())
      model.logProbabilities(of: targets, given: inputs, state: &state, into: &found)
      return found
    }
    let difference = greatestDifference(logProbabilities(format.0), logProbabilities(.float32))
    #expect((1e-6..<format.bound).contains(difference))
  }

  /// A document is read as if nothing had come before it.
  @Test(arguments: otherCells)
  func aDocumentDoesNotSeeTheOneBefore(cell: CellConfiguration) throws {
    let model = try model(CPUDevice.self, cell).model
    var (state, alone) = (model.initialState(lanes: 1), model.initialState(lanes: 1))
    var (logits, expected): ([Float], [Float]) = ([], [])
    for token in [1, 2, 3, 7, 4, 5] as [UInt32] { model.step([token], state: &state, logits: &logits) }
    for token in [7, 4, 5] as [UInt32] { model.step([token], state: &alone, logits: &expected) }
    #expect(logits == expected)
  }

  private static let everything = Regularization(
    inputDropout: 0.2, layerDropout: 0.3, outputDropout: 0.4, isLocked: true, embeddingDropout: 0.25,
    weightDropout: 0.5, stateDropout: 0.2, activationPenalty: 2, temporalPenalty: 1)

  private func gradients<D: ComparedDevice>(
    _: D.Type, _ cell: CellConfiguration, _ regularization: Regularization, tied: Bool = false
  ) throws -> [Double] {
    let test = try model(D.self, cell, regularization: regularization, tied: tied)
    return test.gradients(
      tokens(0), targets: tokens(1), lanes: B, state: test.zeroState(lanes: B), scale: 1 / Float(T * B),
      dropout: Dropout(seed: 5, step: 6, shard: 7))
  }

  @Test(arguments: otherCells, [false, true])
  func theFastDeviceAgreesWithTheReference(cell: CellConfiguration, tied: Bool) throws {
    let exact = try gradients(ReferenceDevice.self, cell, Self.everything, tied: tied)
    let fast = try gradients(CPUDevice.self, cell, Self.everything, tied: tied)
    #expect(greatestDifference(fast, exact) < 2e-5)
  }

  /// Recurrent weights of any cell are dropped.
  @Test(arguments: otherCells)
  func weightsAreDropped(cell: CellConfiguration) throws {
    let plain = try gradients(CPUDevice.self, cell, Regularization())
    let dropped = try gradients(CPUDevice.self, cell, Regularization(weightDropout: 0.5))
    #expect(greatestDifference(plain, dropped) > 1e-4)
  }

  /// An LSTM as it was published is the same step by step as in fused windows.
  @Test(arguments: [false, true])
  func aPlainLSTMStepByStepIsTheFusedOne(peepholes: Bool) throws {
    let configuration = try ModelConfiguration(
      vocabularySize: V, embeddingSize: 19, hiddenSize: 21, layers: 2, peepholes: peepholes, documentBoundary: 7)
    func outcome(isStepwise: Bool) -> [Double] {
      let device = ReferenceDevice()
      let network = LSTMNetwork(configuration, isStepwise: isStepwise)
      #expect(network.isFused != isStepwise)
      let weights = NetworkWeights(network, windowSize: 0, on: device)
      Initialization().fill(weights.values, of: network, seed: 3, on: device)
      weights.pack(on: device)
      let window = Window(network, weights: weights, steps: T, lanes: B, trained: true, on: device)
      let (state, gradients) = (
        LSTMState(configuration, lanes: B, on: device), device.allocate(network.parameterCount)
      )
      var logProbabilities = [Double](repeating: 0, count: T * B)
      window.trainingStep(
        tokens(0), targets: tokens(1), scale: 1, weights: weights, state: state, dropout: nil, gradients: gradients,
        logProbabilities: &logProbabilities)
      return logProbabilities + gradients.elements + (state.h + state.c).flatMap { device.doubles($0) }
    }
    #expect(greatestDifference(outcome(isStepwise: true), outcome(isStepwise: false)) < 1e-12)
  }

  /// Each number of c and of h is the new one or stays in training, and is between the two elsewhere.
  @Test(arguments: [CellKind.lstm, .gru, .rnn])
  func zoneoutKeepsSomeOfTheState(kind: CellKind) throws {
    let (z_c, z_h) = (kind == .lstm ? 0.25 : 0, 0.5)
    func after(_ cell: CellConfiguration, masks: Dropout?) throws -> (h: [Double], c: [Double]) {
      let test = TestModel<ReferenceDevice>(
        try ModelConfiguration(vocabularySize: V, embeddingSize: 9, hiddenSize: 50, layers: 1, cell: cell), seed: 3)
      let window = Window(test.network, weights: test.weights, steps: 1, lanes: B, trained: true, on: test.device)
      let state = test.zeroState(lanes: B)
      for x in state.h + state.c { test.device.put((0..<x.count).map { sin(Double($0)) }, into: x) }
      _ = window.forward([1, 2, 3, 4, 5], weights: test.weights, state: state, dropout: masks)
      return (test.device.doubles(state.h[0]), state.c.flatMap { test.device.doubles($0) })
    }
    let plain = try after(CellConfiguration(kind), masks: nil)
    let zoned = CellConfiguration(kind, zoneoutCell: z_c, zoneoutHidden: z_h)
    let expected = try after(zoned, masks: nil)
    let trained = try after(zoned, masks: Dropout(seed: 1, step: 2, shard: 3))
    for (plain, expected, trained, z) in [
      (plain.h, expected.h, trained.h, z_h), (plain.c, expected.c, trained.c, z_c),
    ] where !plain.isEmpty {
      let before = plain.indices.map { sin(Double($0)) }
      #expect(greatestDifference(expected, zip(before, plain).map { z * $0 + (1 - z) * $1 }) < 1e-12)
      let kept = plain.indices.filter { abs(trained[$0] - before[$0]) < 1e-12 }.count
      let new = plain.indices.filter { abs(trained[$0] - plain[$0]) < 1e-12 }.count
      #expect(kept + new == plain.count && abs(Double(kept) / Double(plain.count) - z) < 0.12)
    }
  }

  @Test(arguments: otherCells)
  func theModelsFileKeepsTheCell(cell: CellConfiguration) throws {
    let scratch = try ScratchDirectory()
    let test = try model(CPUDevice.self, cell)
    let path = scratch.path("model")
    try ModelFile.writer(of: test.network, values: test.weights.values, metadata: [], on: test.device)
      .write(replacing: path)
    let file = try ModelFile(path: path)
    #expect(file.configuration == test.network.configuration)
    #expect(file.configuration.cell == cell)
    let model = try file.model(on: CPUDevice())
    var (a, b) = (model.initialState(lanes: 1), test.model.initialState(lanes: 1))
    var (logits, expected): ([Float], [Float]) = ([], [])
    model.step([3], state: &a, logits: &logits)
    test.model.step([3], state: &b, logits: &expected)
    #expect(logits == expected)
  }
}

struct CellConfigurationTests {
  @Test(arguments: [CellConfiguration()] + otherCells)
  func jsonRoundTrip(cell: CellConfiguration) throws {
    let configuration = try ModelConfiguration(
      vocabularySize: 3, embeddingSize: 7, hiddenSize: 7, layers: 2, cell: cell)
    let text = configuration.json.serialized()
    #expect(try ModelConfiguration(json: JSONValue(parsing: Array(text.utf8))) == configuration)
    #expect(text.hasSuffix(#""tied":false}"#) == (cell == CellConfiguration()))
  }

  @Test func whatIsUnknownIsRefused() throws {
    let text = """
      {"vocabulary_size":2,"embedding_size":1,"hidden_size":4,"layers":1,"peepholes":false,"tied":false,"cell":"qrnn"}
      """
    let json = try JSONValue(parsing: Array(text.utf8))
    let error = #expect(throws: DataError.self) { try ModelConfiguration(json: json) }
    #expect(error?.message.contains(#"an unknown "cell""#) == true)
  }

  @Test(
    arguments: [
      (CellConfiguration(.gru), true, "peepholes is of the cell lstm"),
      (CellConfiguration(.gru, projectionSize: 3), false, "projection is of the cell lstm"),
      (CellConfiguration(.rnn, layerNorm: true), false, "layer-norm is of the cell lstm"),
      (CellConfiguration(.gru, inputGate: .coupled), false, "input-gate coupled is of the cell lstm"),
      (CellConfiguration(.rnn, mogrifierRounds: 2), false, "mogrifier-rounds is of the cell lstm"),
      (CellConfiguration(.gru, zoneoutCell: 0.1), false, "zoneout-cell is of the cell lstm"),
      (CellConfiguration(mogrifierRank: 2), false, "mogrifier-rank goes with mogrifier-rounds"),
      (CellConfiguration(projectionSize: 0), false, "projection is 0; it must be from 1 to 65536"),
      (CellConfiguration(mogrifierRounds: -1), true, "mogrifier-rounds is -1; it must be from 0 to 64"),
      (CellConfiguration(mogrifierRounds: 2, mogrifierRank: 0), true, "mogrifier-rank is 0; it must be from 1"),
      (CellConfiguration(zoneoutCell: 1), true, "zoneout-cell is 1.0; it must be from 0.0 to 0.99"),
      (CellConfiguration(.rnn, zoneoutHidden: .nan), false, "zoneout-hidden is nan; it must be from 0.0 to 0.99"),
    ])
  func whatDoesNotGoTogetherIsRefused(cell: CellConfiguration, peepholes: Bool, message: String) {
    let error = #expect(throws: DataError.self) {
      try ModelConfiguration(
        vocabularySize: 3, embeddingSize: 7, hiddenSize: 7, layers: 2, cell: cell, peepholes: peepholes)
    }
    #expect(error?.code == .usage)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }
}
