import Compute
import LanguageModeling
import Testing

@testable import Training

/// a^n b^n c^n, one string a line: once there is a b, all that follows is known (Gers & Schmidhuber 2001).
struct CountingTests {
  /// The string of a count and its line feed: a is 0, b is 1, c is 2, the line feed 3.
  private func line(_ n: Int) -> [UInt32] {
    [UInt32](repeating: 0, count: n) + .init(repeating: 1, count: n)
      + .init(repeating: 2, count: n) + [3]
  }

  @Test func anLSTMWithPeepholesCounts() throws {
    var generator = Philox4x32(seed: 2)
    var text: [UInt32] = []
    while text.count < 40_000 { text += line(.random(in: 1...8, using: &generator)) }
    var run = try TrainingRun()
    run.model = try ModelConfiguration(
      vocabularySize: 4, embeddingSize: 4, hiddenSize: 16, layers: 1, peepholes: true)
    run.configuration.dropout = 0
    let model = try run.model(ofText: text, boundary: 3, steps: 2000)
    var state = model.initialState(lanes: 1)
    var logits: [Float] = []
    // A text has few starts to learn from, so what is asked begins behind some lines.
    for symbol in [3] + line(5) + line(2) { model.step([symbol], state: &state, logits: &logits) }
    for n in [3, 8, 1, 5, 7, 2, 6, 4] {
      for (place, symbol) in line(n).enumerated() {
        if place > n { #expect(probabilities(logits)[Int(symbol)] > 0.9, "symbol \(place) of a count of \(n)") }
        model.step([symbol], state: &state, logits: &logits)
      }
    }
  }
}
