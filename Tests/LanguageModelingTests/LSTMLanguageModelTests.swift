import Compute
import Foundation
import Goldens
import Testing

@testable import LanguageModeling

struct LSTMLanguageModelTests {
  private let test: TestModel<CPUDevice>
  private let model: LSTMLanguageModel<CPUDevice>
  private let inputs, targets: [UInt32]
  private let V = 37
  private let T = 9
  private let B = 5

  init() throws {
    test = TestModel(
      try ModelConfiguration(
        vocabularySize: 37, embeddingSize: 19, hiddenSize: 21, layers: 2, peepholes: true, documentBoundary: 7), seed: 7
    )
    model = test.model
    var generator = Philox4x32(seed: 8)
    inputs = randomTokens(9 * 5, below: 37, using: &generator).map { $0 % 5 == 0 ? 7 : $0 }
    targets = randomTokens(9 * 5, below: 37, using: &generator)
  }

  /// ln p of targets from logits, as the definition has it.
  private func logProbabilities(_ logits: [Float], _ targets: ArraySlice<UInt32>) -> [Double] {
    zip(0..., targets).map { row, target in
      let logits = logits[row * V..<(row + 1) * V].map { Double($0) }
      return logits[Int(target)] - log(logits.reduce(0) { $0 + exp($1) })
    }
  }

  @Test func stepByStepIsTheWindow() {
    var (whole, steps) = (model.initialState(lanes: B), model.initialState(lanes: B))
    var expected: [Double] = []
    model.logProbabilities(of: targets, given: inputs, state: &whole, into: &expected)
    var logits: [Float] = []
    for t in 0..<T {
      let now = t * B..<(t + 1) * B
      model.step(Array(inputs[now]), state: &steps, logits: &logits)
      #expect(logits.count == B * V)
      #expect(greatestDifference(logProbabilities(logits, targets[now]), Array(expected[now])) < 2e-6)
    }
    #expect(test.numbers(steps) == test.numbers(whole))
  }

  /// Of a full softmax and of an adaptive one, in every format.
  @Test(arguments: [0.5, 0.9, 1.25], WeightFormat.allCases)
  func atATemperatureLogitsAreDividedByIt(temperature: Double, format: WeightFormat) throws {
    let adaptive = TestModel<CPUDevice>(
      try ModelConfiguration(
        vocabularySize: V, embeddingSize: 19, hiddenSize: 21, layers: 2,
        adaptiveSoftmax: AdaptiveSoftmaxShape(cutoffs: [5, 20], divisor: 2)), seed: 7)
    for (warm, cold) in [(test.model(format), test.model(format)), (adaptive.model(format), adaptive.model(format))] {
      warm.temperature = temperature
      var (steps, whole) = (cold.initialState(lanes: B), warm.initialState(lanes: B))
      var found: [Double] = []
      warm.makeContext().logProbabilities(of: targets, given: inputs, state: &whole, into: &found)
      var logits: [Float] = []
      for t in 0..<T {
        let now = t * B..<(t + 1) * B
        cold.step(Array(inputs[now]), state: &steps, logits: &logits)
        let divided = logits.map { Float(Double($0) / temperature) }
        #expect(greatestDifference(logProbabilities(divided, targets[now]), Array(found[now])) < 4e-6)
      }
    }
  }

  /// A tied output of another size than the layers: the model that predicts is the one that is trained.
  @Test(arguments: WeightFormat.allCases)
  func aProjectedOutputIsThatOfTheWindow(format: WeightFormat) throws {
    let test = TestModel<CPUDevice>(
      try ModelConfiguration(vocabularySize: V, embeddingSize: 19, hiddenSize: 21, layers: 2, tied: true), seed: 7)
    let window = Window(test.network, weights: test.weights, steps: T, lanes: B, trained: false, on: test.device)
    let y = window.forward(inputs, weights: test.weights, state: test.zeroState(lanes: B))
    #expect((y.rows, y.columns) == (T * B, 19))
    var (expected, found, steps) = (targets.map { _ in 0.0 }, [Double](), [Double]())
    window.logProbabilities(y, targets: targets, weights: test.weights, into: &expected)
    let model = test.model(format)
    var (whole, stepwise) = (model.initialState(lanes: B), model.initialState(lanes: B))
    model.logProbabilities(of: targets, given: inputs, state: &whole, into: &found)
    #expect(greatestDifference(found, expected) < (format == .float32 ? 2e-6 : 0.02))
    var logits: [Float] = []
    for t in 0..<T {
      let now = t * B..<(t + 1) * B
      model.step(Array(inputs[now]), state: &stepwise, logits: &logits)
      steps += logProbabilities(logits, targets[now])
    }
    #expect(greatestDifference(steps, found) < 2e-6)
  }

  /// Not only close: the very bits, whether a window is read whole or in parts of any length, in every format.
  @Test(arguments: 1...9, WeightFormat.allCases)
  func partsOfAWindowAreTheWindow(length: Int, format: WeightFormat) {
    let model = test.model(format)
    var (whole, parts) = (model.initialState(lanes: B), model.initialState(lanes: B))
    var expected: [Double] = []
    model.logProbabilities(of: targets, given: inputs, state: &whole, into: &expected)
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

  @Test(arguments: WeightFormat.allCases)
  func lanesDoNotSeeEachOther(format: WeightFormat) {
    let model = test.model(format)
    var together = model.initialState(lanes: B)
    var expected: [Double] = []
    model.logProbabilities(of: targets, given: inputs, state: &together, into: &expected)
    var (logits, alone): ([Float], [Float]) = ([], [])
    model.step(Array(inputs[0..<B]), state: &together, logits: &logits)
    for b in 0..<B {
      let lane = stride(from: b, to: T * B, by: B)
      var state = model.initialState(lanes: 1)
      var found: [Double] = []
      model.logProbabilities(of: lane.map { targets[$0] }, given: lane.map { inputs[$0] }, state: &state, into: &found)
      #expect(found == lane.map { expected[$0] })
      model.step([inputs[b]], state: &state, logits: &alone)
      #expect(alone == Array(logits[b * V..<(b + 1) * V]))
    }
  }

  /// Documents that follow one another are read as each is alone, in every format.
  @Test(arguments: WeightFormat.allCases)
  func aDocumentDoesNotSeeTheOneBefore(format: WeightFormat) {
    let model = test.model(format)
    let documents: [[UInt32]] = [[1, 2, 3], [4], [], [5, 6, 8, 9, 10, 11], []]
    let stream: [UInt32] = documents.flatMap { [7] + $0 }
    var state = model.initialState(lanes: 1)
    var (whole, alone): ([Double], [Double]) = ([], [])
    model.logProbabilities(of: stream.dropFirst() + [7], given: stream, state: &state, into: &whole)
    let expected: [Double] = documents.flatMap { document in
      var state = model.initialState(lanes: 1)
      model.logProbabilities(of: document + [7], given: [7] + document, state: &state, into: &alone)
      return alone
    }
    #expect(whole == expected)
  }

  /// A lane may be chosen several times; what is chosen goes on by itself and leaves the rest as it was.
  @Test func selectedLanesGoOnAlone() {
    var state = model.initialState(lanes: 3)
    var logits: [Float] = []
    model.step([1, 2, 3], state: &state, logits: &logits)
    let before = test.numbers(state)
    var chosen = model.select([2, 0, 2, 1], from: state)
    #expect(chosen.lanes == 4)
    let lanes = (0..<3).map { test.numbers(model.select([$0], from: state)) }
    for (to, from) in [2, 0, 2, 1].enumerated() {
      #expect(test.numbers(model.select([to], from: chosen)) == lanes[from])
    }
    model.step([5, 5, 6, 5], state: &chosen, logits: &logits)
    #expect(test.numbers(state) == before)
    let (first, third) = (model.select([0], from: chosen), model.select([2], from: chosen))
    #expect(test.numbers(first) != test.numbers(third))
    // As if each had been the only one.
    for (lane, (from, token)) in [(2, 5), (0, 5), (2, 6), (1, 5)].enumerated() {
      var alone = model.initialState(lanes: 1)
      model.step([[1, 2, 3][from]], state: &alone, logits: &logits)
      model.step([UInt32(token)], state: &alone, logits: &logits)
      #expect(test.numbers(alone) == test.numbers(model.select([lane], from: chosen)))
    }
  }

  /// The bits of a window as it is trained on, with the input products of the first layer from a table and without.
  @Test(arguments: [(37, 19, 21), (9000, 6, 70)])
  func itIsTheWindowOfTraining(V: Int, E: Int, H: Int) throws {
    let test = TestModel<CPUDevice>(
      try ModelConfiguration(
        vocabularySize: V, embeddingSize: E, hiddenSize: H, layers: 2, peepholes: true, documentBoundary: 5),
      seed: 9)
    #expect(
      (InferenceWeights(
        test.network, values: test.weights.values, format: .float32, on: test.device
      ).embedding == nil) == (V == 37))
    var generator = Philox4x32(seed: 10)
    var (inputs, targets) = (
      randomTokens(T * B, below: V, using: &generator), randomTokens(T * B, below: V, using: &generator)
    )
    inputs[2 * B + 1] = 5
    inputs[2 * B + 2] = 5
    let window = Window(test.network, weights: test.weights, steps: T, lanes: B, trained: false, on: test.device)
    let trained = test.zeroState(lanes: B)
    var (expected, found) = ([Double](repeating: 0, count: T * B), [Double]())
    let h = window.forward(inputs, weights: test.weights, state: trained)
    window.logProbabilities(h, targets: targets, weights: test.weights, into: &expected)
    var state = test.model.initialState(lanes: B)
    test.model.logProbabilities(of: targets, given: inputs, state: &state, into: &found)
    #expect(found == expected)
    #expect(test.numbers(state) == test.numbers(trained))
  }

  /// Step by step, in windows, and in a context for another thread: the same bits for any number of threads.
  @Test(arguments: WeightFormat.allCases, [2, 3])
  func threadsChangeNothing(format: WeightFormat, threads: Int) throws {
    let team = try #require(ThreadTeam(threads: threads))
    let (alone, together) = (test.model(format), test.model(format, on: CPUDevice(team: team)))
    for model in [together, together.makeContext()] {
      var (a, b) = (alone.initialState(lanes: 1), model.initialState(lanes: 1))
      var (expected, found): ([Float], [Float]) = ([], [])
      for token in inputs {
        alone.step([token], state: &a, logits: &expected)
        model.step([token], state: &b, logits: &found)
        #expect(found == expected)
      }
      var (p, q): ([Double], [Double]) = ([], [])
      alone.logProbabilities(of: targets, given: inputs, state: &a, into: &p)
      model.logProbabilities(of: targets, given: inputs, state: &b, into: &q)
      #expect(p == q && test.numbers(a) == test.numbers(b))
    }
  }

  /// What rounding the weights moves a log-probability by, and that it moves it.
  @Test(arguments: [(WeightFormat.bfloat16, 0.02), (.int8, 0.05)])
  func formatsAreClose(format: WeightFormat, bound: Double) {
    var (exact, rounded) = (model.initialState(lanes: B), model.initialState(lanes: B))
    var (expected, found): ([Double], [Double]) = ([], [])
    model.logProbabilities(of: targets, given: inputs, state: &exact, into: &expected)
    test.model(format).logProbabilities(of: targets, given: inputs, state: &rounded, into: &found)
    #expect((bound / 1000..<bound).contains(greatestDifference(found, expected)))
  }

  /// A lane that is nil starts anew among others that go on.
  @Test func aLaneStartsAnew() {
    var state = model.initialState(lanes: 2)
    var (logits, fresh): ([Float], [Float]) = ([], [])
    model.step([1, 2], state: &state, logits: &logits)
    state = model.select([nil, 1, nil], from: state)
    model.step([3, 4, 3], state: &state, logits: &logits)
    var alone = model.initialState(lanes: 1)
    model.step([3], state: &alone, logits: &fresh)
    #expect(Array(logits[..<V]) == fresh && Array(logits[2 * V..<3 * V]) == fresh)
    #expect(Array(logits[V..<2 * V]) != fresh)
  }

  @Test func probabilitiesAddUpToOne() {
    var state = model.initialState(lanes: B)
    var logits: [Float] = []
    for t in 0..<T {
      model.step(Array(inputs[t * B..<(t + 1) * B]), state: &state, logits: &logits)
    }
    var sums = [Double](repeating: 0, count: B)
    for target in 0..<V {
      var copy = model.select(Array(0..<B), from: state)
      var found: [Double] = []
      model.logProbabilities(
        of: [UInt32](repeating: UInt32(target), count: B), given: Array(inputs[0..<B]), state: &copy, into: &found)
      for b in 0..<B { sums[b] += exp(found[b]) }
    }
    for sum in sums { #expect(abs(sum - 1) < 1e-6) }
  }

  @Test func nothingInNothingOut() {
    var state = model.initialState(lanes: B)
    let before = test.numbers(state)
    var found = [1.0]
    model.logProbabilities(of: [], given: [], state: &state, into: &found)
    #expect(found.isEmpty)
    #expect(test.numbers(state) == before)
  }

  /// A vocabulary so large that a block holds fewer rows than there are lanes.
  @Test func logitsComeInBlocks() throws {
    let test = TestModel<CPUDevice>(
      try ModelConfiguration(vocabularySize: 40_000, embeddingSize: 2, hiddenSize: 3, layers: 1), seed: 1)
    let model = test.model
    var (state, alone) = (model.initialState(lanes: 3), model.initialState(lanes: 1))
    var (logits, row): ([Float], [Float]) = ([], [])
    model.step([39_999, 0, 7], state: &state, logits: &logits)
    model.step([7], state: &alone, logits: &row)
    #expect(logits.count == 120_000)
    #expect(logits[80_000...].elementsEqual(row))
  }
}
