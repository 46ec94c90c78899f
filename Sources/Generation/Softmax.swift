#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The largest logit; negative infinity if there is none.
func largest(_ logits: [Float]) -> Float {
  var maximum = -Float.infinity
  for logit in logits where logit > maximum { maximum = logit }
  return maximum
}

/// ln Σ exp(logit): what is taken from a logit to get its log-probability.
///
/// It is finite if and only if the logits are a distribution: no NaN, no positive infinity, and one finite at least.
func logNormalizer(_ logits: [Float]) -> Double {
  let maximum = Double(largest(logits))
  var total = 0.0
  for logit in logits { total += exp(Double(logit) - maximum) }
  return maximum + log(total)
}

/// The probabilities times a factor that makes the largest 1, and their sum in the order of the ids.
///
/// - Parameters:
///   - logits: [V], with one finite at least.
///   - weights: [V], resized when its count is another.
func exponentials(of logits: [Float], into weights: inout [Double]) -> Double {
  if weights.count != logits.count { weights = [Double](repeating: 0, count: logits.count) }
  let maximum = Double(largest(logits))
  var total = 0.0
  for id in logits.indices {
    weights[id] = logits[id] > -.infinity ? exp(Double(logits[id]) - maximum) : 0
    total += weights[id]
  }
  return total
}
