/// Pearson's statistic of counts, over the outcomes that are possible at all.
func chiSquare(_ counts: [Double], _ probabilities: [Double]) -> Double {
  let total = counts.reduce(0, +)
  var statistic = 0.0
  for (count, probability) in zip(counts, probabilities) where probability > 0 {
    let difference = count - total * probability
    statistic += difference * difference / (total * probability)
  }
  return statistic
}
