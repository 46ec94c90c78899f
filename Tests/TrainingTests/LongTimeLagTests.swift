import Compute
import Foundation
import LanguageModeling
import Testing

@testable import Training

/// The probabilities that logits stand for.
func probabilities(_ logits: [Float]) -> [Double] {
  let total = logits.reduce(0.0) { $0 + exp(Double($1)) }
  return logits.map { exp(Double($0)) / total }
}

/// A symbol out of four, `lag` others that say nothing, a question, and the symbol again; filled up to one length.
private func recall(of symbol: UInt32, lag: Int) -> (tokens: [UInt32], answer: Int) {
  let (filler, question) = (UInt32(4), UInt32(5))
  var tokens = [symbol] + [UInt32](repeating: filler, count: 103)
  tokens[lag + 1] = question
  tokens[lag + 2] = symbol
  return (tokens, lag + 2)
}

struct LongTimeLagTests {
  /// Every lane is one string, every epoch one window, so each string starts without a state.
  ///
  /// Short lags come along because the mechanism is found on them first.
  @Test func aSymbolIsRecalledAfterAHundredSteps() throws {
    var text: [UInt32] = []
    for lag in [1, 10, 40, 100] {
      for symbol in 0..<4 as Range<UInt32> { text += recall(of: symbol, lag: lag).tokens }
    }
    var run = try TrainingRun()
    run.model = try ModelConfiguration(vocabularySize: 6, embeddingSize: 6, hiddenSize: 32, layers: 1)
    run.data = TrainingData(training: TokenArray(text), validation: nil, boundary: 4)
    run.configuration.batch = 16
    run.configuration.window = 104
    run.configuration.initialization.forgetBias = 5
    run.configuration.optimizer = OptimizerConfiguration(.adam, learningRate: 0.03)
    run.configuration.limits = TrainingLimits(steps: 1800)
    run.configuration.evaluateEvery = 500
    try run.train()

    let model = try ModelFile(path: RunDirectory.lastModel(of: run.path)).model(on: CPUDevice())
    for lag in [1, 100, 70] {
      for symbol in 0..<4 as Range<UInt32> {
        let (tokens, answer) = recall(of: symbol, lag: lag)
        var state = model.initialState(lanes: 1)
        var logits: [Float] = []
        for token in [4] + tokens[..<answer] { model.step([token], state: &state, logits: &logits) }
        #expect(-log(probabilities(logits)[Int(symbol)]) < 0.1, "symbol \(symbol) after \(lag)")
      }
    }
  }
}
