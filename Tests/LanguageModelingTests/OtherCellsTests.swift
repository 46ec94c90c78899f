import Compute
import DataFiles
import Goldens
import ScratchFiles
import TensorFiles
import Testing

@testable import LanguageModeling
@testable import NeuralNetwork

/// Every cell but the plain LSTM.
let otherCells: [CellConfiguration] = [CellConfiguration(.gru), CellConfiguration(.rnn)]

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
        vocabularySize: V, embeddingSize: 19, hiddenSize: 21, layers: 3, cell: cell, tied: tied, documentBoundary: 7),
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
    weightDropout: 0.5, activationPenalty: 2, temporalPenalty: 1)

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
      (CellConfiguration(.gru), true, "peepholes are of the cell lstm"),
      (CellConfiguration(.rnn), true, "peepholes are of the cell lstm"),
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
