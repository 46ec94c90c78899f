internal import Scoring

/// A text's figures at the temperature at which it is likeliest.
public struct TemperatureReport: Sendable {
  /// The temperature, within 0.005.
  public let temperature: Double
  /// The text's figures there.
  public let score: ScoreReport
}

extension TextModel {
  /// Looks for the temperature, from 0.5 to 2, at which texts are likeliest; the model scores at that afterwards.
  ///
  /// The loss is a convex function of 1 / temperature, so a golden-section search finds it; the texts are read a dozen
  /// times.
  ///
  /// - Throws: `DataError` when a text cannot be read, or not more than once, as from a pipe; the model's temperature is
  ///   then what it was.
  public func findTemperature(
    _ inputs: [CorpusInput], invalidUTF8: InvalidUTF8Policy? = nil
  ) throws -> TemperatureReport {
    for input in inputs where try input.isReadableOnce {
      throw DataError(
        .usage,
        "a temperature is found in several readings of a text, so it cannot come from \(DataError.shown(input.name)); "
          + "save it to a file")
    }
    return try findTemperature { try score(inputs, invalidUTF8: invalidUTF8) }
  }

  /// The same for tokens.
  func findTemperature(_ tokens: any TokenSequence) throws -> TemperatureReport {
    try findTemperature { try score(tokens) }
  }

  /// The probability of tokens, the state carried from the first to the last.
  func score(_ tokens: any TokenSequence) throws -> ScoreReport {
    let scorer = try Scorer(model, boundary: vocabulary.boundary, unknown: vocabulary.unknown)
    var start = 0
    return try scorer.score(stream: {
      if start == tokens.count { return nil }
      let part = start..<min(start + 4096, tokens.count)
      var ids = [TokenID](repeating: 0, count: part.count)
      tokens.read(part, into: &ids, at: 0)
      start = part.upperBound
      return ScoredText(tokens: ids, counts: TextSize())
    })
  }

  private func findTemperature(_ score: () throws -> ScoreReport) throws -> TemperatureReport {
    let before = scoringTemperature
    do {
      return try search(score)
    } catch {
      scoringTemperature = before
      throw error
    }
  }

  /// A golden-section search in 1 / temperature.
  private func search(_ score: () throws -> ScoreReport) throws -> TemperatureReport {
    func report(at inverse: Double) throws -> ScoreReport {
      scoringTemperature = 1 / inverse
      return try score()
    }
    let ratio = (5.0.squareRoot() - 1) / 2
    var (low, high) = (0.5, 2.0)
    var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
    var (atLeft, atRight) = (try report(at: left), try report(at: right))
    while 1 / low - 1 / high > 0.005 {
      if atLeft.nats <= atRight.nats {
        (high, right, atRight) = (right, left, atLeft)
        left = high - ratio * (high - low)
        atLeft = try report(at: left)
      } else {
        (low, left, atLeft) = (left, right, atRight)
        right = low + ratio * (high - low)
        atRight = try report(at: right)
      }
    }
    let (best, found) = atLeft.nats <= atRight.nats ? (left, atLeft) : (right, atRight)
    scoringTemperature = 1 / best
    return TemperatureReport(temperature: 1 / best, score: found)
  }
}
