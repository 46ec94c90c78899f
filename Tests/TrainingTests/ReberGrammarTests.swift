import Compute
import LanguageModeling
import Testing

@testable import Training

/// The embedded Reber grammar: a string's second symbol comes again as its last but one.
///
/// Between them stands a string of the inner grammar, which says nothing of it (Cleeremans et al. 1989; Hochreiter &
/// Schmidhuber 1997).
private struct ReberGrammar {
  static let symbols: [Character] = ["B", "T", "P", "S", "X", "V", "E"]

  /// The arcs of the inner grammar, by node: a symbol and the node it leads to.
  private static let arcs: [[(symbol: Character, node: Int)]] = [
    [("B", 1)], [("T", 2), ("P", 3)], [("S", 2), ("X", 4)], [("T", 3), ("V", 5)], [("X", 3), ("S", 6)],
    [("P", 4), ("V", 6)], [("E", 7)],
  ]

  /// A string, and beside each symbol all those that were legal in its place.
  static func string(using generator: inout Philox4x32) -> [(symbol: UInt32, legal: Set<UInt32>)] {
    var string: [(Character, Set<Character>)] = [("B", ["B"])]
    let outer: Character = Bool.random(using: &generator) ? "T" : "P"
    string.append((outer, ["T", "P"]))
    var node = 0
    while node < arcs.count {
      let arc = arcs[node][Int.random(in: 0..<arcs[node].count, using: &generator)]
      string.append((arc.symbol, Set(arcs[node].map(\.symbol))))
      node = arc.node
    }
    string.append((outer, [outer]))
    string.append(("E", ["E"]))
    return string.map { (id($0), Set($1.map(id))) }
  }

  private static func id(_ symbol: Character) -> UInt32 { UInt32(symbols.firstIndex(of: symbol) ?? 0) }
}

struct ReberGrammarTests {
  @Test func stringsAreThoseOfTheGrammar() {
    var generator = Philox4x32(seed: 1)
    let strings = (0..<300).map { _ in ReberGrammar.string(using: &generator) }
    for string in strings {
      let text = String(string.map { ReberGrammar.symbols[Int($0.symbol)] })
      #expect(text.wholeMatch(of: /B(T|P)B[TPSXV]{3,}E\1E/) != nil)
      #expect(string[1].symbol == string[string.count - 2].symbol)
      #expect(string.allSatisfy { $0.legal.contains($0.symbol) })
    }
    #expect(strings.map(\.count).min() == 9)
    #expect((strings.map(\.count).max() ?? 0) > 20)
  }

  @Test func anLSTMLearnsIt() throws {
    var generator = Philox4x32(seed: 2)
    var text: [UInt32] = []
    while text.count < 40_000 { text += ReberGrammar.string(using: &generator).map(\.symbol) }
    var run = try TrainingRun()
    run.model = try ModelConfiguration(vocabularySize: 7, embeddingSize: 8, hiddenSize: 32, layers: 1)
    let model = try run.model(ofText: text, boundary: 6, steps: 800)
    var state = model.initialState(lanes: 1)
    var logits: [Float] = []
    var (legal, recalled): ([Double], [Bool]) = ([], [])
    model.step([6], state: &state, logits: &logits)
    for _ in 0..<300 {
      let string = ReberGrammar.string(using: &generator)
      for (place, (symbol, allowed)) in string.enumerated() {
        let p = probabilities(logits)
        legal.append(allowed.reduce(0) { $0 + p[Int($1)] })
        if place == string.count - 2 { recalled.append(p[Int(symbol)] > 0.5) }
        model.step([symbol], state: &state, logits: &logits)
      }
    }
    #expect(legal.reduce(0, +) / Double(legal.count) >= 0.99)
    #expect(Double(recalled.filter { $0 }.count) / Double(recalled.count) > 0.99)
  }
}
