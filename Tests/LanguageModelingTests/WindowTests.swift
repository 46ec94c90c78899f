import Compute
import Goldens
import NeuralNetwork
import Testing

@testable import LanguageModeling

struct WindowTests {
  static let passes = ["pytorch-one-layer", "pytorch-stacked", "pytorch-tied"]
  static let passesOfOtherCells = [
    "pytorch-gru", "pytorch-rnn", "pytorch-projection", "pytorch-layer-norm", "pytorch-coupled", "pytorch-capped",
    "pytorch-mogrifier", "pytorch-mogrifier-low-rank", "pytorch-everything",
  ]

  @Test(arguments: passes + passesOfOtherCells)
  func logitsLossAndStateAreThoseOfPyTorch(name: String) throws {
    for windowSize in [0, 1000] {
      try check(ReferenceDevice.self, name, windowSize)
      try check(CPUDevice.self, name, windowSize)
    }
  }

  private func check<D: ComparedDevice>(_: D.Type, _ name: String, _ windowSize: Int) throws {
    let golden = try Golden(name)
    let test = try TestModel<D>(golden, windowSize: windowSize)
    let window = Window(
      test.network, weights: test.weights, steps: golden.size("T"), lanes: golden.size("B"), trained: false,
      on: test.device)
    let state = try test.state(golden)
    let h = window.forward(try golden.tokens("inputs"), weights: test.weights, state: state)
    let output = test.network.output.forInference(values: test.weights.values, format: .float32, on: test.device)
    let logits = output.makePass(rows: h.rows, on: test.device).logits(h)
    #expect(greatestDifference(test.device.doubles(logits), try golden.doubles("logits")) < D.tolerance)

    let targets = try golden.tokens("targets")
    var logProbabilities = targets.map { _ in 0.0 }
    window.logProbabilities(h, targets: targets, weights: test.weights, into: &logProbabilities)
    let loss = -logProbabilities.reduce(0, +) / Double(targets.count)
    #expect(greatestDifference([loss], try golden.doubles("loss")) < D.tolerance)

    let end = try golden.doubles("hn") + (state.c.isEmpty ? [] : golden.doubles("cn"))
    #expect(greatestDifference(test.numbers(state), end) < D.tolerance)
  }

  /// Dropout leaves the recurrence alone: the state after a window is that without it in the first layer.
  @Test(arguments: [false, true])
  func dropoutActsBetweenLayersOnly(isLocked: Bool) throws {
    let test = try TestModel<ReferenceDevice>(
      ModelConfiguration(vocabularySize: 7, embeddingSize: 3, hiddenSize: 8, layers: 2), seed: 3,
      regularization: Regularization(layerDropout: 0.5, outputDropout: 0.5, isLocked: isLocked))
    let window = Window(test.network, weights: test.weights, steps: 4, lanes: 2, trained: true, on: test.device)
    let (plain, dropped) = (test.zeroState(lanes: 2), test.zeroState(lanes: 2))
    let ids: [UInt32] = [0, 1, 2, 3, 4, 5, 6, 0]
    _ = window.forward(ids, weights: test.weights, state: plain)
    let h = window.forward(ids, weights: test.weights, state: dropped, dropout: Dropout(seed: 1, step: 0, shard: 0))
    #expect(test.device.doubles(plain.h[0]) == test.device.doubles(dropped.h[0]))
    #expect(test.device.doubles(plain.h[1]) != test.device.doubles(dropped.h[1]))
    let zeros = test.device.doubles(h).map { $0 == 0 }
    #expect((10...54).contains(zeros.filter { $0 }.count))  // of 64
    #expect((Array(zeros[..<16]) == Array(zeros[16..<32])) == isLocked)
  }
}
