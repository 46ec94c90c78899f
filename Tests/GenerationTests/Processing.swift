import Foundation
import Generation
import LonghandTestSupport
import TokenFiles

/// What a processor leaves of logits.
func processed(_ logits: [Float], by processor: some LogitProcessor, history: [TokenID] = []) -> [Float] {
  var processor = processor
  var once = logits
  processor.process(&once, history: history)
  var again = logits
  processor.process(&again, history: history)
  precondition(once == again, "a processor remembers what it must not")
  return once
}

/// The ids that a processor leaves; the logits of these must be as they were.
func kept(_ logits: [Float], by processor: some LogitProcessor) -> [Int] {
  let left = processed(logits, by: processor)
  return left.indices.filter { id in
    precondition(left[id] == logits[id] || left[id] == -.infinity, "logit \(id) was changed")
    return left[id] > -.infinity
  }
}

/// The logits of probabilities.
func logits(_ probabilities: [Double]) -> [Float] { probabilities.map { Float(log($0)) } }

/// Rows of logits with ties, zeros of both signs and tokens of probability zero.
func roughLogits(_ count: Int, seed: UInt64) -> [Float] {
  var generator = SplitMix64(seed: seed)
  return (0..<count).map { _ in
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: -.infinity
    case 1: 0
    case 2: -0.0
    case 3: Float.random(in: -30...30, using: &generator)
    default: Float.random(in: -4...4, using: &generator).rounded()
    }
  }
}

/// The ids from the most probable to the least, lower ids first among equals.
func ranked(_ logits: [Float]) -> [Int] {
  logits.indices.sorted { logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1 }
}
