/// Keeps the fewest largest logits whose weights reach a goal, and sets all others to negative infinity.
///
/// Larger logits come first and of equal ones (0 and -0 are equal) lower ids. When all weights together do not reach
/// the goal, every logit with a weight stays. The cut is found digit by digit of the logits' bits, eight bits at a
/// time from the highest: four passes whatever the numbers are, nothing is sorted and nothing allocated.
///
/// - Parameters:
///   - logits: [V], without NaN.
///   - weights: [V], none negative.
///   - goal: above 0.
func keepLargest(_ logits: inout [Float], weights: [Double], reaching goal: Double) {
  var cut: UInt32 = 0
  var above = 0.0
  var bins = InlineArray<256, Double>(repeating: 0)
  for shift: UInt32 in [24, 16, 8, 0] {
    for bin in 0..<256 { bins[bin] = 0 }
    for id in 0..<logits.count {
      let key = orderedBits(logits[id])
      if UInt64(key) &>> UInt64(shift + 8) == UInt64(cut) { bins[Int(key &>> shift & 0xFF)] += weights[id] }
    }
    guard let digit = cutDigit(bins.span, above: &above, goal: goal) else { return }
    cut = cut << 8 | digit
  }
  for id in 0..<logits.count {
    let key = orderedBits(logits[id])
    if key > cut { continue }
    if key == cut, above < goal {
      above += weights[id]
    } else {
      logits[id] = -.infinity
    }
  }
}

/// The highest bin at which the weights from above reach the goal, or the lowest with a weight; nil if none has one.
///
/// The weights of the bins over it are added to `above`.
private func cutDigit(_ bins: Span<Double>, above: inout Double, goal: Double) -> UInt32? {
  var digit: UInt32?
  var weight = 0.0
  var bin = 256
  while bin > 0, above + weight < goal {
    bin -= 1
    if bins[bin] > 0 {
      above += weight
      weight = bins[bin]
      digit = UInt32(bin)
    }
  }
  return digit
}

/// A number whose order among integers is the order of the floats.
private func orderedBits(_ x: Float) -> UInt32 {
  let bits = (x + 0).bitPattern  // -0 becomes 0
  return bits >> 31 == 1 ? ~bits : bits | 0x8000_0000
}
